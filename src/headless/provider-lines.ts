// The doctor's lines about inference providers, asked of a process of its own.
import { z } from 'zod'
import type { DoctorLine } from '#api/api'
import { forkProgram } from './child-process.ts'
import { entryFile, readBuild } from './entries.ts'

const Reports = z.array(z.object({ name: z.string(), compiledIn: z.boolean(), works: z.boolean(), reason: z.string().optional() }))

type Report = z.infer<typeof Reports>[number]

export async function providerLines(file: string = entryFile('probe-entry')): Promise<DoctorLine[]> {
  const program = forkProgram(file, { heapMegabytes: 256, ownGroup: false })
  const answer = new Promise<unknown>((resolve) => program.channel.onMessage(resolve))
  try {
    const reports = Reports.safeParse(await Promise.race([answer, program.exited]))
    // A provider of another system is nothing this machine lacks.
    if (reports.success)
      return [runtimeLine(reports.data), ...reports.data.filter(({ name, compiledIn }) => compiledIn || !foreign(name)).map(lineOf)]
    return [{ id: 'onnxruntime', title: 'onnxruntime', state: 'broken', found: 'the probe ended without an answer', remedy: reinstall }]
  } finally {
    await program.kill()
  }
}

/** The runtime itself, apart from its providers: it is loaded when any of them was at least asked. */
function runtimeLine(reports: readonly Report[]): DoctorLine {
  const line = { id: 'onnxruntime', title: 'onnxruntime' }
  const broken = reports.find(({ reason }) => reason?.startsWith('onnxruntime does not load'))?.reason
  if (broken !== undefined) return { ...line, state: 'broken', found: broken, remedy: reinstall }
  const { inferenceRuntime } = readBuild()
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

function lineOf({ name, compiledIn, works, reason }: Report): DoctorLine {
  const line = { id: `provider-${name}`, title: `onnxruntime on ${name}` }
  if (works) return { ...line, state: 'ok', found: 'a small network ran and gave the right answer' }
  const state = name === 'cpu' ? 'broken' : 'absent'
  const remedy =
    name === 'cpu' ? reinstall : compiledIn ? (remedies[name] ?? needs(`what ${name} needs (see its documentation)`)) : undefined
  return { ...line, state, found: reason ?? 'it does not work', remedy }
}
