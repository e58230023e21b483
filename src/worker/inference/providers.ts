// Finds out which providers work on this machine, each in a throw-away process, for a driver may crash or hang.
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { encodeGraph } from '#core/model/onnx-writer'
import type { ProviderReport } from '#core/model/provider-report'
import { type ProviderName, providerNames, reasonFromRuntime } from './runtime.ts'

export type ProbeOptions = {
  readonly providers?: readonly ProviderName[]
  /** For each provider. Loading CUDA for the first time takes several seconds. */
  readonly timeoutMs?: number
  /** The Node program of the child; by default the one that runs this. */
  readonly nodePath?: string
  /** The file of the runtime; by default onnxruntime-node as this program resolves it. */
  readonly runtimePath?: string
}

/**
 * What the child runs, as CommonJS handed over on the command line: a bundle moves files about, but it cannot lose a text.
 * It answers with one marked line, because drivers print what they like.
 */
const childProgram = `
delete globalThis.Float16Array
const { runtimePath, provider, model } = JSON.parse(process.argv[1])
const answer = (value) => require('node:fs').writeSync(1, '\\n@probe ' + JSON.stringify(value) + '\\n')
const work = async (ort) => {
  const extra = provider === 'cpu' ? {} : { session: { disable_cpu_ep_fallback: '1' } }
  const session = await ort.InferenceSession.create(Buffer.from(model, 'base64'), {
    executionProviders: [provider], logSeverityLevel: 4, intraOpNumThreads: 1, extra,
  })
  const { y } = await session.run({ x: new ort.Tensor('float32', Float32Array.of(-1, 0, 2, 3), [1, 4]) })
  if (Array.from(y.data).join() !== '0,0,2,3') throw new Error('it computed ' + Array.from(y.data).join() + ' instead of 0,0,2,3')
}
const main = async () => {
  const ort = require(runtimePath)
  const compiledIn = ort.listSupportedBackends().some(({ name }) => name === provider)
  if (!compiledIn) return answer({ compiledIn, works: false, reason: 'this build of onnxruntime does not have it' })
  await work(ort).then(
    () => answer({ compiledIn, works: true }),
    (error) => answer({ compiledIn, works: false, reason: String(error.message) }),
  )
}
main().catch((error) => answer({ compiledIn: false, works: false, reason: 'onnxruntime does not load: ' + String(error.message) })).then(() => process.exit(0))
`

/** y = max(x, 0): a node that no optimiser removes, so the provider has to compute something. */
function probeModel(): string {
  const graph = encodeGraph({
    inputs: [{ name: 'x', type: 'float32', shape: [1, 4] }],
    outputs: [{ name: 'y', type: 'float32', shape: [1, 4] }],
    nodes: [{ op: 'Relu', inputs: ['x'], outputs: ['y'] }],
  })
  return Buffer.from(graph).toString('base64')
}

type ChildEnd = { readonly output: string; readonly end: string | undefined }

/** Runs the child to its end; `end` says how it ended if not by itself. */
function runChild(nodePath: string, request: string, timeoutMs: number): Promise<ChildEnd> {
  return new Promise((resolve) => {
    const child = spawn(nodePath, ['--input-type=commonjs', '-e', childProgram, request], {
      // In a program of Electron the same binary is Node only when told so.
      env: { ...process.env, ...(process.versions.electron !== undefined && { ELECTRON_RUN_AS_NODE: '1' }) },
      stdio: ['ignore', 'pipe', 'ignore'],
      windowsHide: true,
    })
    let output = ''
    let late = false
    const timer = setTimeout(() => {
      late = true
      child.kill('SIGKILL')
    }, timeoutMs)
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
    child.once('error', (error) => {
      clearTimeout(timer)
      resolve({ output, end: `the probe did not start: ${error.message}` })
    })
    child.once('close', (code, signal) => {
      clearTimeout(timer)
      if (late) resolve({ output, end: `no answer within ${timeoutMs / 1000} s` })
      else if (signal !== null) resolve({ output, end: `the probe crashed (${signal})` })
      else resolve({ output, end: code === 0 ? undefined : `the probe stopped with code ${code}` })
    })
  })
}

function reportFrom(name: ProviderName, { output, end }: ChildEnd): ProviderReport {
  // A crash while leaving, after a right answer, is a known habit of GPU drivers; a run would suffer it too, so it counts.
  const line = /^@probe (.*)$/m.exec(output)?.[1]
  if (line === undefined) return { name, compiledIn: false, works: false, reason: end ?? 'the probe said nothing' }
  const { compiledIn, works, reason }: { compiledIn: boolean; works: boolean; reason?: string } = JSON.parse(line)
  if (end !== undefined) return { name, compiledIn, works: false, reason: end }
  return works ? { name, compiledIn, works } : { name, compiledIn, works, reason: reasonFromRuntime(new Error(reason)) }
}

/** One report for each provider, in the order asked; by default for all that exist. One child at a time. */
export async function probeProviders(options: ProbeOptions = {}): Promise<readonly ProviderReport[]> {
  const { providers = providerNames, timeoutMs = 30_000, nodePath = process.execPath } = options
  const runtimePath = options.runtimePath ?? createRequire(import.meta.url).resolve('onnxruntime-node')
  const model = probeModel()
  const reports: ProviderReport[] = []
  for (const provider of providers) {
    const end = await runChild(nodePath, JSON.stringify({ runtimePath, provider, model }), timeoutMs)
    reports.push(reportFrom(provider, end))
  }
  return reports
}
