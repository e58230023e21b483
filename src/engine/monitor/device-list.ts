// The devices of this machine that stages may be given: the CPU, and each GPU that the NVIDIA driver names.
import { execFile } from 'node:child_process'
import { availableParallelism, totalmem } from 'node:os'
import { promisify } from 'node:util'
import { reasonOfError } from '#core/base/fault'
import type { Device } from '#core/schedule/schedule'

const run = promisify(execFile)

export type MachineDevice = Device & {
  readonly name: string
  /** CUDA compute capability ("9.0"); undefined for the CPU, and where the driver is too old to tell. */
  readonly computeCapability: string | undefined
}

export type DeviceList = {
  /** The CPU first, then the GPUs by the driver's index. */
  readonly devices: readonly MachineDevice[]
  /** Why GPUs are missing although a driver is there: it fails, or does not tell a GPU's memory. Undefined also when there is no driver at all. */
  readonly problem: string | undefined
}

/** `memoryLimitBytes` is the tightest limit on this process (memory watch); without it, what Node knows of one. `program` is given in tests. */
export async function listDevices(options: { readonly program?: string; readonly memoryLimitBytes?: number } = {}): Promise<DeviceList> {
  const { program = 'nvidia-smi', memoryLimitBytes = process.constrainedMemory() } = options
  // "Unlimited" comes as 0, or as a number near 2^64.
  const memoryBytes = memoryLimitBytes > 0 ? Math.min(memoryLimitBytes, totalmem()) : totalmem()
  const cpu = { id: 'cpu', name: 'CPU', memoryBytes, cores: availableParallelism(), computeCapability: undefined }
  const { lines, problem } = await gpuLines(program)
  const gpus = lines.flatMap((line) => gpuFromLine(line) ?? [])
  gpus.sort((a, b) => Number(a.id.slice(5)) - Number(b.id.slice(5)))
  const unread = lines.find((line) => gpuFromLine(line) === undefined)
  const said = unread === undefined ? undefined : `${program} said something unexpected: ${unread.slice(0, 200)}`
  return { devices: [cpu, ...gpus], problem: problem ?? said }
}

async function gpuLines(program: string): Promise<{ readonly lines: readonly string[]; readonly problem: string | undefined }> {
  const ask = async (fields: string) => {
    const { stdout } = await run(program, [`--query-gpu=${fields}`, '--format=csv,noheader,nounits'], { timeout: 8000 })
    return stdout.split('\n').filter((line) => line.trim() !== '')
  }
  try {
    // Drivers before 510 do not know compute_cap and refuse the whole question.
    const lines = await ask('index,name,memory.total,compute_cap').catch((error: unknown) => {
      if (isMissing(error)) throw error
      return ask('index,name,memory.total')
    })
    return { lines, problem: undefined }
  } catch (error) {
    return { lines: [], problem: isMissing(error) ? undefined : `${program} fails: ${reasonOfError(error)}` }
  }
}

/** One CSV line of the query above; memory comes in MiB. Undefined when it is something else (a message, memory "[N/A]"). */
export function gpuFromLine(line: string): MachineDevice | undefined {
  const [index, name, memory, capability] = line.split(',').map((part) => part.trim())
  if (index === undefined || name === undefined || memory === undefined || !/^\d+$/.test(index) || !/^\d+$/.test(memory)) return undefined
  const computeCapability = capability !== undefined && /^\d+\.\d+$/.test(capability) ? capability : undefined
  return { id: `cuda:${index}`, name, memoryBytes: Number(memory) * 2 ** 20, computeCapability }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
