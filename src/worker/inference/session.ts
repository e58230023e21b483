// Opens one ONNX network in this process, on the first of the asked providers that works, and says which that was and why.
import type { InferenceSession, Tensor } from 'onnxruntime-node'
import { Fault } from '#core/base/fault'
import { readModelFile, type WeightsFile } from './model-file.ts'
import { createThroughCache } from './cached-session.ts'
import { openNetworkCache } from './network-cache.ts'
import { cutToOutputs, wantedOutputs } from './wanted-outputs.ts'
import { loadRuntime, type ProviderName, type Runtime, reasonFromRuntime } from './runtime.ts'

/**
 * `shape` holds a number for a fixed size and a name for one that is known only when the network runs (empty if unnamed). `stored` is there where
 * the network itself has half-precision numbers, and `type` is what is fed and given in their place (half-border.ts).
 */
export type TensorPort = {
  readonly name: string
  readonly type: string
  readonly shape: readonly (number | string)[]
  readonly stored?: 'float16'
}

/** Row-major. float16 values are their bits in a Uint16Array. */
export type TensorValue = { readonly type: Tensor.Type; readonly dims: readonly number[]; readonly values: Tensor.DataTypeMap[Tensor.Type] }

export type FailedProvider = { readonly provider: ProviderName; readonly reason: string }

export type SessionOptions = {
  /** Tried in this order; never empty. Nothing that is not in the list is used. */
  readonly providers: readonly ProviderName[]
  /** Threads of one operation on the CPU, from 1. Without it every session would take all cores. */
  readonly threads: number
  /** Which GPU, for cuda and tensorrt; from 0. */
  readonly deviceId?: number
  /** Where optimised networks are kept; without it each start optimises anew. */
  readonly cacheFolder?: string | undefined
  /**
   * What is wanted of the outputs: of each group the first that the network has. What only others need is not computed, and they are not given.
   * Without it, or where a group has none, it is all of them.
   */
  readonly outputs?: readonly (readonly string[])[]
}

/** How the network was made ready; `notKept` says why the next start will have to optimise it again. */
export type SessionStart = { readonly optimised: 'now' | 'before'; readonly notKept?: string; readonly openMs: number }

export type ModelSession = {
  readonly path: string
  /** Of the very bytes that were loaded, in lower-case hex. Weights kept beside the model have hashes of their own. */
  readonly sha256: string
  readonly weights: readonly WeightsFile[]
  readonly provider: ProviderName
  /** False when the provider took a part of the network only and the CPU does the rest. */
  readonly wholeGraph: boolean
  /** The providers asked for before, and why each could not be used. */
  readonly failed: readonly FailedProvider[]
  readonly threads: number
  readonly start: SessionStart
  readonly inputs: readonly TensorPort[]
  readonly outputs: readonly TensorPort[]
  /** Blocks this thread while the network runs; it cannot be cancelled. Rejects after `close`. */
  run(feeds: Readonly<Record<string, TensorValue>>): Promise<Readonly<Record<string, TensorValue>>>
  /** Gives the memory back once a run in progress has ended. A second call does nothing. */
  close(): Promise<void>
}

type Opened<T> = {
  readonly provider: ProviderName
  readonly wholeGraph: boolean
  readonly session: T
  readonly failed: readonly FailedProvider[]
}
type Attempt<T> = (provider: ProviderName, wholeGraph: boolean) => Promise<T>

/**
 * Tries each provider in turn. The runtime's own list is no chain: with ['cuda', 'cpu'] it throws where CUDA is absent. And a
 * provider that takes no node at all is still "used" by it, the CPU doing the work, so the first attempt forbids that.
 * Undefined session when none worked.
 */
export async function openFirst<T>(
  providers: readonly ProviderName[],
  attempt: Attempt<T>,
): Promise<Opened<T> | { readonly session: undefined; readonly failed: readonly FailedProvider[] }> {
  const failed: FailedProvider[] = []
  for (const provider of providers) {
    let reason = ''
    for (const wholeGraph of provider === 'cpu' ? [true] : [true, false]) {
      try {
        return { provider, wholeGraph, session: await attempt(provider, wholeGraph), failed }
      } catch (error) {
        reason = reasonFromRuntime(error)
        if (!/fallback to CPU/i.test(reason)) break
      }
    }
    failed.push({ provider, reason })
  }
  return { session: undefined, failed }
}

function runtimeOptions(provider: ProviderName, wholeGraph: boolean, options: SessionOptions): InferenceSession.SessionOptions {
  const { deviceId = 0, threads } = options
  const executionProvider = provider === 'cuda' || provider === 'tensorrt' ? { name: provider, deviceId } : provider
  return {
    executionProviders: [executionProvider],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    // What fails is thrown and recorded; the same text on stderr would only look like a second failure.
    logSeverityLevel: 4,
    // Spinning threads would take a core from the other programs of this machine while they wait.
    extra: { session: { intra_op: { allow_spinning: '0' }, ...(provider !== 'cpu' && wholeGraph && { disable_cpu_ep_fallback: '1' }) } },
  }
}

