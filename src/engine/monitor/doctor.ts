// What this machine has: each line with its state, what was found, and what to do where something is missing.
import { execFile } from 'node:child_process'
import { arch, cpus, freemem, release, totalmem, type as systemType } from 'node:os'
import { promisify } from 'node:util'
import type { DoctorLine } from '#api/api'
import { reasonOfError } from '#core/base/fault'
import { formatBytes } from '#core/base/format'
import { freeBytes } from '../scenes/output-folder.ts'

const run = promisify(execFile)

export type DoctorLines = () => Promise<DoctorLine[]>

/** `extra` gives the host's own lines (Electron); `providers` those of the inference runtime, probed in a worker; `models` those of the model store. */
export async function examine(options: {
  readonly outputFolder: string
  readonly extra: DoctorLines
  readonly providers: DoctorLines
  readonly models: DoctorLines
}): Promise<DoctorLine[]> {
  const { extra, providers, models, outputFolder } = options
  const lines = await Promise.all([machine(), extra(), gpu(), providers(), models(), ffmpeg(), disk(outputFolder), memory()])
  return withDriver(lines.flat())
}

/** Providers that need the driver of the GPU: is it the driver that is missing, or what lies between it and the runtime? */
export function withDriver(lines: readonly DoctorLine[]): DoctorLine[] {
  const driver = lines.find(({ id }) => id === 'gpu')
  return lines.map((line) => {
    if (!driver || line.state === 'ok' || !/^provider-(cuda|tensorrt)$/.test(line.id)) return line
    if (driver.state === 'ok') return { ...line, found: `driver seen (${driver.found}), provider failed to load: ${line.found}` }
    return { ...line, found: `no driver (${driver.found}); ${line.found}` }
  })
}

async function machine(): Promise<DoctorLine[]> {
  const found = `${systemType()} ${release()}, ${arch()}, ${cpus().length} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), Node ${process.versions.node}`
  return [{ id: 'machine', title: 'Machine', state: 'ok', found }]
}

async function gpu(): Promise<DoctorLine[]> {
  try {
    const { stdout } = await run('nvidia-smi', ['--query-gpu=name,memory.total,driver_version', '--format=csv,noheader'], { timeout: 8000 })
    return [{ id: 'gpu', title: 'GPU', state: 'ok', found: stdout.trim().split('\n').join('; ') }]
  } catch (error) {
    const absent = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    return [
      {
        id: 'gpu',
        title: 'GPU',
        state: absent ? 'absent' : 'broken',
        found: absent ? 'nvidia-smi was not found: no NVIDIA driver' : `nvidia-smi fails: ${reasonOfError(error)}`,
        remedy: 'The built-in backends need none. For models on a GPU install the NVIDIA driver, then look again.',
      },
    ]
  }
}

async function ffmpeg(): Promise<DoctorLine[]> {
  try {
    const { stdout } = await run('ffmpeg', ['-version'], { timeout: 8000 })
    return [{ id: 'ffmpeg', title: 'ffmpeg', state: 'ok', found: stdout.split('\n', 1)[0]! }]
  } catch (error) {
    const absent = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    return [
      {
        id: 'ffmpeg',
        title: 'ffmpeg',
        state: absent ? 'absent' : 'broken',
        found: absent ? 'not in the PATH' : reasonOfError(error),
        remedy: 'Needed only to read video files. Install it with the package manager of the system.',
      },
    ]
  }
}

const littleSpace = 2 * 2 ** 30

async function disk(folder: string): Promise<DoctorLine[]> {
  try {
    const free = await freeBytes(folder)
    const found = `${formatBytes(free)} free for ${folder}`
    if (free >= littleSpace) return [{ id: 'disk', title: 'Disk', state: 'ok', found }]
    return [{ id: 'disk', title: 'Disk', state: 'broken', found, remedy: 'Free some space, or choose an output folder on another disk.' }]
  } catch (error) {
    return [
      {
        id: 'disk',
        title: 'Disk',
        state: 'broken',
        found: `${folder}: ${reasonOfError(error)}`,
        remedy: 'Choose an output folder that exists and can be written.',
      },
    ]
  }
}

async function memory(): Promise<DoctorLine[]> {
  const limit = process.constrainedMemory()
  // "Unlimited" comes as a number near 2^64.
  const total = limit > 0 && limit < totalmem() ? limit : totalmem()
  return [{ id: 'memory', title: 'Memory', state: 'ok', found: `${formatBytes(total)}, ${formatBytes(freemem())} free now` }]
}
