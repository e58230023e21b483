// One sample a second of what a running stage uses: its worker process, this engine, and the GPU.
import pidusage from 'pidusage'
import type { Sample } from '#core/run/sample'
import { createSampleThinner } from '#core/run/sample-thinner'
import type { GpuProbe } from './gpu-probe.ts'
import { createProcessMeter, hasProcessFiles } from './process-meter.ts'

export type Sampler = {
  /** Ends it; a last sample is taken before, when a worthwhile part of a second has passed. A second call does nothing. */
  stop(): void
}

export type SamplerOptions = {
  readonly stage: string
  readonly workerPid: number | undefined
  readonly gpu: Pick<GpuProbe, 'read'>
  readonly frameIndex: () => number | undefined
  readonly take: (sample: Sample) => void
  /** Told once, with the reason, when nothing can be read. */
  readonly failed: (reason: string) => void
  /** Given in tests. */
  readonly proc?: string
  readonly now?: () => number
}

const everyMs = 1000
/** Processor time is counted in hundredths of a second: over less than this it says little. */
const leastMs = 100

/** Calls `take` about once a second until stopped, of long stages less often. A worker that is gone between two readings gives none. */
export function startSampler(options: SamplerOptions): Sampler {
  const thinner = createSampleThinner(options.take)
  const thinned = { ...options, take: thinner.take }
  const sampler = hasProcessFiles(options.proc) ? sampleFiles(thinned) : sampleByProgram(thinned)
  return {
    stop: () => {
      sampler.stop()
      thinner.flush()
    },
  }
}

/** In a row, the first of which is only a base: a worker that ended is told of long before. */
const unreadBeforeFailure = 3

function sampleFiles({ workerPid, take, failed, proc = '/proc', now = () => performance.now(), ...options }: SamplerOptions): Sampler {
  const worker = workerPid === undefined ? undefined : createProcessMeter(workerPid, { children: true, proc })
  const engine = createProcessMeter(process.pid, { proc })
  let last = now()
  let unread = 0
  const tellUnread = (pid: number) => {
    unread += 1
    if (unread === unreadBeforeFailure) failed(`${proc}/${pid}/stat tells nothing`)
  }
  const once = () => {
    const at = now()
    const seconds = Math.max(0.1, Math.round((at - last) / 100) / 10)
    last = at
    const ours = engine.read(at)
    const theirs = worker?.read(at)
    if (!ours || (worker && !theirs)) return tellUnread(ours ? workerPid! : process.pid)
    unread = 0
    const sum = (a: number | undefined, b: number | undefined) => (a === undefined && b === undefined ? undefined : (a ?? 0) + (b ?? 0))
    const rate = (value: number | undefined) => (value === undefined ? undefined : Math.round(value))
    take({
      ...commonParts(options),
      ...(seconds === 1 ? {} : { seconds }),
      cpuPercent: Math.round((theirs?.cpuPercent ?? 0) * 10) / 10,
      workerMemoryBytes: theirs?.memoryBytes ?? 0,
      engineMemoryBytes: ours.memoryBytes,
      readBytesPerSecond: rate(sum(ours.readBytesPerSecond, theirs?.readBytesPerSecond)),
      writeBytesPerSecond: rate(sum(ours.writeBytesPerSecond, theirs?.writeBytesPerSecond)),
    })
  }
  // The first reading is only the base of the next.
  once()
  let timer: NodeJS.Timeout | undefined = setInterval(once, everyMs)
  return {
    stop: () => {
      if (timer === undefined) return
      clearInterval(timer)
      timer = undefined
      if (now() - last >= leastMs) once()
    },
  }
}

/** Where there is no /proc, pidusage asks the system's own program, which tells nothing of disks. */
function sampleByProgram({ workerPid, take, failed, ...options }: SamplerOptions): Sampler {
  let stopped = false
  let complained = false
  const once = async () => {
    try {
      const pids = workerPid === undefined ? [process.pid] : [workerPid, process.pid]
      const usage = await pidusage(pids)
      if (stopped) return
      const worker = workerPid === undefined ? undefined : usage[workerPid]
      take({
        ...commonParts(options),
        cpuPercent: Math.max(0, worker?.cpu ?? 0),
        workerMemoryBytes: worker?.memory ?? 0,
        engineMemoryBytes: usage[process.pid]?.memory ?? process.memoryUsage.rss(),
      })
    } catch (error) {
      // Losing a sample is no reason to lose a run; it is said once.
      if (!stopped && !complained) failed(error instanceof Error ? error.message : String(error))
      complained = true
    }
  }
  // The first reading of a process only sets the base for its CPU time, so it comes at once.
  void once()
  const timer = setInterval(once, everyMs)
  return {
    stop: () => {
      stopped = true
      clearInterval(timer)
    },
  }
}

function commonParts({ stage, gpu, frameIndex }: Pick<SamplerOptions, 'stage' | 'gpu' | 'frameIndex'>) {
  const reading = gpu.read()
  return { at: Date.now(), stage, gpuPercent: reading?.percent, gpuMemoryBytes: reading?.memoryBytes, frameIndex: frameIndex() }
}
