// What a stage used, on the frame axis: for each frame the highest reading while it was worked on.
import { formatBytes } from '#core/base/format'
import { memoryOfSample, type Sample } from '#core/run/sample'
import type { LoopRange } from './lane-axis.ts'

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
  /** The highest reading, and all frames that were worked on in its time. */
  readonly peak: { readonly positions: LoopRange; readonly value: number }
}

const percent = (value: number) => `${Math.round(value)} %`
export const resourceKinds: readonly ResourceKind[] = [
  { id: 'cpu', title: 'CPU', least: 100, value: (sample) => sample.cpuPercent, words: percent },
  { id: 'memory', title: 'memory', least: 2 ** 28, value: memoryOfSample, words: formatBytes },
  { id: 'gpu', title: 'GPU', least: 100, value: (sample) => sample.gpuPercent, words: percent },
  { id: 'gpu-memory', title: 'GPU memory', least: 2 ** 28, value: (sample) => sample.gpuMemoryBytes, words: formatBytes },
]

/** Only kinds with a reading on a selected frame have a lane. `positionsOf` gives undefined where no selected frame was worked on. */
export function resourceLanes(samples: readonly Sample[], positionsOf: (sample: Sample) => LoopRange | undefined): ResourceLane[] {
  const placed = samples.flatMap((sample) => {
    const positions = positionsOf(sample)
    return positions ? [{ sample, positions }] : []
  })
  return resourceKinds.flatMap((kind) => {
    const highest = new Map<number, number>()
    let peak: ResourceLane['peak'] | undefined
    for (const { sample, positions } of placed) {
      const value = kind.value(sample)
      if (value === undefined) continue
      if (peak === undefined || value > peak.value) peak = { positions, value }
      for (let position = positions[0]; position <= positions[1]; position += 1)
        highest.set(position, Math.max(highest.get(position) ?? value, value))
    }
    if (!peak) return []
    const points = [...highest].map(([position, value]) => ({ position, value })).sort((a, b) => a.position - b.position)
    return [{ kind, points, peak, top: Math.max(kind.least, peak.value * 1.1) }]
  })
}
