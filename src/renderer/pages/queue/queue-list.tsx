// The runs of the queue in order: moved by drag, by Alt and arrows, or by their buttons.
import { Ban, ChevronDown, ChevronUp, GripVertical, Pause } from 'lucide-react'
import { useState } from 'react'
import type { QueueState } from '#api/queue-state'
import { formatCount } from '#core/base/format'
import { useCancelRun, useMoveRun, usePauseRun } from '../../state/queries.ts'
import { hashFromRoute } from '../../state/route.ts'
import { Button } from '../../ui/button.tsx'
import { cn } from '../../ui/class-names.ts'
import { FaultCard } from '../../ui/fault-card.tsx'
import { ProgressBar } from '../../ui/panel.tsx'
import { colourOfState, StateMark, wordOfState } from '../../ui/state-mark.tsx'
import { beforeOf, canMove, moved } from './queue-order.ts'

type Entry = QueueState['entries'][number]

export function QueueList({ entries }: { readonly entries: readonly Entry[] }) {
  const move = useMoveRun()
  const [dragged, setDragged] = useState<string | undefined>(undefined)
  // What was asked for is shown until the engine's own order comes with its next word.
  const [wished, setWished] = useState<{ readonly of: readonly Entry[]; readonly entries: readonly Entry[] } | undefined>(undefined)
  const shown = wished?.of === entries ? wished.entries : entries
  const ask = (runId: string, before: string | undefined) => {
    setWished({ of: entries, entries: moved(entries, runId, before) })
    move.mutate({ runId, before }, { onError: () => setWished(undefined) })
  }
  const step = (runId: string, way: -1 | 1) => {
    const before = beforeOf(entries, runId, way)
    if (before !== null) ask(runId, before)
  }
  return (
    <>
      {move.error && <FaultCard fault={move.error} />}
      <ol className="min-h-0 flex-1 overflow-y-auto" aria-label="Runs in order; Alt and the arrow keys move one that waits">
        {shown.map((entry) => (
          <li
            key={entry.runId}
            data-testid="queue-entry"
            data-run={entry.runId}
            data-state={entry.state}
            draggable={canMove(entry)}
            onDragStart={() => setDragged(entry.runId)}
            onDragEnd={() => setDragged(undefined)}
            onDragOver={(event) => dragged !== undefined && canMove(entry) && event.preventDefault()}
            onDrop={(event) => {
              event.preventDefault()
              if (dragged !== undefined && dragged !== entry.runId) ask(dragged, entry.runId)
            }}
            className={cn('border-b border-line', dragged === entry.runId && 'opacity-50')}
          >
            <QueueRow entry={entry} onStep={(way) => step(entry.runId, way)} />
          </li>
        ))}
      </ol>
    </>
  )
}

function QueueRow({ entry, onStep }: { readonly entry: Entry; readonly onStep: (way: -1 | 1) => void }) {
  const cancel = useCancelRun()
  const pause = usePauseRun()
  const state = cancel.isPending ? 'cancelling' : pause.isPending ? 'pausing' : entry.state
  const isMovable = canMove(entry)
  const keys = (event: React.KeyboardEvent) => {
    if (!event.altKey || !isMovable || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return
    event.preventDefault()
    event.stopPropagation()
    onStep(event.key === 'ArrowUp' ? -1 : 1)
  }
  return (
    <div className="flex items-center gap-2.5 px-3 py-2 hover:bg-panel">
      <GripVertical size={14} aria-hidden className={cn('shrink-0 text-dim', !isMovable && 'invisible')} />
      <StateMark state={state} />
      <a
        href={hashFromRoute({ page: 'run', runId: entry.runId })}
        onKeyDown={keys}
        className="min-w-0 flex-1 rounded"
        title={`${entry.name}, ${entry.sceneName}`}
      >
        <span className="block truncate font-medium">
          {entry.name} <span className="font-normal text-mut">{entry.sceneName}</span>
        </span>
        <span className="block text-sm text-mut">
          <span className={colourOfState(state)}>{entry.stage ?? wordOfState(state)}</span>
          {entry.total > 0 && ` ${formatCount(entry.done)} of ${formatCount(entry.total)}`}
          {entry.waitsFor && ` · ${entry.waitsFor}`}
        </span>
        {entry.total > 0 && (
          <span className="mt-1 block">
            <ProgressBar done={entry.done} total={entry.total} label={`Progress of ${entry.name}`} />
          </span>
        )}
      </a>
      {isMovable && (
        <>
          <Button kind="bare" size="icon" aria-label={`${entry.name}: one place up`} onClick={() => onStep(-1)}>
            <ChevronUp size={15} aria-hidden />
          </Button>
          <Button kind="bare" size="icon" aria-label={`${entry.name}: one place down`} onClick={() => onStep(1)}>
            <ChevronDown size={15} aria-hidden />
          </Button>
        </>
      )}
      <Button
        kind="bare"
        size="icon"
        title="Pause after this frame"
        aria-label={`Pause ${entry.name} after this frame`}
        disabled={state === 'pausing' || state === 'cancelling'}
        onClick={() => pause.mutate({ runId: entry.runId, mode: 'afterFrame' })}
      >
        <Pause size={14} aria-hidden />
      </Button>
      <Button
        kind="bare"
        size="icon"
        title="Cancel"
        aria-label={`Cancel ${entry.name}`}
        disabled={state === 'cancelling'}
        onClick={() => cancel.mutate(entry.runId)}
      >
        <Ban size={14} aria-hidden />
      </Button>
    </div>
  )
}
