// The third verb: one question, answered by a small header and raw bytes. Travels beside the calls, as plain objects on the same channel.
import { type FaultNote, noteFromError } from '#core/base/fault'
import { Fault } from '#core/base/fault'
import type { Channel } from './channel.ts'
import { BytesQuery, type BytesAnswer } from './api.ts'

type Ask = { readonly b: number; readonly ask: unknown }
type Abort = { readonly b: number; readonly abort: true }
type Reply = { readonly b: number; readonly answer?: BytesAnswer; readonly fault?: FaultNote }

export type BytesClient = (query: BytesQuery, signal?: AbortSignal) => Promise<BytesAnswer>

/** The asking end. A rejected question throws a Fault; an aborted one throws the signal's reason. */
export function bytesClient(channel: Channel): BytesClient {
  const waiting = new Map<number, { resolve: (answer: BytesAnswer) => void; reject: (error: unknown) => void }>()
  let next = 1
  channel.onMessage((message) => {
    if (!isReply(message)) return
    const asked = waiting.get(message.b)
    waiting.delete(message.b)
    if (message.fault) asked?.reject(new Fault(message.fault.code, message.fault.params))
    else if (message.answer) asked?.resolve(message.answer)
  })
  channel.onClose(() => {
    for (const asked of waiting.values()) asked.reject(new Fault('HOST_UNREACHABLE'))
    waiting.clear()
  })
  return (query, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason)
        return
      }
      const b = next
      next += 1
      waiting.set(b, { resolve, reject })
      signal?.addEventListener(
        'abort',
        () => {
          if (!waiting.delete(b)) return
          channel.post({ b, abort: true } satisfies Abort)
          reject(signal.reason)
        },
        { once: true },
      )
      channel.post({ b, ask: query } satisfies Ask)
    })
}

/** The answering end. Parses every question; whatever the handler throws becomes a fault note. */
export function serveBytes(channel: Channel, handler: (query: BytesQuery, signal: AbortSignal) => Promise<BytesAnswer>): void {
  const running = new Map<number, AbortController>()
  channel.onMessage((message) => {
    if (isAbort(message)) {
      running.get(message.b)?.abort(new Fault('CANCELLED'))
      return
    }
    if (!isAsk(message)) return
    const { b } = message
    const controller = new AbortController()
    running.set(b, controller)
    answer(message.ask, controller.signal, handler)
      .then((reply) => {
        if (!controller.signal.aborted) channel.post({ b, ...reply } satisfies Reply)
      })
      .finally(() => running.delete(b))
  })
  channel.onClose(() => {
    for (const controller of running.values()) controller.abort(new Fault('HOST_UNREACHABLE'))
    running.clear()
  })
}

async function answer(
  ask: unknown,
  signal: AbortSignal,
  handler: (query: BytesQuery, signal: AbortSignal) => Promise<BytesAnswer>,
): Promise<Omit<Reply, 'b'>> {
  try {
    const query = BytesQuery.safeParse(ask)
    if (!query.success)
      throw new Fault('CONFIG_INVALID', { where: 'bytes query', reason: query.error.issues[0]?.message ?? 'unknown shape' })
    return { answer: await handler(query.data, signal) }
  } catch (error) {
    return { fault: noteFromError(error) }
  }
}

function hasNumber(message: unknown): message is { readonly b: number } {
  return typeof message === 'object' && message !== null && 'b' in message && typeof message.b === 'number'
}
function isAsk(message: unknown): message is Ask {
  return hasNumber(message) && 'ask' in message
}
function isAbort(message: unknown): message is Abort {
  return hasNumber(message) && 'abort' in message
}
function isReply(message: unknown): message is Reply {
  return hasNumber(message) && ('answer' in message || 'fault' in message)
}
