// The asking end: calls and streams of the contract, and the bytes verb, over any channel.
import { createORPCClient, ORPCError } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import type { ContractRouterClient } from '@orpc/contract'
import { Fault, type FaultNote, isFaultCode } from '#core/base/fault'
import type { api } from './api.ts'
import { type BytesClient, bytesClient } from './bytes.ts'
import type { Channel } from './channel.ts'

export type EngineCalls = ContractRouterClient<typeof api>
export type EngineClient = { readonly call: EngineCalls; readonly bytes: BytesClient; readonly closed: Promise<void>; close(): void }

/** `bytes` may be given by a host that fetches them another way (a browser: GET). */
export function connectEngine(channel: Channel, bytes: BytesClient = bytesClient(channel)): EngineClient {
  const link = new RPCLink({
    port: {
      postMessage: (message: unknown) => channel.post(message),
      onMessage: { addListener: (listener) => channel.onMessage((message) => isWire(message) && listener(message)) },
      onDisconnect: { addListener: (listener) => channel.onClose(listener) },
    },
  })
  return { call: createORPCClient(link), bytes, closed: new Promise((resolve) => channel.onClose(resolve)), close: () => channel.close() }
}

/** Calls travel as text or bytes; plain objects on the same channel belong to the bytes verb. */
export function isWire(message: unknown): message is string | Uint8Array {
  return typeof message === 'string' || message instanceof Uint8Array
}

/** What a failed call threw, as a fault: ours pass through, a cut connection is HOST_UNREACHABLE, the rest is UNEXPECTED. */
export function faultFromCall(error: unknown): Fault {
  if (error instanceof Fault) return error
  if (error instanceof ORPCError) {
    const note = error.data as Partial<FaultNote> | undefined
    if (error.code === 'FAULT' && note?.code && isFaultCode(note.code)) return new Fault(note.code, note.params ?? {})
    if (error.code === 'BAD_REQUEST') return new Fault('CONFIG_INVALID', issueOf(error.data))
    return new Fault('UNEXPECTED', { reason: error.message })
  }
  const text = error instanceof Error ? error.message : String(error)
  if (/closed|disconnect|abort/i.test(text)) return new Fault('HOST_UNREACHABLE')
  return new Fault('UNEXPECTED', { reason: text })
}

function issueOf(value: unknown): { where: string; reason: string } {
  const issues = (value as { issues?: { path?: unknown[]; message?: string }[] } | undefined)?.issues
  const first = issues?.[0]
  return { where: first?.path?.join('.') || 'input', reason: first?.message ?? 'not valid' }
}
