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
  /** The frame being worked on, when known. */
  frameIndex: z.number().int().optional(),
})
export type Sample = z.infer<typeof Sample>

/** Peaks and means of one stage. */
export type ResourceSummary = {
  readonly samples: number
  readonly cpuPercentMean: number
  readonly cpuPercentPeak: number
  readonly memoryBytesPeak: number
  readonly memoryBytesMean: number
  readonly gpuPercentPeak: number | undefined
  readonly gpuMemoryBytesPeak: number | undefined
}

export const noResources: ResourceSummary = {
  samples: 0,
  cpuPercentMean: 0,
  cpuPercentPeak: 0,
  memoryBytesPeak: 0,
  memoryBytesMean: 0,
  gpuPercentPeak: undefined,
  gpuMemoryBytesPeak: undefined,
}

/** The summary with one more sample taken in; constant memory. */
export function withSample(summary: ResourceSummary, sample: Sample): ResourceSummary {
  const n = summary.samples + 1
  const memory = sample.workerMemoryBytes + sample.engineMemoryBytes
  const peak = (a: number | undefined, b: number | undefined) => (b === undefined ? a : Math.max(a ?? 0, b))
  return {
    samples: n,
    cpuPercentMean: summary.cpuPercentMean + (sample.cpuPercent - summary.cpuPercentMean) / n,
    cpuPercentPeak: Math.max(summary.cpuPercentPeak, sample.cpuPercent),
    memoryBytesPeak: Math.max(summary.memoryBytesPeak, memory),
    memoryBytesMean: summary.memoryBytesMean + (memory - summary.memoryBytesMean) / n,
    gpuPercentPeak: peak(summary.gpuPercentPeak, sample.gpuPercent),
    gpuMemoryBytesPeak: peak(summary.gpuMemoryBytesPeak, sample.gpuMemoryBytes),
  }
}

/** Keeps at most `capacity` samples of the whole time: when full, every second old one goes. Order is kept, ends are kept. */
export function thinned(samples: readonly Sample[], next: Sample, capacity: number): readonly Sample[] {
  if (samples.length < capacity) return [...samples, next]
  return [...samples.filter((_, i) => i % 2 === 0), next]
}
