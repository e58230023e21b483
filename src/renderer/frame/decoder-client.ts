// The page's end of its decoding thread: one promise per frame; a thread that rests is ended and made again when needed.
import { Fault } from '#core/base/fault'
import type { DecodeAnswer, DecodedFrame, DecodeRequest } from './decoder-messages.ts'

export type Decoder = {
  /** The bytes are given away. Throws UNEXPECTED when they cannot be decoded. */
  decode(request: Omit<DecodeRequest, 'ask'>): Promise<DecodedFrame>
  close(): void
}

/** The thread as it is used here; a page gives a web worker. */
export type DecoderThread = Pick<Worker, 'addEventListener' | 'postMessage' | 'terminate'>

/**
 * Milliseconds without work after which the thread goes. Reading masks as text leaves garbage that a thread at rest never collects:
 * some 40 MiB after a hundred frames of a hundred masks. A new thread costs less than a frame.
 */
export const restMs = 1500

export const makeDecoderThread = (): DecoderThread =>
  new Worker(new URL('./decoder.ts', import.meta.url), { type: 'module', name: 'decoder' })

export function makeDecoder(makeThread: () => DecoderThread = makeDecoderThread, rest: number = restMs): Decoder {
  const waiting = new Map<number, { resolve: (frame: DecodedFrame) => void; reject: (fault: Fault) => void }>()
  let thread: DecoderThread | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let next = 1
  const end = (fault: Fault) => {
    clearTimeout(timer)
    thread?.terminate()
    thread = undefined
    for (const asked of waiting.values()) asked.reject(fault)
    waiting.clear()
  }
  const start = (): DecoderThread => {
    const made = makeThread()
    made.addEventListener('message', (event) => {
      const { ask, frame, reason } = (event as MessageEvent<DecodeAnswer>).data
      const asked = waiting.get(ask)
      waiting.delete(ask)
      if (frame) asked?.resolve(frame)
      else asked?.reject(new Fault('UNEXPECTED', { reason: reason ?? 'the frame could not be decoded' }))
      if (waiting.size === 0) timer = setTimeout(() => end(new Fault('CANCELLED')), rest)
    })
    made.addEventListener('error', (event) => {
      const reason = event instanceof ErrorEvent ? event.message : 'no reason was given'
      if (thread === made) end(new Fault('UNEXPECTED', { reason: `the decoding thread stopped: ${reason}` }))
    })
    return made
  }
  return {
    decode: (request) =>
      new Promise((resolve, reject) => {
        clearTimeout(timer)
        thread ??= start()
        const ask = next
        next += 1
        waiting.set(ask, { resolve, reject })
        const { buffer } = request.bytes
        thread.postMessage({ ...request, ask } satisfies DecodeRequest, { transfer: buffer instanceof ArrayBuffer ? [buffer] : [] })
      }),
    close: () => end(new Fault('CANCELLED')),
  }
}
