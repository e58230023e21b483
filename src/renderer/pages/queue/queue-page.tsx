// The queue: what goes, what waits and for what, and what each device has left.
import { CirclePause, CirclePlay } from 'lucide-react'
import { formatCount } from '#core/base/format'
import { usePauseQueue, useQueue, useSetParallel } from '../../state/queries.ts'
import { Button, LinkButton } from '../../ui/button.tsx'
import { FaultCard } from '../../ui/fault-card.tsx'
import { TextInput } from '../../ui/field.tsx'
import { PanelHead } from '../../ui/panel.tsx'
import { DeviceCards } from './device-cards.tsx'
import { QueueList } from './queue-list.tsx'

export function QueuePage() {
  const state = useQueue().data
  const pause = usePauseQueue()
  const widen = useSetParallel()
  if (!state) return <p className="p-6 text-mut">Asking the engine for its queue…</p>
  const waiting = state.entries.filter((entry) => entry.state === 'queued').length
  return (
    <div className="mx-auto grid h-full max-w-[1280px] grid-cols-[minmax(0,1fr)_380px] border-x border-line max-[980px]:grid-cols-1 max-[980px]:overflow-y-auto">
      <section aria-label="Queue" className="flex min-h-0 flex-col border-r border-line" data-testid="queue-page">
        <PanelHead title="Queue" note={`${formatCount(state.entries.length - waiting)} going, ${formatCount(waiting)} waiting`}>
          <label htmlFor="queue-parallel" className="flex items-center gap-2 text-sm">
            At once, at most
            <TextInput
              id="queue-parallel"
              type="number"
              min={1}
              max={64}
              className="h-6 w-14"
              data-testid="queue-parallel"
              key={state.parallel}
              defaultValue={state.parallel}
              onBlur={(event) => {
                const next = Number(event.target.value)
                if (Number.isInteger(next) && next >= 1 && next <= 64 && next !== state.parallel) widen.mutate(next)
                else event.target.value = String(state.parallel)
              }}
              onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
            />
          </label>
          <Button size="s" data-testid="queue-pause" onClick={() => pause.mutate(!state.paused)} disabled={pause.isPending}>
            {state.paused ? <CirclePlay size={14} aria-hidden /> : <CirclePause size={14} aria-hidden />}
            {state.paused ? 'Go on' : 'Pause the queue'}
          </Button>
        </PanelHead>
        {state.paused && (
          <p className="border-b border-line px-3 py-2 text-sm text-warn" role="status">
            The queue is paused: what goes, goes on; nothing new starts.
          </p>
        )}
        {state.cap < state.parallel && (
          <p className="border-b border-line px-3 py-2 text-sm text-warn" role="status" data-testid="queue-cap">
            {state.cap} of {state.parallel} go at once for now: {state.capReason}. It rises again by itself after a quiet while.
          </p>
        )}
        {(pause.error ?? widen.error) && <FaultCard fault={(pause.error ?? widen.error)!} />}
        {state.entries.length === 0 ? (
          <div className="p-6 text-mut">
            <p>Nothing runs and nothing waits.</p>
            <LinkButton className="mt-3" href="#/new">
              New run
            </LinkButton>
          </div>
        ) : (
          <QueueList entries={state.entries} />
        )}
      </section>
      <DeviceCards state={state} />
    </div>
  )
}
