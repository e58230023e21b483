// Whether the device of a stage can carry its program, asked of the driver before the program is started.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { Fault, reasonOfError } from '#core/base/fault'
import { type CommandDeclaration, isVersionAtLeast } from '#core/pipeline/command-stage'

export type Gpu = { readonly index: number; readonly memoryBytes: number; readonly computeCapability: string }

/** By the driver's index. `program` is given in tests. Rejects when the driver cannot be asked. */
export async function readGpus(program = 'nvidia-smi'): Promise<readonly Gpu[]> {
  const { stdout } = await promisify(execFile)(program, ['--query-gpu=index,memory.total,compute_cap', '--format=csv,noheader,nounits'], {
    timeout: 20_000,
  })
  return stdout.split('\n').flatMap((line) => {
    const [index, mebibytes, computeCapability] = line.split(',').map((field) => field.trim())
    if (!computeCapability || !/^\d+$/.test(index!) || !/^\d+$/.test(mebibytes!)) return []
    return [{ index: Number(index), memoryBytes: Number(mebibytes) * 2 ** 20, computeCapability }]
  })
}

/** Throws DEVICE_MISSING, DEVICE_TOO_OLD or DEVICE_TOO_SMALL. Nothing is asked for a stage that needs no GPU. */
export async function checkDevice(declaration: CommandDeclaration, device: string, gpus: () => Promise<readonly Gpu[]>): Promise<void> {
  const { id, device: need } = declaration
  if (need === 'none') return
  const found = await gpus().catch((error: unknown) => {
    throw new Fault('DEVICE_MISSING', { device: 'a GPU', where: id, known: `no driver that answers (${reasonOfError(error)})` }, error)
  })
  const gpu = found.find(({ index }) => `cuda:${index}` === device)
  const known = found.map(({ index }) => `cuda:${index}`).join(', ') || 'no GPU'
  if (!gpu) throw new Fault('DEVICE_MISSING', { device: device === 'cpu' ? 'a GPU (the stage was given cpu)' : device, where: id, known })
  const { minComputeCapability: capability, minMemoryBytes: memory } = need
  if (capability !== undefined && !isVersionAtLeast(gpu.computeCapability, capability))
    throw new Fault('DEVICE_TOO_OLD', { stage: id, device, needed: capability, found: gpu.computeCapability })
  if (memory !== undefined && gpu.memoryBytes < memory)
    throw new Fault('DEVICE_TOO_SMALL', { stage: id, device, neededBytes: memory, memoryBytes: gpu.memoryBytes })
}
