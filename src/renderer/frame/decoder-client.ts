// The page's end of its decoding thread: one promise per frame; a thread that rests is ended and made again when needed.
import { Fault } from '#core/base/fault'
import type { DecodeAnswer, DecodedFrame, DecodeRequest, PaintRequest } from './decoder-messages.ts'
import type { MaskLayers } from './mask-columns.ts'

export type Decoder = {
  /** The bytes are given away. Throws UNEXPECTED when they cannot be decoded. */
  decode(request: Omit<DecodeRequest, 'ask'>): Promise<DecodedFrame>
  /** The layers of columns that were kept without them; the columns are copied to the thread. */
  paint(request: Omit<PaintRequest, 'ask'>): Promise<MaskLayers>
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
  const waiting = new Map<number, { resolve: (answer: DecodeAnswer) => void; reject: (fault: Fault) => void }>()
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
      const answer = (event as MessageEvent<DecodeAnswer>).data
      const asked = waiting.get(answer.ask)
      waiting.delete(answer.ask)
      asked?.resolve(answer)
      if (waiting.size === 0) timer = setTimeout(() => end(new Fault('CANCELLED')), rest)
    })
    made.addEventListener('error', (event) => {
      const reason = event instanceof ErrorEvent ? event.message : 'no reason was given'
      if (thread === made) end(new Fault('UNEXPECTED', { reason: `the decoding thread stopped: ${reason}` }))
    })
    return made
  }
  const post = (request: Omit<DecodeRequest, 'ask'> | Omit<PaintRequest, 'ask'>, transfer: Transferable[]) =>
    new Promise<DecodeAnswer>((resolve, reject) => {
      clearTimeout(timer)
      thread ??= start()
      const ask = next
      next += 1
      waiting.set(ask, { resolve, reject })
      thread.postMessage({ ...request, ask } satisfies DecodeRequest | PaintRequest, { transfer })
    })
  return {
    decode: async (request) => {
      const { buffer } = request.bytes
      const { frame, reason } = await post(request, buffer instanceof ArrayBuffer ? [buffer] : [])
      if (!frame) throw new Fault('UNEXPECTED', { reason: reason ?? 'the frame could not be decoded' })
      return frame
    },
    paint: async (request) => {
      const { layers, reason } = await post(request, [])
      if (!layers) throw new Fault('UNEXPECTED', { reason: reason ?? 'the masks could not be painted' })
      return layers
    },
    close: () => end(new Fault('CANCELLED')),
  }
}
