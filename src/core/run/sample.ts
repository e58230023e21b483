// A sample: one reading of what a stage uses; and a ring that keeps the newest of them in constant memory.
import { z } from 'zod'

export const Sample = z.object({
  /** Milliseconds since 1970. */
  at: z.number(),
  stage: z.string(),
  /** Of the worker process and its children, in percent of one core (200 = two cores busy). */
  cpuPercent: z.number().nonnegative(),
  /** Resident memory of worker and engine. */
  workerMemoryBytes: z.number().nonnegative(),
  engineMemoryBytes: z.number().nonnegative(),
  /** Absent where no GPU answers. */
  gpuPercent: z.number().optional(),
  gpuMemoryBytes: z.number().optional(),
  /** What disks had to do for worker and engine; absent where the system does not tell, and in runs of version 0.1. */
  readBytesPerSecond: z.number().nonnegative().optional(),
  writeBytesPerSecond: z.number().nonnegative().optional(),
  /** The frame being worked on, when known. */
  frameIndex: z.number().int().optional(),
})
export type Sample = z.infer<typeof Sample>

/** Peaks and means of one stage. Undefined where no sample told; a mean is over those samples that did. */
export type ResourceSummary = {
  readonly samples: number
  readonly cpuPercentMean: number
  readonly cpuPercentPeak: number
  readonly memoryBytesPeak: number
  readonly memoryBytesMean: number
  readonly gpuSamples: number
  readonly gpuPercentMean: number | undefined
  readonly gpuPercentPeak: number | undefined
  readonly gpuMemoryBytesMean: number | undefined
  readonly gpuMemoryBytesPeak: number | undefined
  readonly diskSamples: number
  readonly readBytesPerSecondMean: number | undefined
  readonly readBytesPerSecondPeak: number | undefined
  readonly writeBytesPerSecondMean: number | undefined
  readonly writeBytesPerSecondPeak: number | undefined
}

export const noResources: ResourceSummary = {
  samples: 0,
  cpuPercentMean: 0,
  cpuPercentPeak: 0,
  memoryBytesPeak: 0,
  memoryBytesMean: 0,
  gpuSamples: 0,
  gpuPercentMean: undefined,
  gpuPercentPeak: undefined,
  gpuMemoryBytesMean: undefined,
  gpuMemoryBytesPeak: undefined,
  diskSamples: 0,
  readBytesPerSecondMean: undefined,
  readBytesPerSecondPeak: undefined,
  writeBytesPerSecondMean: undefined,
  writeBytesPerSecondPeak: undefined,
}

/** The summary with one more sample taken in; constant memory. */
export function withSample(summary: ResourceSummary, sample: Sample): ResourceSummary {
  const n = summary.samples + 1
  const gpuSamples = summary.gpuSamples + (sample.gpuPercent === undefined ? 0 : 1)
  const diskSamples = summary.diskSamples + (sample.readBytesPerSecond === undefined ? 0 : 1)
  const memory = sample.workerMemoryBytes + sample.engineMemoryBytes
  return {
    samples: n,
    cpuPercentMean: summary.cpuPercentMean + (sample.cpuPercent - summary.cpuPercentMean) / n,
    cpuPercentPeak: Math.max(summary.cpuPercentPeak, sample.cpuPercent),
    memoryBytesPeak: Math.max(summary.memoryBytesPeak, memory),
    memoryBytesMean: summary.memoryBytesMean + (memory - summary.memoryBytesMean) / n,
    gpuSamples,
    gpuPercentMean: mean(summary.gpuPercentMean, sample.gpuPercent, gpuSamples),
    gpuPercentPeak: peak(summary.gpuPercentPeak, sample.gpuPercent),
    gpuMemoryBytesMean: mean(summary.gpuMemoryBytesMean, sample.gpuMemoryBytes, gpuSamples),
    gpuMemoryBytesPeak: peak(summary.gpuMemoryBytesPeak, sample.gpuMemoryBytes),
    diskSamples,
    readBytesPerSecondMean: mean(summary.readBytesPerSecondMean, sample.readBytesPerSecond, diskSamples),
    readBytesPerSecondPeak: peak(summary.readBytesPerSecondPeak, sample.readBytesPerSecond),
    writeBytesPerSecondMean: mean(summary.writeBytesPerSecondMean, sample.writeBytesPerSecond, diskSamples),
    writeBytesPerSecondPeak: peak(summary.writeBytesPerSecondPeak, sample.writeBytesPerSecond),
  }
}

function peak(before: number | undefined, value: number | undefined): number | undefined {
  return value === undefined ? before : Math.max(before ?? value, value)
}

/** The mean of `count` values, the last of which is `value`. */
function mean(before: number | undefined, value: number | undefined, count: number): number | undefined {
  if (value === undefined) return before
  return before === undefined ? value : before + (value - before) / Math.max(1, count)
}

/** Keeps at most `capacity` samples of the whole time: when full, every second old one goes. Order is kept, ends are kept. */
export function thinned(samples: readonly Sample[], next: Sample, capacity: number): readonly Sample[] {
  if (samples.length < capacity) return [...samples, next]
  return [...samples.filter((_, i) => i % 2 === 0), next]
}
