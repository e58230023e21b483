// The stages of a run: state, progress, rate, remaining time, what runs it and why, and its charts.
import { ChevronDown, ChevronRight } from 'lucide-react'
import { useState } from 'react'
import { formatBytes, formatCount, formatDuration, formatDurationRange } from '#core/base/format'
import { stageOf } from '#core/pipeline/pipeline'
import { hasEnded, paceOf, type RunRecord, type StageRecord } from '#core/run/run'
import { useDescription } from '../../state/queries.ts'
import { cn } from '../../ui/class-names.ts'
import { ProgressBar } from '../../ui/panel.tsx'
import { StateMark } from '../../ui/state-mark.tsx'
import { StageCharts } from './stage-charts.tsx'
import { StageMenu } from './stage-menu.tsx'
import { StageNotes } from './stage-notes.tsx'

export function StageList({ record }: { readonly record: RunRecord }) {
  return (
    <ol aria-label="Stages">
      {record.stages.map((stage) => (
        <StageRow key={stage.id} stage={stage} record={record} />
      ))}
    </ol>
  )
}

function StageRow({ stage, record }: { readonly stage: StageRecord; readonly record: RunRecord }) {
  const [isFolded, setFolded] = useState(false)
  const declaration = stageOf(record.config, stage.id)
  const hasCharts = stage.resources.samples > 0 || stage.state === 'running'
  const isOurs = useDescription(record.id).data?.program === 'scenewright'
  const rests = isOurs && (hasEnded(record.state) || record.state === 'paused')
  const Fold = isFolded ? ChevronRight : ChevronDown
  return (
    <li data-testid={`stage-${stage.id}`} data-state={stage.state} className="border-b border-line px-[18px] py-2.5">
      <div className="flex items-center gap-2.5">
        <StateMark state={stage.state} />
        <h2 className={cn('text-[14px] font-medium', stage.state === 'waiting' && 'text-mut')}>{stage.id}</h2>
        <span className="min-w-0 flex-[3_1_0] truncate text-mut" title={declaration?.does}>
          {stage.state === 'waiting' ? (stage.waitsFor ?? declaration?.does) : <StageWords stage={stage} />}
        </span>
        {stage.backend && (
          <span className="min-w-0 max-w-[36%] shrink truncate text-sm text-mut" title={`${stage.backend}: ${stage.backendReason ?? ''}`}>
            {stage.backend}
            {stage.backendReason && <span className="text-dim max-[1180px]:hidden"> · {stage.backendReason}</span>}
          </span>
        )}
        {rests && <StageMenu stage={stage.id} record={record} />}
        {hasCharts && (
          <button
            type="button"
            aria-expanded={!isFolded}
            aria-label={`Charts of ${stage.id}`}
            onClick={() => setFolded(!isFolded)}
            className="rounded p-0.5 text-dim hover:text-txt"
          >
            <Fold size={15} aria-hidden />
          </button>
        )}
      </div>
      <StageNotes stage={stage} toldAbove={record.fault} />
      {stage.state === 'running' && (
        <div className="mt-2">
          <ProgressBar done={stage.done} total={stage.total} label={`Progress of ${stage.id}`} />
        </div>
      )}
      {hasCharts && !isFolded && <StageCharts runId={record.id} stage={stage} gpu={record.gpu} />}
    </li>
  )
}

/** How far it is, how fast, and how long it will take; once ended, what came out and what it used. */
function StageWords({ stage }: { readonly stage: StageRecord }) {
  if (stage.state !== 'running') {
    const counts = Object.entries(stage.counts)
      .filter(([, count]) => count > 0)
      .map(([name, count]) => `${formatCount(count)} ${wordOfCount(name)}`)
    const used = usedWords(stage)
    const progress =
      stage.state === 'succeeded' || stage.state === 'reused'
        ? []
        : [`${formatCount(stage.done)} of ${formatCount(stage.total)} ${stage.unit}`]
    return [...progress, ...counts, stage.durationMs !== undefined && formatDuration(stage.durationMs), ...used].filter(Boolean).join(' · ')
  }
  const pace = paceOf(stage)
  const parts = [`${formatCount(stage.done)} of ${formatCount(stage.total)} ${stage.unit}`]
  if (pace && pace.perSecond > 0) {
    parts.push(pace.perSecond >= 1 ? `${pace.perSecond.toFixed(1)} a second` : `${formatDuration(1000 / pace.perSecond)} each`)
    if (stage.done < stage.total) parts.push(`${formatDurationRange(pace.remainingLowMs, pace.remainingHighMs)} left`)
  }
  return (
    <span className="text-txt">
      {parts[0]}
      <span className="text-mut">
        {parts.slice(1).map((part) => ` · ${part}`)}
        {stage.frameIndex !== undefined && ` · frame ${formatCount(stage.frameIndex)}`}
      </span>
    </span>
  )
}

/** Means and peaks of what was measured; what could not be measured is left out. */
function usedWords({ resources }: StageRecord): string[] {
  if (resources.samples === 0) return []
  const { cpuPercentMean, memoryBytesPeak, gpuPercentPeak, gpuMemoryBytesPeak, writeBytesPerSecondPeak } = resources
  return [
    `CPU ${Math.round(cpuPercentMean)} % on average`,
    `${formatBytes(memoryBytesPeak)} at most`,
    ...(gpuPercentPeak === undefined ? [] : [`GPU up to ${Math.round(gpuPercentPeak)} %`]),
    ...(gpuMemoryBytesPeak === undefined ? [] : [`${formatBytes(gpuMemoryBytesPeak)} of GPU memory`]),
    ...(writeBytesPerSecondPeak === undefined ? [] : [`writes up to ${formatBytes(writeBytesPerSecondPeak)}/s`]),
  ]
}

/** Keys of counts are names in code (`parentDropped`); people read words. */
function wordOfCount(name: string): string {
  return name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase()
}
