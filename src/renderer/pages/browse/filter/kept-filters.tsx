// Filters kept under a name: the rule is kept, never what it found, so it finds anew in every run.
import { Bookmark, X } from 'lucide-react'
import { Popover } from 'radix-ui'
import { useState } from 'react'
import { formatCount } from '#core/base/format'
import { useServices, useSettings } from '../../../state/services.tsx'
import { look } from '../../../state/view-store.ts'
import { Button } from '../../../ui/button.tsx'
import { TextInput } from '../../../ui/field.tsx'
import type { Browse } from '../use-browse.ts'
import { maskFilterFromText } from './mask-filter.ts'

export function KeptFilters({ browse }: { readonly browse: Browse }) {
  const { view } = useServices()
  const [isOpen, setOpen] = useState(false)
  const kept = useSettings((all) => all.keptFilters)
  const rule = browse.view.filter.trim()
  return (
    <Popover.Root open={isOpen} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <Button kind="bare" size="icon" aria-label="Kept filters" title="Kept filters" data-testid="kept-filters">
          <Bookmark size={14} aria-hidden className={kept.some((one) => one.rule === rule) ? 'fill-current text-acc' : ''} />
        </Button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="start"
          sideOffset={4}
          aria-label="Kept filters"
          className="appear z-50 w-[340px] rounded-md border border-line2 bg-panel p-2 shadow-xl shadow-black/30"
        >
          {rule !== '' && !kept.some((one) => one.rule === rule) && <Keep rule={rule} isClear={browse.filter.strange.length === 0} />}
          {kept.length === 0 && rule === '' && (
            <p className="px-1 py-1 text-sm text-mut">Write a filter first; here it can be kept under a name, for every run.</p>
          )}
          <ul aria-label="Kept filters">
            {kept.map((one) => (
              <li key={one.name} className="flex h-8 items-center gap-1">
                <button
                  type="button"
                  onClick={() => {
                    look(view, { filter: one.rule })
                    setOpen(false)
                  }}
                  className="flex h-7 min-w-0 flex-1 items-center gap-2 rounded px-1.5 text-left hover:bg-raise"
                >
                  <span className="truncate">{one.name}</span>
                  <span className="min-w-0 flex-1 truncate font-mono text-xs text-mut">{one.rule}</span>
                  <span className="text-xs text-mut tabular-nums" title="Objects that pass it here">
                    {formatCount(browse.objects.filter(maskFilterFromText(one.rule, browse.notes).passes).length)}
                  </span>
                </button>
                <Forget name={one.name} />
              </li>
            ))}
          </ul>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

function Keep({ rule, isClear }: { readonly rule: string; readonly isClear: boolean }) {
  const { settings } = useServices()
  const [name, setName] = useState('')
  const keep = () => {
    const title = name.trim() === '' ? rule : name.trim()
    settings.setState(({ keptFilters }) => ({ keptFilters: [...keptFilters.filter((one) => one.name !== title), { name: title, rule }] }))
  }
  if (!isClear) return <p className="px-1 pb-1 text-sm text-warn">A filter with words that are not understood cannot be kept.</p>
  return (
    <form
      className="mb-1 flex items-center gap-1.5 border-b border-line pb-2"
      onSubmit={(event) => {
        event.preventDefault()
        keep()
      }}
    >
      <TextInput aria-label="Name of the filter" placeholder={rule} value={name} onChange={(event) => setName(event.target.value)} />
      <Button type="submit" kind="primary">
        Keep
      </Button>
    </form>
  )
}

function Forget({ name }: { readonly name: string }) {
  const { settings } = useServices()
  return (
    <Button
      kind="bare"
      size="icon"
      aria-label={`Forget ${name}`}
      title="Forget"
      onClick={() => settings.setState(({ keptFilters }) => ({ keptFilters: keptFilters.filter((one) => one.name !== name) }))}
    >
      <X size={13} aria-hidden />
    </Button>
  )
}
