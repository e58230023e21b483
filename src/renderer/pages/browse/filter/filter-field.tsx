// The field of the object filter: a combobox that says what can be written next, and what was not understood.
import { type KeyboardEvent, type RefObject, useId, useMemo, useState } from 'react'
import { useServices, useSettings, useView } from '../../../state/services.tsx'
import { look } from '../../../state/view-store.ts'
import { cn } from '../../../ui/class-names.ts'
import { Kbd } from '../../../ui/kbd.tsx'
import type { Browse } from '../use-browse.ts'
import { type Completion, complete, completionsFor, wordAt } from './filter-completion.ts'
import { KeptFilters } from './kept-filters.tsx'

export function FilterField({ browse, search }: { readonly browse: Browse; readonly search: RefObject<HTMLInputElement | null> }) {
  const { view } = useServices()
  const kept = useSettings((all) => all.keptFilters)
  const listId = useId()
  const [caret, setCaret] = useState<number>()
  const [active, setActive] = useState<number>()
  // Straight from the store: what is typed must stand in the field before the list is drawn for it.
  const text = useView(({ route }) => (route.page === 'browse' ? route.view.filter : ''))
  const offered = useMemo(
    () => (caret === undefined ? [] : completionsFor(wordAt(text, caret).word, browse.objects, kept)),
    [text, caret, browse.objects, kept],
  )
  const isOpen = offered.length > 0
  const write = (next: string, at: number | undefined) => {
    look(view, { filter: next })
    setCaret(at)
    setActive(undefined)
  }
  const take = (one: Completion) => {
    const next = complete(text, caret ?? text.length, one)
    write(next.text, next.caret)
    const field = search.current
    field?.focus()
    // The value arrives with the next render; the caret can only be set behind it.
    requestAnimationFrame(() => field?.setSelectionRange(next.caret, next.caret))
  }
  const press = (event: KeyboardEvent<HTMLInputElement>) => {
    const chosen = active === undefined ? undefined : offered[active]
    const step = (by: number) => setActive((now) => ((now ?? (by > 0 ? -1 : 0)) + by + offered.length) % offered.length)
    if (event.key === 'ArrowDown' && isOpen) step(1)
    else if (event.key === 'ArrowUp' && isOpen) step(-1)
    else if (event.key === 'Tab' && isOpen && !event.shiftKey && text.slice(0, caret).trim() !== '') take(chosen ?? offered[0]!)
    else if (event.key === 'Enter' && chosen) take(chosen)
    else if (event.key === 'Enter') event.currentTarget.blur()
    else if (event.key === 'Escape' && isOpen && text !== '') setCaret(undefined)
    else if (event.key === 'Escape') {
      write('', undefined)
      event.currentTarget.blur()
    } else return
    event.preventDefault()
    event.stopPropagation()
  }
  const strange = browse.filter.strange
  // The word under the caret may still become one that is understood: it is told without a warning.
  const wordNow = caret === undefined ? undefined : wordAt(text, caret).word.toLowerCase()
  const told = strange.filter((word) => word !== wordNow)
  const complaint =
    told.length > 0 ? (
      <p className="mt-1 px-2 text-xs text-warn">Not understood, so it filters nothing: {told.join(' ')}</p>
    ) : (
      strange.length > 0 && <p className="mt-1 px-2 text-xs text-mut">{strange.join(' ')} filters nothing until it is a whole word.</p>
    )
  return (
    <div className="relative shrink-0 px-2.5 py-2">
      <div className="flex items-center gap-1">
        <input
          ref={search}
          type="search"
          role="combobox"
          data-testid="object-filter"
          aria-label="Filter the objects"
          aria-invalid={told.length > 0}
          aria-expanded={isOpen}
          aria-controls={listId}
          aria-autocomplete="list"
          aria-activedescendant={active === undefined ? undefined : `${listId}-${active}`}
          spellCheck={false}
          autoComplete="off"
          placeholder="/ level:4 area>500 frames>20"
          value={text}
          onChange={(event) => write(event.target.value, event.target.selectionStart ?? event.target.value.length)}
          onFocus={(event) => setCaret(event.target.selectionStart ?? text.length)}
          onClick={(event) => setCaret(event.currentTarget.selectionStart ?? text.length)}
          onKeyUp={(event) => {
            if (caret !== undefined && event.key.startsWith('Arrow')) setCaret(event.currentTarget.selectionStart ?? text.length)
          }}
          onBlur={() => {
            setCaret(undefined)
            setActive(undefined)
          }}
          onKeyDown={press}
          className="h-[26px] min-w-0 flex-1 rounded-md border border-line2 bg-bg px-2 text-sm aria-invalid:border-warn"
        />
        <KeptFilters browse={browse} />
      </div>
      {!isOpen && complaint}
      <div
        hidden={!isOpen}
        className="absolute inset-x-2.5 top-9 z-40 overflow-hidden rounded-md border border-line2 bg-panel py-1 shadow-lg shadow-black/30"
      >
        {isOpen && complaint}
        <div id={listId} role="listbox" aria-label="What can be written here">
          {offered.map((one, i) => (
            <div
              key={one.text}
              id={`${listId}-${i}`}
              role="option"
              tabIndex={-1}
              aria-selected={i === active}
              // Not click: the field would lose the focus first, and the list with it.
              onPointerDown={(event) => {
                event.preventDefault()
                take(one)
              }}
              className={cn('flex h-6 cursor-default items-center gap-2 px-2 text-sm hover:bg-raise', i === active && 'bg-raise')}
            >
              <span className="shrink-0 font-mono text-xs">{one.text}</span>
              <span className="min-w-0 flex-1 truncate text-right text-xs text-mut">{one.explains}</span>
            </div>
          ))}
        </div>
        <p className="mt-1 border-t border-line px-2 pt-1 text-xs text-mut">
          <Kbd>tab</Kbd> takes the first · <Kbd>↓</Kbd> chooses · <Kbd>-</Kbd> turns a word around
        </p>
      </div>
    </div>
  )
}
