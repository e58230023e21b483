// One sample a second of what a running stage uses: its worker process, this engine, and the GPU.
import pidusage from 'pidusage'
import type { Sample } from '#core/run/sample'
import type { GpuProbe } from './gpu-probe.ts'

export type Sampler = { stop(): void }

/** Calls `take` about once a second until stopped. A worker that is gone between two samples gives none. */
export function startSampler(options: {
  readonly stage: string
  readonly workerPid: number | undefined
  readonly gpu: GpuProbe
  readonly frameIndex: () => number | undefined
  readonly take: (sample: Sample) => void
  readonly failed: (reason: string) => void
}): Sampler {
  let stopped = false
  let complained = false
  const once = async () => {
    try {
      const pids = options.workerPid === undefined ? [process.pid] : [options.workerPid, process.pid]
      const usage = await pidusage(pids)
      if (stopped) return
      const worker = options.workerPid === undefined ? undefined : usage[options.workerPid]
      const gpu = options.gpu.read()
      options.take({
        at: Date.now(),
        stage: options.stage,
        cpuPercent: Math.max(0, worker?.cpu ?? 0),
        workerMemoryBytes: worker?.memory ?? 0,
        engineMemoryBytes: usage[process.pid]?.memory ?? process.memoryUsage.rss(),
        gpuPercent: gpu?.percent,
        gpuMemoryBytes: gpu?.memoryBytes,
        frameIndex: options.frameIndex(),
      })
    } catch (error) {
      // Losing a sample is no reason to lose a run; it is said once.
      if (!stopped && !complained) options.failed(error instanceof Error ? error.message : String(error))
      complained = true
    }
  }
  // The first reading of a process only sets the base for its CPU time, so it comes at once.
  void once()
  const timer = setInterval(once, 1000)
  return {
    stop: () => {
      stopped = true
      clearInterval(timer)
    },
  }
}
