// The runs as rows: state, name, scene, progress or what came out, when.
import type { RunSummary } from '#api/api'
import { formatCount, formatDuration } from '#core/base/format'
import { MoreHorizontal, Play } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import type { MouseEvent } from 'react'
import { useContinueRun, useForgetRun } from '../../state/queries.ts'
import { defaultCompareView, hashFromRoute } from '../../state/route.ts'
import { useServices } from '../../state/services.tsx'
import { useNow } from '../../state/use-now.ts'
import { goTo } from '../../state/view-store.ts'
import { Button } from '../../ui/button.tsx'
import { FaultCard, wordsOfFault } from '../../ui/fault-card.tsx'
import { ProgressBar } from '../../ui/panel.tsx'
import { colourOfState, StateMark, wordOfState } from '../../ui/state-mark.tsx'
import { exactTime, relativeTime } from '../../ui/time-words.ts'

const head = 'h-7 px-3 text-left text-xs font-normal text-dim'
const cell = 'h-9 px-3 whitespace-nowrap'

export function RunTable({ runs }: { readonly runs: readonly RunSummary[] }) {
  const now = useNow(10_000)
  const goOn = useContinueRun()
  const forget = useForgetRun()
  const fault = goOn.error ?? forget.error
  return (
    <>
      {fault && <FaultCard fault={fault} />}
      <table className="w-full table-fixed border-collapse">
        <thead>
          <tr className="border-b border-line">
            <th className={`${head} w-[30%] pl-6`}>Name</th>
            <th className={`${head} w-[18%]`}>Scene</th>
            <th className={`${head} w-[84px]`}>Frames</th>
            <th className={`${head} w-[84px]`}>Levels</th>
            <th className={head}>State</th>
            <th className={`${head} w-[110px]`}>When</th>
            <th className={`${head} w-12`}>
              <span className="sr-only">More</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <RunRow
              key={run.id}
              run={run}
              now={now}
              isGoingOn={goOn.isPending && goOn.variables === run.id}
              onGoOn={() => goOn.mutate(run.id)}
              onForget={() => forget.mutate(run.id)}
            />
          ))}
        </tbody>
      </table>
    </>
  )
}

type RowProps = {
  readonly run: RunSummary
  readonly now: number
  readonly isGoingOn: boolean
  readonly onGoOn: () => void
  readonly onForget: () => void
}

function RunRow({ run, now, isGoingOn, onGoOn, onForget }: RowProps) {
  const { view } = useServices()
  const at = run.endedAt ?? run.startedAt ?? run.queuedAt
  // The link in the row serves keyboard and screen readers; the rest of the row is only a larger target for the pointer.
  const openByPointer = (event: MouseEvent<HTMLTableRowElement>) => {
    const target = event.target
    if (!(target instanceof Element) || !event.currentTarget.contains(target) || target.closest('a, button')) return
    if (event.ctrlKey || event.metaKey || event.shiftKey || getSelection()?.isCollapsed === false) return
    goTo(view, { page: 'run', runId: run.id })
  }
  return (
    <tr data-testid="run-row" data-run={run.id} onClick={openByPointer} className="group border-b border-line hover:bg-panel">
      <td className={`${cell} pl-6`}>
        <a
          href={hashFromRoute({ page: 'run', runId: run.id })}
          className="flex min-w-0 items-center gap-2.5 rounded font-medium"
          title={run.name}
        >
          <StateMark state={run.state} />
          <span className="truncate">{run.name}</span>
        </a>
      </td>
      <td className={`${cell} truncate text-mut`} title={run.scenePath}>
        {run.sceneName}
      </td>
      <td className={`${cell} text-mut`}>{formatCount(run.frameCount)}</td>
      <td className={`${cell} text-mut`}>{run.levels.join(' ')}</td>
      <td className={cell}>
        <span className="flex min-w-0 items-center gap-3">
          <span className="min-w-0 flex-1">
            <RunStateWords run={run} />
          </span>
          {(run.state === 'paused' || run.state === 'interrupted') && (
            <Button
              size="s"
              data-testid="run-continue"
              aria-label={`Continue ${run.name}`}
              title="Goes on at the frame after the last one that was written"
              disabled={isGoingOn}
              onClick={onGoOn}
            >
              <Play size={12} aria-hidden />
              {isGoingOn ? 'Queueing…' : 'Continue'}
            </Button>
          )}
        </span>
      </td>
      <td className={`${cell} text-mut`} title={exactTime(at)}>
        {relativeTime(at, now)}
      </td>
      <td className={`${cell} pr-4 text-right`}>
        <RunMenu run={run} onForget={onForget} />
      </td>
    </tr>
  )
}

