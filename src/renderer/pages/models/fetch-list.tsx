// What is being fetched, with size, rate and remaining time; what stopped or failed waits here to be gone on with.
import type { ModelFetch } from '#api/models-api'
import { useFetchModel, useStopFetch } from '../../state/model-queries.ts'
import { Button } from '../../ui/button.tsx'
import { wordsOfFault } from '../../ui/fault-card.tsx'
import { PanelHead, ProgressBar } from '../../ui/panel.tsx'
import { StateMark } from '../../ui/state-mark.tsx'
import { fetchWords } from './model-words.ts'

const marks = { going: 'running', stopped: 'paused', failed: 'failed' } as const

export function FetchList({ fetches }: { readonly fetches: readonly ModelFetch[] }) {
  if (fetches.length === 0) return null
  return (
    <section aria-label="Fetches">
      <PanelHead title="Being fetched" note="goes on when you leave this page" />
      <ul>
        {fetches.map((one) => (
          <FetchRow key={one.what} fetch={one} />
        ))}
      </ul>
    </section>
  )
}

function FetchRow({ fetch }: { readonly fetch: ModelFetch }) {
  const start = useFetchModel()
  const stop = useStopFetch()
  const { what, state, file, doneBytes, totalBytes, fault } = fetch
  const failed = start.error ?? stop.error ?? fault
  return (
    <li className="border-b border-line px-3 py-2" data-testid="model-fetch" data-state={state}>
      <div className="flex items-center gap-2.5">
        <StateMark state={marks[state]} />
        <span className="min-w-0 flex-1">
          <span className="block truncate" title={what}>
            {what}
          </span>
          <span className="block truncate text-sm text-mut">
            {file !== undefined && `${file} · `}
            {fetchWords(fetch)}
          </span>
        </span>
        {state === 'going' ? (
          <Button size="s" data-testid="fetch-stop" disabled={stop.isPending} onClick={() => stop.mutate({ what, drop: false })}>
            Stop
          </Button>
        ) : (
          <>
            <Button size="s" data-testid="fetch-resume" disabled={start.isPending} onClick={() => start.mutate({ what })}>
              {doneBytes > 0 && state === 'stopped' ? 'Go on' : 'Try again'}
            </Button>
            <Button
              size="s"
              kind="danger"
              data-testid="fetch-drop"
              title="Takes it off this list, and deletes what came so far"
              disabled={stop.isPending}
              onClick={() => stop.mutate({ what, drop: true })}
            >
              Discard
            </Button>
          </>
        )}
      </div>
      {totalBytes !== undefined && (
        <div className="mt-1.5">
          <ProgressBar
            done={doneBytes}
            total={totalBytes}
            tone={state === 'going' ? 'run' : state === 'failed' ? 'bad' : 'warn'}
            label={`Fetched of ${what}`}
          />
        </div>
      )}
      {failed && (
        <p role="alert" className="mt-1 text-sm break-words text-bad">
          {wordsOfFault(failed).message} <span className="text-mut">{wordsOfFault(failed).remedy}</span>
        </p>
      )}
    </li>
  )
}
