// `node scripts/bench-sampling.mjs [seconds]` (Node 24): the share of a core that sampling takes, with this process as engine and one more as worker.
import { spawn } from 'node:child_process'
import { startGpuProbe } from '../src/engine/monitor/gpu-probe.ts'
import { startSampler } from '../src/engine/monitor/sampler.ts'

const seconds = Number(process.argv[2] ?? 20)
const limitPercent = 1

/** Processor time of this process over `duration` seconds, in percent of a core; a child's is counted when it has ended. */
async function shareOver(duration) {
  const before = process.cpuUsage()
  await new Promise((resolve) => setTimeout(resolve, duration * 1000))
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e4 / duration
}

// A worker with the threads of a real one, doing nothing: what is measured is the reading, not the work.
const worker = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], { stdio: 'ignore' })
const gpu = startGpuProbe()
try {
  const idle = await shareOver(seconds / 4)
  const samples = []
  const sampler = startSampler({
    stage: 'bench',
    workerPid: worker.pid,
    gpu,
    frameIndex: () => undefined,
    take: (sample) => samples.push(sample),
    failed: (reason) => console.error(reason),
  })
  const busy = await shareOver(seconds)
  sampler.stop()
  const share = Math.max(0, busy - idle)
  const result = {
    what: 'sampling, share of a core',
    percent: Number(share.toFixed(3)),
    idlePercent: Number(idle.toFixed(3)),
    samples: samples.length,
    seconds,
    limitPercent,
  }
  console.log(JSON.stringify(result))
  process.exitCode = samples.length > 0 && share <= limitPercent ? 0 : 1
} finally {
  gpu.close()
  worker.kill()
}
