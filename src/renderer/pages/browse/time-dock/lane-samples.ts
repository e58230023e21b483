// What a stage used, on the frame axis: for each frame the highest reading while it was worked on.
import { formatBytes } from '#core/base/format'
import { memoryOfSample, type Sample } from '#core/run/sample'

export type ResourceKind = {
  readonly id: 'cpu' | 'memory' | 'gpu' | 'gpu-memory'
  readonly title: string
  /** The scale reaches at least this far. */
  readonly least: number
  value(sample: Sample): number | undefined
  words(value: number): string
}
export type ResourceLane = {
  readonly kind: ResourceKind
  /** Ascending positions, each once. */
  readonly points: readonly { readonly position: number; readonly value: number }[]
  /** Value at the upper edge. */
  readonly top: number
  readonly peak: { readonly position: number; readonly value: number }
}

const percent = (value: number) => `${Math.round(value)} %`
const kinds: readonly ResourceKind[] = [
  { id: 'cpu', title: 'CPU', least: 100, value: (sample) => sample.cpuPercent, words: percent },
  { id: 'memory', title: 'memory', least: 2 ** 28, value: memoryOfSample, words: formatBytes },
  { id: 'gpu', title: 'GPU', least: 100, value: (sample) => sample.gpuPercent, words: percent },
  { id: 'gpu-memory', title: 'GPU memory', least: 2 ** 28, value: (sample) => sample.gpuMemoryBytes, words: formatBytes },
]

/** Only kinds with a reading on a selected frame have a lane. `positionOf` gives undefined for frames that were not selected. */
export function resourceLanes(samples: readonly Sample[], positionOf: (frameIndex: number) => number | undefined): ResourceLane[] {
  return kinds.flatMap((kind) => {
    const highest = new Map<number, number>()
    for (const sample of samples) {
      const position = sample.frameIndex === undefined ? undefined : positionOf(sample.frameIndex)
      const value = kind.value(sample)
      if (position === undefined || value === undefined) continue
      highest.set(position, Math.max(highest.get(position) ?? value, value))
    }
    const points = [...highest].map(([position, value]) => ({ position, value })).sort((a, b) => a.position - b.position)
    const [first, ...others] = points
    if (!first) return []
    const peak = others.reduce((best, one) => (one.value > best.value ? one : best), first)
    return [{ kind, points, peak, top: Math.max(kind.least, peak.value * 1.1) }]
  })
}
