// What can be done with a run now: pause it in one of three ways, let it go on, cancel it.
import { Ban, Pause, Play } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import type { PauseMode } from '#core/run/run-event'
import { hasEnded, type RunRecord, type RunState } from '#core/run/run'
import type { useCancelRun, useContinueRun, usePauseRun } from '../../state/queries.ts'
import { Button } from '../../ui/button.tsx'

export type RunActMutations = {
  readonly cancel: ReturnType<typeof useCancelRun>
  readonly pause: ReturnType<typeof usePauseRun>
  readonly goOn: ReturnType<typeof useContinueRun>
}

const modes: readonly { readonly mode: PauseMode; readonly title: string; readonly note: string }[] = [
  { mode: 'afterFrame', title: 'After this frame', note: 'nothing is lost' },
  { mode: 'afterStage', title: 'After this stage', note: 'the stage is finished first' },
  { mode: 'now', title: 'Now', note: 'the frame begun is done again later' },
]

/** The wish is shown at once; the engine's own word for it comes a moment later. */
export function shownState(record: RunRecord, { cancel, pause, goOn }: RunActMutations): RunState {
  const rests = hasEnded(record.state) || record.state === 'paused'
  if (cancel.isPending && !hasEnded(record.state)) return 'cancelling'
  if (pause.isPending && !rests) return 'pausing'
  if (goOn.isPending && rests) return 'queued'
  return record.state
}

export function RunActs({ record, state, acts }: { readonly record: RunRecord; readonly state: RunState; readonly acts: RunActMutations }) {
  const { cancel, pause, goOn } = acts
  const rests = hasEnded(state) || state === 'paused'
  return (
    <>
      {rests && state !== 'succeeded' && (
        <Button data-testid="continue-run" onClick={() => goOn.mutate(record.id)} title="Goes on after the last committed frame">
          <Play size={14} aria-hidden />
          Continue
        </Button>
      )}
      {(state === 'running' || state === 'queued') && (
        <DropdownMenu.Root>
          <DropdownMenu.Trigger asChild>
            <Button data-testid="pause-run">
              <Pause size={14} aria-hidden />
              Pause
            </Button>
          </DropdownMenu.Trigger>
          <DropdownMenu.Portal>
            <DropdownMenu.Content
              align="end"
              className="appear z-50 min-w-[250px] rounded-md border border-line2 bg-panel p-1 shadow-xl shadow-black/30"
            >
              {modes.map(({ mode, title, note }) => (
                <DropdownMenu.Item
                  key={mode}
                  data-testid={`pause-${mode}`}
                  className="flex h-8 items-center justify-between gap-4 rounded px-2.5 outline-none data-[highlighted]:bg-raise"
                  onSelect={() => pause.mutate({ runId: record.id, mode })}
                >
                  {title}
                  <span className="text-sm text-mut">{note}</span>
                </DropdownMenu.Item>
              ))}
            </DropdownMenu.Content>
          </DropdownMenu.Portal>
        </DropdownMenu.Root>
      )}
      {!hasEnded(state) && (
        <Button data-testid="cancel-run" kind="danger" disabled={state === 'cancelling'} onClick={() => cancel.mutate(record.id)}>
          <Ban size={14} aria-hidden />
          {state === 'cancelling' ? 'Cancelling…' : 'Cancel'}
        </Button>
      )}
    </>
  )
}
