// The page's end of its decoding thread: one promise per frame.
import { Fault } from '#core/base/fault'
import type { DecodeAnswer, DecodedFrame, DecodeRequest } from './decoder-messages.ts'

export type Decoder = {
  /** The bytes are given away. Throws UNEXPECTED when they cannot be decoded. */
  decode(request: Omit<DecodeRequest, 'ask'>): Promise<DecodedFrame>
  close(): void
}

export function makeDecoder(): Decoder {
  const thread = new Worker(new URL('./decoder.ts', import.meta.url), { type: 'module', name: 'decoder' })
  const waiting = new Map<number, { resolve: (frame: DecodedFrame) => void; reject: (fault: Fault) => void }>()
  let next = 1
  thread.addEventListener('message', (event: MessageEvent<DecodeAnswer>) => {
    const { ask, frame, reason } = event.data
    const asked = waiting.get(ask)
    waiting.delete(ask)
    if (frame) asked?.resolve(frame)
    else asked?.reject(new Fault('UNEXPECTED', { reason: reason ?? 'the frame could not be decoded' }))
  })
  thread.addEventListener('error', (event) => {
    for (const asked of waiting.values()) asked.reject(new Fault('UNEXPECTED', { reason: `the decoding thread stopped: ${event.message}` }))
    waiting.clear()
  })
  return {
    decode: (request) =>
      new Promise((resolve, reject) => {
        const ask = next
        next += 1
        waiting.set(ask, { resolve, reject })
        const buffers = [request.image?.bytes.buffer, ...request.parts.map((part) => part.buffer)].filter(
          (one) => one instanceof ArrayBuffer,
        )
        thread.postMessage({ ...request, ask } satisfies DecodeRequest, { transfer: [...new Set(buffers)] })
      }),
    close: () => {
      thread.terminate()
      for (const asked of waiting.values()) asked.reject(new Fault('CANCELLED'))
      waiting.clear()
    },
  }
}