/** The fault for a network that no asked provider opened: is it the file, or are it the providers? The CPU reads every good file. */
async function faultOfNone(path: string, failed: readonly FailedProvider[], openOnCpu: () => Promise<InferenceSession>): Promise<Fault> {
  const onCpu = failed.find(({ provider }) => provider === 'cpu')?.reason
  const fileReason =
    onCpu ??
    (await openOnCpu().then(
      (session) => session.release(),
      (error: unknown) => reasonFromRuntime(error),
    ))
  if (fileReason !== undefined) return new Fault('MODEL_UNREADABLE', { path, reason: explainLoadFailure(fileReason) })
  const reasons = failed.map(({ provider, reason }) => `${provider} does not work here (${reason})`).join(', ')
  return new Fault('CONFIG_INVALID', {
    where: 'providers',
    reason: `${reasons}, and the CPU was not allowed; \`scenewright doctor\` tells what each provider lacks`,
  })
}

function explainLoadFailure(reason: string): string {
  if (/protobuf parsing failed/i.test(reason)) return 'it is no ONNX file, or only the beginning of one'
  return reason
}

function portsFrom(metadata: readonly InferenceSession.ValueMetadata[]): readonly TensorPort[] {
  return metadata.map((port) =>
    port.isTensor ? { name: port.name, type: port.type, shape: [...port.shape] } : { name: port.name, type: 'not a tensor', shape: [] },
  )
}

/** The runtime would refuse these as well, but its refusal could not be told from that of a broken file. */
export function checkOptions({ providers, threads, deviceId = 0 }: SessionOptions): void {
  const refuse = (where: string, reason: string) => new Fault('CONFIG_INVALID', { where, reason })
  if (providers.length === 0) throw refuse('providers', 'none is named')
  if (!Number.isInteger(threads) || threads < 1) throw refuse('threads', `${threads} is not a whole number from 1`)
  if (!Number.isInteger(deviceId) || deviceId < 0) throw refuse('deviceId', `${deviceId} is not a whole number from 0`)
}

type Source = string | Uint8Array
type Create = (
  from: Source,
  provider: ProviderName,
  wholeGraph: boolean,
  extra?: InferenceSession.SessionOptions,
) => Promise<InferenceSession>

/**
 * Throws the faults of `readModelFile`, MODEL_UNREADABLE when the runtime does not take the file, and CONFIG_INVALID when an option is out of
 * its range, and when the file is good but none of the asked providers works.
 */
export async function openSession(path: string, options: SessionOptions): Promise<ModelSession> {
  checkOptions(options)
  const begun = performance.now()
  const model = await readModelFile(path)
  const runtime = await loadRuntime()
  // Weights beside the model are found by its path; otherwise the bytes that were hashed are the bytes that are loaded.
  const wanted = await wantedOutputs(model, options.outputs)
  const source = model.weights.length > 0 ? path : wanted === undefined ? model.bytes : await cutToOutputs(model, wanted)
  const create: Create = (from, provider, wholeGraph, extra) => {
    const chosen = { ...runtimeOptions(provider, wholeGraph, options), ...extra }
    return typeof from === 'string' ? runtime.InferenceSession.create(from, chosen) : runtime.InferenceSession.create(from, chosen)
  }
  const cache = options.cacheFolder === undefined || model.weights.length > 0 ? undefined : openNetworkCache(options.cacheFolder)
  let made: Pick<SessionStart, 'optimised' | 'notKept'> = { optimised: 'now' }
  const opened = await openFirst(options.providers, async (provider, wholeGraph) => {
    // What others compile for a device cannot be written down as a network.
    if (cache === undefined || !(provider === 'cpu' || provider === 'cuda')) return create(source, provider, wholeGraph)
    const runtimeVersion = runtime.env.versions.node ?? runtime.env.versions.common
    const key = { sha256: model.sha256, provider, wholeGraph, runtimeVersion, ...(wanted && { outputs: wanted }) }
    const { session, ...how } = await createThroughCache(cache, key, (from, extra) => create(from ?? source, provider, wholeGraph, extra))
    made = how
    return session
  })
  if (opened.session === undefined) throw await faultOfNone(path, opened.failed, () => create(source, 'cpu', true))
  return {
    path,
    sha256: model.sha256,
    weights: model.weights,
    provider: opened.provider,
    wholeGraph: opened.wholeGraph,
    failed: opened.failed,
    threads: options.threads,
    start: { ...made, openMs: performance.now() - begun },
    inputs: portsFrom(opened.session.inputMetadata),
    outputs: portsFrom(opened.session.outputMetadata).filter(({ name }) => wanted?.includes(name) ?? true),
    ...runAndClose(runtime, opened.session, wanted),
  }
}

function runAndClose(
  runtime: Runtime,
  session: InferenceSession,
  wanted: readonly string[] | undefined,
): Pick<ModelSession, 'run' | 'close'> {
  let closed: Promise<void> | undefined
  let running: Promise<unknown> = Promise.resolve()
  return {
    async run(feeds) {
      if (closed !== undefined) throw new Error('This network is closed already.')
      const tensors = Object.entries(feeds).map(([name, { type, values, dims }]) => [name, new runtime.Tensor(type, values, dims)] as const)
      const turn = session.run(Object.fromEntries(tensors), wanted ?? session.outputNames)
      running = Promise.allSettled([running, turn])
      const results = Object.entries(await turn)
      return Object.fromEntries(results.map(([name, { type, dims, data }]) => [name, { type, dims, values: data }]))
    },
    close() {
      closed ??= running.then(() => session.release())
      return closed
    },
  }
}
