// Writes fewer samples the longer a stage goes on, so that a night's run leaves a journal that is still small; peaks and means stay true.
import { memoryOfSample, noResources, type Sample, withSample } from './sample.ts'

export type SampleThinner = {
  /** One reading, each of about a second and later than the one before. */
  take(sample: Sample): void
  /** Writes what was held back. */
  flush(): void
}

/** Seconds that a written sample stands for, by the seconds that the stage has gone on: every one for ten minutes, then ever fewer. */
export const spans: readonly { readonly from: number; readonly seconds: number }[] = [
  { from: 7200, seconds: 10 },
  { from: 1800, seconds: 5 },
  { from: 600, seconds: 2 },
]

/**
 * Readings held back are written as one, with the means over their time, the newest time and the newest frame. A reading that is higher
 * than all before it in anything is written by itself, so that no peak is lost in a mean.
 */
export function createSampleThinner(write: (sample: Sample) => void): SampleThinner {
  let summary = noResources
  let held: Sample | undefined
  const flush = () => {
    if (held) write(held)
    held = undefined
  }
  return {
    take: (sample) => {
      const span = spans.find(({ from }) => summary.seconds >= from)?.seconds ?? 1
      const before = summary
      summary = withSample(summary, sample)
      if (span === 1 || isPeak(before, sample)) {
        flush()
        write(sample)
        return
      }
      // What one tells and the other does not has no common mean.
      if (held && !isAlike(held, sample)) flush()
      held = held ? merged(held, sample) : sample
      if ((held.seconds ?? 1) >= span) flush()
    },
    flush,
  }
}

function isPeak(before: typeof noResources, sample: Sample): boolean {
  const higher = (value: number | undefined, peak: number | undefined) => value !== undefined && value > (peak ?? -1)
  return (
    higher(sample.cpuPercent, before.cpuPercentPeak) ||
    higher(memoryOfSample(sample), before.memoryBytesPeak) ||
    higher(sample.gpuPercent, before.gpuPercentPeak) ||
    higher(sample.gpuMemoryBytes, before.gpuMemoryBytesPeak) ||
    higher(sample.readBytesPerSecond, before.readBytesPerSecondPeak) ||
    higher(sample.writeBytesPerSecond, before.writeBytesPerSecondPeak)
  )
}

const optionalKeys = ['gpuPercent', 'gpuMemoryBytes', 'readBytesPerSecond', 'writeBytesPerSecond'] as const

function isAlike(a: Sample, b: Sample): boolean {
  return a.stage === b.stage && optionalKeys.every((key) => (a[key] === undefined) === (b[key] === undefined))
}

function merged(a: Sample, b: Sample): Sample {
  const [weightA, weightB] = [a.seconds ?? 1, b.seconds ?? 1]
  const seconds = weightA + weightB
  const mean = (x: number, y: number) => Math.round(((x * weightA + y * weightB) / seconds) * 10) / 10
  const optional = (x: number | undefined, y: number | undefined) => (x === undefined || y === undefined ? undefined : mean(x, y))
  return {
    ...b,
    seconds,
    cpuPercent: mean(a.cpuPercent, b.cpuPercent),
    workerMemoryBytes: Math.round(mean(a.workerMemoryBytes, b.workerMemoryBytes)),
    engineMemoryBytes: Math.round(mean(a.engineMemoryBytes, b.engineMemoryBytes)),
    gpuPercent: optional(a.gpuPercent, b.gpuPercent),
    gpuMemoryBytes: optional(a.gpuMemoryBytes, b.gpuMemoryBytes),
    readBytesPerSecond: optional(a.readBytesPerSecond, b.readBytesPerSecond),
    writeBytesPerSecond: optional(a.writeBytesPerSecond, b.writeBytesPerSecond),
    frameIndex: b.frameIndex ?? a.frameIndex,
  }
}
