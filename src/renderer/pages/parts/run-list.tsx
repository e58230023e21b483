// The runs as a narrow list beside a run: state, progress, the one that is open.
import type { RunSummary } from '#api/api'
import { formatCount } from '#core/base/format'
import { Plus } from 'lucide-react'
import { useRunList } from '../../state/queries.ts'
import { hashFromRoute } from '../../state/route.ts'
import { useNow } from '../../state/use-now.ts'
import { LinkButton } from '../../ui/button.tsx'
import { cn } from '../../ui/class-names.ts'
import { wordsOfFault } from '../../ui/fault-card.tsx'
import { PanelHead, ProgressBar } from '../../ui/panel.tsx'
import { colourOfState, StateMark, wordOfState } from '../../ui/state-mark.tsx'
import { exactTime, relativeTime } from '../../ui/time-words.ts'

export function RunList({ current }: { readonly current: string | undefined }) {
  const runs = useRunList().data ?? []
  const now = useNow(10_000)
  return (
    <aside aria-label="Runs" className="flex min-h-0 flex-col border-r border-line bg-panel">
      <PanelHead title="Runs" note={runs.length > 0 ? runs.length : undefined}>
        <LinkButton size="s" kind="bare" href="#/new" className="-mr-2">
          <Plus size={14} aria-hidden />
          New run
        </LinkButton>
      </PanelHead>
      <ul className="min-h-0 flex-1 overflow-y-auto">
        {runs.map((run) => (
          <li key={run.id}>
            <a
              href={hashFromRoute({ page: 'run', runId: run.id })}
              aria-current={run.id === current ? 'page' : undefined}
              title={run.name}
              className={cn(
                'block border-b border-line px-3 py-2 hover:bg-raise focus-visible:-outline-offset-2',
                run.id === current && 'bg-[color-mix(in_srgb,var(--acc)_6%,transparent)] shadow-[inset_2px_0_var(--acc)]',
              )}
            >
              <span className="flex items-center gap-2">
                <StateMark state={run.state} />
                <span className="truncate font-medium">{run.name}</span>
                <span className="flex-1" />
                <span className="text-xs text-mut whitespace-nowrap" title={exactTime(run.queuedAt)}>
                  {relativeTime(run.endedAt ?? run.queuedAt, now)}
                </span>
              </span>
              <RunLine run={run} />
            </a>
          </li>
        ))}
      </ul>
    </aside>
  )
}

function RunLine({ run }: { readonly run: RunSummary }) {
  const isGoing = run.state === 'running' || run.state === 'cancelling'
  const said = isGoing ? (run.stage ?? wordOfState(run.state)) : wordOfState(run.state)
  const rest = isGoing
    ? run.total > 0 && `${formatCount(run.done)} of ${formatCount(run.total)}`
    : run.fault
      ? wordsOfFault(run.fault).title.toLowerCase()
      : `L${run.levels.join(' ')} · ${formatCount(run.frameCount)} frames`
  return (
    <>
      <span className="mt-px block truncate pl-[22px] text-sm text-mut">
        <span className={colourOfState(run.state)}>{said}</span> {rest}
      </span>
      {isGoing && (
        <div className="mt-1.5 pl-[22px]">
          <ProgressBar
            done={run.done}
            total={run.total}
            tone={run.state === 'cancelling' ? 'warn' : 'run'}
            label={`Progress of ${run.name}`}
          />
        </div>
      )}
    </>
  )
}
