// Which providers a stage's device asks for, and what has to be said when another one took the network.
import { basename } from 'node:path'
import type { DegradedCode } from '#core/base/degraded-table'
import type { ModelThreadOptions } from './model-thread.ts'
import type { ModelSession, SessionOptions } from './session.ts'

/** `cpu`, or `cuda:<n>`: the GPU first and the CPU after it, for a network that cannot run there runs slower rather than not at all, and says so. */
export function providersFor(device: string): Pick<SessionOptions, 'providers' | 'deviceId'> {
  const index = /^cuda:(\d+)$/.exec(device)?.[1]
  return index === undefined ? { providers: ['cpu'] } : { providers: ['cuda', 'cpu'], deviceId: Number(index) }
}

/** Of the context of a stage: what a network that it opens has to know and to tell. */
export type ModelSeat = {
  readonly assignment: { readonly stage: string; readonly device: string }
  readonly signal: AbortSignal
  warn(code: DegradedCode, params: Readonly<Record<string, string | number>>): void
}

/**
 * How a stage opens its networks: on its device, left at once when the run is cancelled, with SCENEWRIGHT_MODEL_THREADS threads (1 without it: with
 * the same number the CPU gives the same bits every time).
 */
export function seatOptions({ assignment, signal }: ModelSeat): ModelThreadOptions {
  const threads = Number(process.env.SCENEWRIGHT_MODEL_THREADS || 1)
  return { ...providersFor(assignment.device), threads, signal }
}

/** Warns PROVIDER_FALLBACK for a network that was opened with `providersFor` and does not run on the device, or with a part of it only. */
export function warnOfFallback(
  { assignment: { stage, device }, warn }: Pick<ModelSeat, 'assignment' | 'warn'>,
  session: Pick<ModelSession, 'path' | 'provider' | 'wholeGraph' | 'failed'>,
): void {
  const params = { stage, device, model: basename(session.path) }
  const [first] = session.failed
  if (first !== undefined)
    warn('PROVIDER_FALLBACK', { ...params, provider: session.provider, reason: `${first.provider}: ${first.reason}` })
  else if (!session.wholeGraph)
    warn('PROVIDER_FALLBACK', { ...params, provider: `${session.provider} and the CPU`, reason: 'it takes a part of the network only' })
}
