// Named sets of masks of a run: kept out of the selection, shown, selected again, removed and brought back.
import { Eye, EyeOff, Focus, X } from 'lucide-react'
import { type FormEvent, useMemo, useRef, useState } from 'react'
import { useStore } from 'zustand'
import { formatCount } from '#core/base/format'
import { wordOfStage } from '../../../frame/stage-words.ts'
import { keepSet, makeMaskSetStore, type MaskSet, removeSet } from '../../../state/mask-sets.ts'
import { pickedIds } from '../../../state/picks.ts'
import { useServices, useView } from '../../../state/services.tsx'
import { useActs } from '../../../state/use-acts.ts'
import { look } from '../../../state/view-store.ts'
import { Button } from '../../../ui/button.tsx'
import { PanelHead } from '../../../ui/panel.tsx'
import type { Browse } from '../use-browse.ts'
import { chooseAll } from './choose-mask.ts'

export function MaskSetList({ browse }: { readonly browse: Browse }) {
  const store = useMemo(() => makeMaskSetStore(window.localStorage, browse.runId), [browse.runId])
  const { sets, problem } = useStore(store)
  const picks = useView((state) => state.picks)
  const picked = pickedIds(browse.view.selected, picks)
  const field = useRef<HTMLInputElement>(null)
  const [name, setName] = useState('')
  const [removed, setRemoved] = useState<{ readonly name: string; readonly back: () => void }>()
  useActs(picked.length > 0 ? { 'keep-set': () => field.current?.focus() } : {})
  const keep = (event: FormEvent) => {
    event.preventDefault()
    const wanted = name.trim()
    if (wanted === '' || picked.length === 0) return
    keepSet(store, { name: wanted, stage: browse.stage, ids: [...picked] })
    setName('')
    field.current?.blur()
  }
  if (sets.length === 0 && picked.length === 0 && !removed) return null
  return (
    <section aria-label="Sets" data-testid="mask-sets">
      <PanelHead title="Sets" note={sets.length > 0 ? formatCount(sets.length) : undefined} className="border-t" />
      {picked.length > 0 && (
        <form className="flex gap-1.5 px-3 py-2" onSubmit={keep}>
          <input
            ref={field}
            data-testid="set-name"
            aria-label="Name of the set"
            title="Keep the selection as a set (k)"
            placeholder={picked.length === 1 ? 'keep this mask as…' : `keep these ${picked.length} as…`}
            maxLength={80}
            value={name}
            onChange={(event) => setName(event.target.value)}
            onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
            className="h-6 min-w-0 flex-1 rounded-md border border-line2 bg-bg px-2 text-sm"
          />
          <Button type="submit" size="s" disabled={name.trim() === ''}>
            Keep
          </Button>
        </form>
      )}
      <ul className="pb-1">
        {sets.map((set) => (
          <SetRow
            key={`${set.stage} ${set.name}`}
            browse={browse}
            set={set}
            onRemove={() => setRemoved({ name: set.name, back: removeSet(store, set) })}
          />
        ))}
      </ul>
      {removed && (
        <p role="status" className="flex items-center gap-2 px-3 pb-2 text-sm text-mut">
          <span className="truncate">{removed.name} is removed.</span>
          <Button
            size="s"
            kind="bare"
            onClick={() => {
              removed.back()
              setRemoved(undefined)
            }}
          >
            Bring it back
          </Button>
        </p>
      )}
      {problem !== undefined && <p className="px-3 pb-2 text-sm text-warn">The sets will be gone after a reload: {problem}.</p>}
    </section>
  )
}

function SetRow({ browse, set, onRemove }: { readonly browse: Browse; readonly set: MaskSet; readonly onRemove: () => void }) {
  const { view } = useServices()
  const isHidden = useView((state) => set.ids.every((id) => state.hidden.has(id)))
  const choose = (isIsolated: boolean) => {
    if (set.stage !== browse.stage) look(view, { stage: set.stage })
    chooseAll(view, set.ids)
    view.setState(({ hidden }) => ({ isIsolated, hidden: new Set([...hidden].filter((id) => !set.ids.includes(id))) }))
  }
  const toggle = () =>
    view.setState(({ hidden }) => ({
      hidden: isHidden ? new Set([...hidden].filter((id) => !set.ids.includes(id))) : new Set([...hidden, ...set.ids]),
    }))
  return (
    <li data-testid="mask-set" className="flex h-7 items-center gap-0.5 pl-3 pr-2 text-[12.5px]">
      <button
        type="button"
        className="min-w-0 flex-1 truncate rounded text-left hover:text-acc"
        title={`Select the set ${set.name}`}
        onClick={() => choose(false)}
      >
        {set.name}{' '}
        <span className="text-xs text-mut">
          {formatCount(set.ids.length)}
          {set.stage !== browse.stage && ` · ${wordOfStage(set.stage)}`}
        </span>
      </button>
      <Button kind="bare" size="icon" aria-label={`Show only ${set.name}`} title="Show only these" onClick={() => choose(true)}>
        <Focus size={13} aria-hidden />
      </Button>
      <Button
        kind="bare"
        size="icon"
        aria-label={`Hide ${set.name}`}
        aria-pressed={isHidden}
        title={isHidden ? 'Show these again' : 'Hide these'}
        onClick={toggle}
      >
        {isHidden ? <EyeOff size={13} aria-hidden /> : <Eye size={13} aria-hidden />}
      </Button>
      <Button kind="bare" size="icon" aria-label={`Remove ${set.name}`} title="Remove the set" onClick={onRemove}>
        <X size={13} aria-hidden />
      </Button>
    </li>
  )
}