function RunStateWords({ run }: { readonly run: RunSummary }) {
  if (run.state === 'running' || run.state === 'pausing' || run.state === 'cancelling')
    return (
      <div className="flex flex-col gap-1">
        <span className="truncate text-sm">
          <span className={colourOfState(run.state)}>
            {run.state === 'running' ? (run.stage ?? 'starting') : [wordOfState(run.state), run.stage].filter(Boolean).join(' ')}
          </span>{' '}
          <span className="text-mut">{run.total > 0 ? `${formatCount(run.done)} of ${formatCount(run.total)}` : ''}</span>
        </span>
        <ProgressBar
          done={run.done}
          total={run.total}
          tone={run.state === 'running' ? 'run' : 'warn'}
          label={`Progress of ${run.stage ?? 'the run'}`}
        />
      </div>
    )
  const took = run.startedAt !== undefined && run.endedAt !== undefined ? formatDuration(run.endedAt - run.startedAt) : undefined
  const tracks = run.counts.tracks
  const rest =
    run.state === 'failed' && run.fault
      ? wordsOfFault(run.fault).message
      : [took, tracks !== undefined && `${formatCount(tracks)} tracks`].filter(Boolean).join(' · ')
  return (
    <span className="block truncate text-sm" title={rest}>
      <span className={colourOfState(run.state)}>{wordOfState(run.state)}</span> <span className="text-mut">{rest}</span>
    </span>
  )
}

function RunMenu({ run, onForget }: { readonly run: RunSummary; readonly onForget: () => void }) {
  const isOver = run.endedAt !== undefined
  const item = 'flex h-7 items-center rounded px-2.5 outline-none data-[highlighted]:bg-raise data-[disabled]:text-dim'
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>
        <Button
          kind="bare"
          size="icon"
          aria-label={`More about ${run.name}`}
          className="opacity-0 group-hover:opacity-100 focus-visible:opacity-100 data-[state=open]:opacity-100"
        >
          <MoreHorizontal size={15} aria-hidden />
        </Button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          className="appear z-50 min-w-[210px] rounded-md border border-line2 bg-panel p-1 shadow-xl shadow-black/30"
        >
          <DropdownMenu.Item className={item} asChild>
            <a href={hashFromRoute({ page: 'new', scene: run.scenePath })}>New run on this scene</a>
          </DropdownMenu.Item>
          {run.state !== 'foreign' && run.state !== 'incomplete' && (
            <DropdownMenu.Item className={item} asChild>
              <a href={hashFromRoute({ page: 'new', scene: run.scenePath, from: run.id })}>New run with these settings</a>
            </DropdownMenu.Item>
          )}
          {run.state !== 'queued' && run.state !== 'incomplete' && (
            <DropdownMenu.Item className={item} asChild>
              <a href={hashFromRoute({ page: 'compare', a: run.id, b: '', view: defaultCompareView })}>Compare with…</a>
            </DropdownMenu.Item>
          )}
          <DropdownMenu.Item className={item} onSelect={() => void navigator.clipboard.writeText(run.folder)}>
            Copy the path of its folder
          </DropdownMenu.Item>
          <DropdownMenu.Item className={item} disabled={!isOver} onSelect={onForget}>
            Take out of the list (files stay)
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
