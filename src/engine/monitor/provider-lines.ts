// The doctor's lines about inference providers, as a throw-away worker found them.
import type { DoctorLine } from '#api/api'
import { Fault } from '#core/base/fault'
import type { ProviderReport } from '#core/model/provider-report'
import type { Known } from '#core/run/provenance'
import type { TrialWorker } from '../models/trial-worker.ts'

/** `inferenceRuntime`: its version, as the host knows it. */
export async function providerLines(trials: Pick<TrialWorker, 'probe'>, inferenceRuntime: Known): Promise<DoctorLine[]> {
  const line = { id: 'onnxruntime', title: 'onnxruntime' }
  try {
    const reports = await trials.probe()
    // A provider of another system is nothing this machine lacks.
    return [runtimeLine(reports, inferenceRuntime), ...reports.filter(({ name, compiledIn }) => compiledIn || !foreign(name)).map(lineOf)]
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'WORKER_LOST') throw error
    return [{ ...line, state: 'broken', found: `the probe ended without an answer (${error.params.reason})`, remedy: reinstall }]
  }
}

/** The runtime itself, apart from its providers: it is loaded when any of them was at least asked. */
function runtimeLine(reports: readonly ProviderReport[], inferenceRuntime: Known): DoctorLine {
  const line = { id: 'onnxruntime', title: 'onnxruntime' }
  const broken = reports.find(({ reason }) => reason?.startsWith('onnxruntime does not load'))?.reason
  if (broken !== undefined) return { ...line, state: 'broken', found: broken, remedy: reinstall }
  const built = reports.flatMap(({ name, compiledIn }) => (compiledIn ? [name] : []))
  const version = 'value' in inferenceRuntime ? inferenceRuntime.value : inferenceRuntime.unknown
  return { ...line, state: 'ok', found: `${version} is loaded; built with ${built.join(', ')}` }
}

/** dml exists on Windows only, coreml on macOS only. */
function foreign(name: string): boolean {
  return (name === 'dml' && process.platform !== 'win32') || (name === 'coreml' && process.platform !== 'darwin')
}

const reinstall = 'Install the dependencies again (`npm ci`); the built-in backends work without it.'

const needs = (what: string) => `Install ${what}; else models run on the CPU.`
const cudaFiles = '`node node_modules/onnxruntime-node/script/install.js --onnxruntime-node-install=cuda12`'
const remedies: Readonly<Record<string, string>> = {
  cuda: needs(`CUDA 12 and cuDNN where the loader finds them, and the files of the runtime for them (${cudaFiles})`),
  tensorrt: needs(`TensorRT beside what CUDA needs`),
  webgpu: needs('a driver with Vulkan, Metal or Direct3D 12'),
}

function lineOf({ name, compiledIn, works, reason }: ProviderReport): DoctorLine {
  const line = { id: `provider-${name}`, title: `onnxruntime on ${name}` }
  if (works) return { ...line, state: 'ok', found: 'a small network ran and gave the right answer' }
  const state = name === 'cpu' ? 'broken' : 'absent'
  const remedy =
    name === 'cpu' ? reinstall : compiledIn ? (remedies[name] ?? needs(`what ${name} needs (see its documentation)`)) : undefined
  return { ...line, state, found: reason ?? 'it does not work', remedy }
}
