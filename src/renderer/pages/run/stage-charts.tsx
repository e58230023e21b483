// Four small charts of one stage, drawn on canvases once per animation frame; react only lays them out.
import { useEffect, useRef } from 'react'
import { formatBytes } from '#core/base/format'
import type { StageRecord } from '#core/run/run'
import type { Sample } from '#core/run/sample'
import { useServices, useSettings } from '../../state/services.tsx'
import { drawLane, type Lane } from './lane-drawing.ts'

type ChartKind = {
  readonly id: 'cpu' | 'memory' | 'gpu' | 'gpu-memory'
  readonly title: string
  readonly tone: '--mut' | '--run'
  /** The scale reaches at least this far. */
  readonly least: number
  value(sample: Sample): number | undefined
  words(value: number): string
}

const kinds: readonly ChartKind[] = [
  {
    id: 'cpu',
    title: 'CPU',
    tone: '--mut',
    least: 100,
    value: (sample) => sample.cpuPercent,
    words: (value) => `${Math.round(value)} %`,
  },
  {
    id: 'memory',
    title: 'Memory',
    tone: '--mut',
    least: 2 ** 28,
    value: (sample) => sample.workerMemoryBytes + sample.engineMemoryBytes,
    words: formatBytes,
  },
  { id: 'gpu', title: 'GPU', tone: '--run', least: 100, value: (sample) => sample.gpuPercent, words: (value) => `${Math.round(value)} %` },
  { id: 'gpu-memory', title: 'GPU memory', tone: '--run', least: 2 ** 28, value: (sample) => sample.gpuMemoryBytes, words: formatBytes },
]

export function StageCharts({
  runId,
  stage,
  gpu,
}: {
  readonly runId: string
  readonly stage: StageRecord
  readonly gpu: string | undefined
}) {
  const isRunning = stage.state === 'running'
  const hasGpu = stage.resources.gpuPercentPeak !== undefined || stage.resources.gpuMemoryBytesPeak !== undefined
  const shown = hasGpu ? kinds : kinds.slice(0, 2)
  return (
    <div className="@container">
      <div className="mt-2 grid grid-cols-2 gap-x-3.5 gap-y-2 @min-[460px]:grid-cols-4">
        {shown.map((kind) => (
          <Chart key={kind.id} runId={runId} stage={stage.id} kind={kind} isTall={isRunning} />
        ))}
        {!hasGpu && (
          <div data-testid={`chart-${stage.id}-gpu`} className="col-span-2 flex flex-col text-xs text-mut">
            <span>GPU</span>
            <span className="mt-0.5 flex flex-1 items-center border-b border-line text-dim">
              {stage.resources.samples === 0 && isRunning ? 'Awaiting the first reading…' : gpu || 'No GPU answered while this stage ran.'}
            </span>
          </div>
        )}
      </div>
    </div>
  )
}

function Chart({
  runId,
  stage,
  kind,
  isTall,
}: {
  readonly runId: string
  readonly stage: string
  readonly kind: ChartKind
  readonly isTall: boolean
}) {
  const { rings } = useServices()
  const theme = useSettings((settings) => settings.theme)
  const canvas = useRef<HTMLCanvasElement>(null)
  const words = useRef<HTMLElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme is read from the document when drawing
  useEffect(() => {
    const target = canvas.current
    if (!target) return
    let wanted = 0
    const draw = () => {
      wanted = 0
      const lane = laneOf(rings.of(runId, stage), kind)
      drawLane(target, lane, kind.tone)
      const last = lane.points.at(-1)
      if (words.current)
        words.current.textContent = last ? (isTall ? kind.words(last.value) : `peak ${kind.words(lane.peak)}`) : 'no reading yet'
      target.setAttribute(
        'aria-label',
        last ? `${kind.title}: now ${kind.words(last.value)}, at most ${kind.words(lane.peak)}` : kind.title,
      )
    }
    const ask = () => {
      if (wanted === 0) wanted = requestAnimationFrame(draw)
    }
    const watched = new ResizeObserver(ask)
    watched.observe(target)
    const stop = rings.subscribe(runId, stage, ask)
    const painted = new MutationObserver(ask)
    painted.observe(document.documentElement, { attributeFilter: ['data-theme'] })
    ask()
    return () => {
      stop()
      watched.disconnect()
      painted.disconnect()
      cancelAnimationFrame(wanted)
    }
  }, [rings, runId, stage, kind, isTall, theme])
  return (
    <figure data-testid={`chart-${stage}-${kind.id}`} className="m-0 min-w-0">
      <figcaption className="flex justify-between gap-2 text-xs text-mut whitespace-nowrap">
        <span>{kind.title}</span>
        <em ref={words} className="truncate text-txt not-italic" />
      </figcaption>
      <canvas
        ref={canvas}
        role="img"
        aria-label={`${kind.title} over the time of ${stage}`}
        className={`mt-0.5 block w-full ${isTall ? 'h-[56px]' : 'h-[30px]'}`}
      />
    </figure>
  )
}

function laneOf(samples: readonly Sample[], kind: ChartKind): Lane {
  const points: { at: number; value: number }[] = []
  let peak = 0
  for (const sample of samples) {
    const value = kind.value(sample)
    if (value === undefined) continue
    points.push({ at: sample.at, value })
    peak = Math.max(peak, value)
  }
  return { points, peak, top: Math.max(kind.least, peak * 1.15) }
}
