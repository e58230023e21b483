// What a stage on a device would run a network with, out of what the doctor found.
import type { DoctorLine } from '#api/api'

/** Lines about driver, runtime and providers; the others are about the machine. */
export function isDeviceLine({ id }: Pick<DoctorLine, 'id'>): boolean {
  return id === 'gpu' || id === 'onnxruntime' || id.startsWith('provider-')
}

type Use = { readonly state: 'ok' | 'warning' | 'broken'; readonly network: string; readonly builtin: string }

/** `device` is cpu or cuda:<n>: a network asks for CUDA there, and then for the CPU (src/worker/inference/device-providers.ts). */
export function deviceUse(device: string, lines: readonly Pick<DoctorLine, 'id' | 'state' | 'found'>[]): Use {
  const lineOf = (provider: string) => lines.find(({ id }) => id === `provider-${provider}`)
  const cpu = lineOf('cpu')
  const onCpu = device === 'cpu'
  const builtin = onCpu
    ? 'A built-in backend runs on the CPU.'
    : 'A built-in backend uses no GPU: the plan of a run says so before it starts.'
  if (cpu?.state === 'broken') return { state: 'broken', network: `A network cannot run: ${cpu.found}.`, builtin }
  if (onCpu) return { state: 'ok', network: 'A network runs on the CPU.', builtin }
  const cuda = lineOf('cuda')
  if (cuda?.state === 'ok') return { state: 'ok', network: 'A network runs on it with CUDA.', builtin }
  const why = cuda ? cuda.found : 'the provider CUDA was not asked'
  return { state: 'warning', network: `A network would run on the CPU instead, and the record of the run would say so: ${why}.`, builtin }
}
