// The head of a run: name, state in words, and the next steps.
import { FileText, Images, SplitSquareHorizontal } from 'lucide-react'
import { formatCount, formatDuration } from '#core/base/format'
import { hasEnded, type RunRecord } from '#core/run/run'
import { useCancelRun, useContinueRun, useDescription, usePauseRun } from '../../state/queries.ts'
import { defaultCompareView, defaultView, hashFromRoute } from '../../state/route.ts'
import { useServices } from '../../state/services.tsx'
import { useActs } from '../../state/use-acts.ts'
import { useNow } from '../../state/use-now.ts'
import { goTo } from '../../state/view-store.ts'
import { Button, LinkButton } from '../../ui/button.tsx'
import { FaultCard } from '../../ui/fault-card.tsx'
import { colourOfState, StateMark, wordOfState } from '../../ui/state-mark.tsx'
import { clockTime, exactTime } from '../../ui/time-words.ts'
import { ExportRun } from './export-run.tsx'
import { RunActs, shownState } from './run-acts.tsx'

export function RunHead({ record }: { readonly record: RunRecord }) {
  const isOurs = useDescription(record.id).data?.program !== 'my3dis'
  // My3DIS writes its report as Markdown only.
  const report = isOurs ? 'report.html' : 'report.md'
  const { view } = useServices()
  const acts = { cancel: useCancelRun(), pause: usePauseRun(), goOn: useContinueRun() }
  const state = shownState(record, acts)
  const refused = [acts.cancel.error, acts.pause.error, acts.goOn.error].find((fault) => fault && fault.code !== 'RUN_NOT_RUNNING')
  const hasReport = record.stages.some((stage) => stage.id === 'report' && (stage.state === 'succeeded' || stage.state === 'reused'))
  const hasFrames = record.stages.some((stage) => stage.id !== 'report' && (stage.done > 0 || stage.state === 'reused'))
  const withAnother = { page: 'compare', a: record.id, b: '', view: defaultCompareView } as const
  useActs(hasFrames ? { compare: () => goTo(view, withAnother) } : {})
  return (
    <header className="@container shrink-0 border-b border-line">
      <div className="flex min-h-12 flex-wrap items-center gap-x-2 gap-y-1 px-[18px] py-2">
        <div className="min-w-0 flex-1 basis-44">
          <h1 className="truncate text-lg font-semibold" title={record.name}>
            {record.name}
          </h1>
          <p className="flex items-center gap-1.5 text-sm text-mut">
            <StateMark state={state} />
            <span data-testid="run-state" data-state={state} className={`whitespace-nowrap ${colourOfState(state)}`}>
              {wordOfState(state)}
            </span>
            <RunTimes record={record} />
          </p>
        </div>
        {isOurs && <RunActs record={record} state={state} acts={acts} />}
        {hasFrames && <ExportRun record={record} />}
        {hasReport && (
          <LinkButton
            data-testid="report-link"
            href={`/runs/${encodeURIComponent(record.id)}/files/${report}`}
            target="_blank"
            rel="noopener"
            title="The report of this run"
          >
            <FileText size={14} aria-hidden />
            <span className="@max-[820px]:sr-only">Report</span>
          </LinkButton>
        )}
        {hasFrames && (
          <LinkButton data-testid="compare-with" href={hashFromRoute(withAnother)} title="Lay the answers of two runs over each other (c)">
            <SplitSquareHorizontal size={14} aria-hidden />
            <span className={hasEnded(record.state) ? '' : '@max-[820px]:sr-only'}>Compare…</span>
          </LinkButton>
        )}
        <LookAtFrames record={record} hasFrames={hasFrames} />
      </div>
      {refused && <FaultCard fault={refused} />}
    </header>
  )
}

function LookAtFrames({ record, hasFrames }: { readonly record: RunRecord; readonly hasFrames: boolean }) {
  const words = (
    <>
      <Images size={14} aria-hidden />
      {hasEnded(record.state) ? 'Look at frames' : 'Look at frames so far'}
    </>
  )
  return hasFrames ? (
    <LinkButton data-testid="look-at-frames" kind="primary" href={hashFromRoute({ page: 'browse', runId: record.id, view: defaultView })}>
      {words}
    </LinkButton>
  ) : (
    <Button data-testid="look-at-frames" disabled title={hasEnded(record.state) ? 'This run wrote no frame' : 'No frame is written yet'}>
      {words}
    </Button>
  )
}

function RunTimes({ record }: { readonly record: RunRecord }) {
  const now = useNow(1000)
  const frames = `${formatCount(record.frameIndices.length)} ${record.frameIndices.length === 1 ? 'frame' : 'frames'}`
  if (record.startedAt === undefined) return <span className="truncate">waits its turn · {frames}</span>
  const took = formatDuration((record.endedAt ?? now) - record.startedAt)
  return (
    <span className="truncate" title={exactTime(record.startedAt)}>
      {record.endedAt === undefined ? 'for' : 'after'} {took} · started {clockTime(record.startedAt).slice(0, 5)} · {frames}
      {record.config.frames.step > 1 && ` · step ${record.config.frames.step}`}
      {record.device && ` · ${record.device}`}
    </span>
  )
}
