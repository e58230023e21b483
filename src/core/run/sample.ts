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
  /** For how long it stands, in seconds; absent = 1. Of long stages several readings are written as one, with their means. */
  seconds: z.number().positive().optional(),
  /** The frame being worked on, when known. */
  frameIndex: z.number().int().optional(),
})
export type Sample = z.infer<typeof Sample>

/** Peaks and means of one stage. Undefined where no sample told; a mean is over the time of those samples that did. */
export type ResourceSummary = {
  readonly samples: number
  readonly seconds: number
  readonly cpuPercentMean: number
  readonly cpuPercentPeak: number
  readonly memoryBytesPeak: number
  readonly memoryBytesMean: number
  readonly gpuSeconds: number
  readonly gpuPercentMean: number | undefined
  readonly gpuPercentPeak: number | undefined
  readonly gpuMemoryBytesMean: number | undefined
  readonly gpuMemoryBytesPeak: number | undefined
  readonly diskSeconds: number
  readonly readBytesPerSecondMean: number | undefined
  readonly readBytesPerSecondPeak: number | undefined
  readonly writeBytesPerSecondMean: number | undefined
  readonly writeBytesPerSecondPeak: number | undefined
}

export const noResources: ResourceSummary = {
  samples: 0,
  seconds: 0,
  cpuPercentMean: 0,
  cpuPercentPeak: 0,
  memoryBytesPeak: 0,
  memoryBytesMean: 0,
  gpuSeconds: 0,
  gpuPercentMean: undefined,
  gpuPercentPeak: undefined,
  gpuMemoryBytesMean: undefined,
  gpuMemoryBytesPeak: undefined,
  diskSeconds: 0,
  readBytesPerSecondMean: undefined,
  readBytesPerSecondPeak: undefined,
  writeBytesPerSecondMean: undefined,
  writeBytesPerSecondPeak: undefined,
}

/** The summary with one more sample taken in; constant memory. */
export function withSample(summary: ResourceSummary, sample: Sample): ResourceSummary {
  const weight = sample.seconds ?? 1
  const seconds = summary.seconds + weight
  const gpuSeconds = summary.gpuSeconds + (sample.gpuPercent === undefined ? 0 : weight)
  const diskSeconds = summary.diskSeconds + (sample.readBytesPerSecond === undefined ? 0 : weight)
  const memory = memoryOfSample(sample)
  const [gpuShare, diskShare] = [weight / gpuSeconds, weight / diskSeconds]
  return {
    samples: summary.samples + 1,
    seconds,
    cpuPercentMean: summary.cpuPercentMean + (sample.cpuPercent - summary.cpuPercentMean) * (weight / seconds),
    cpuPercentPeak: Math.max(summary.cpuPercentPeak, sample.cpuPercent),
    memoryBytesPeak: Math.max(summary.memoryBytesPeak, memory),
    memoryBytesMean: summary.memoryBytesMean + (memory - summary.memoryBytesMean) * (weight / seconds),
    gpuSeconds,
    gpuPercentMean: mean(summary.gpuPercentMean, sample.gpuPercent, gpuShare),
    gpuPercentPeak: peak(summary.gpuPercentPeak, sample.gpuPercent),
    gpuMemoryBytesMean: mean(summary.gpuMemoryBytesMean, sample.gpuMemoryBytes, gpuShare),
    gpuMemoryBytesPeak: peak(summary.gpuMemoryBytesPeak, sample.gpuMemoryBytes),
    diskSeconds,
    readBytesPerSecondMean: mean(summary.readBytesPerSecondMean, sample.readBytesPerSecond, diskShare),
    readBytesPerSecondPeak: peak(summary.readBytesPerSecondPeak, sample.readBytesPerSecond),
    writeBytesPerSecondMean: mean(summary.writeBytesPerSecondMean, sample.writeBytesPerSecond, diskShare),
    writeBytesPerSecondPeak: peak(summary.writeBytesPerSecondPeak, sample.writeBytesPerSecond),
  }
}

/** Resident memory of worker and engine together. */
export function memoryOfSample(sample: Sample): number {
  return sample.workerMemoryBytes + sample.engineMemoryBytes
}

function peak(before: number | undefined, value: number | undefined): number | undefined {
  return value === undefined ? before : Math.max(before ?? value, value)
}

/** The mean with one more value, whose time is `share` of the whole. */
function mean(before: number | undefined, value: number | undefined, share: number): number | undefined {
  if (value === undefined) return before
  return before === undefined ? value : before + (value - before) * Math.min(1, share)
}

/** Keeps at most `capacity` samples of the whole time: when full, every second old one goes. Order is kept, ends are kept. */
export function thinned(samples: readonly Sample[], next: Sample, capacity: number): readonly Sample[] {
  if (samples.length < capacity) return [...samples, next]
  return [...samples.filter((_, i) => i % 2 === 0), next]
}
