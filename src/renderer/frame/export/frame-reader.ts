// Reads frames of a run one after the other, for what is written of many of them; the next one is read while one is drawn.
import { Fault } from '#core/base/fault'
import type { EngineLink } from '../../host/link.ts'
import { makeDecoder } from '../decoder-client.ts'
import { type CompleteFrame, type FrameWish, makeFrameSource } from '../frame-source.ts'

export type FrameReader = {
  /** The frame lives until a few more are read. Throws what reading throws, and CANCELLED after `signal`. */
  read(wish: FrameWish, next: FrameWish | undefined, signal: AbortSignal): Promise<CompleteFrame>
  close(): void
}

export function makeFrameReader({ bytes }: Pick<EngineLink, 'bytes'>): FrameReader {
  const decoder = makeDecoder()
  let waiting: { readonly resolve: (frame: CompleteFrame) => void; readonly reject: (fault: Fault) => void } | undefined
  const source = makeFrameSource({
    bytes,
    decoder,
    now: () => performance.now(),
    shown: (frame) => waiting?.resolve(frame),
    failed: (fault) => waiting?.reject(fault),
  })
  return {
    read: (wish, next, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(new Fault('CANCELLED'))
        signal.addEventListener('abort', () => reject(new Fault('CANCELLED')), { once: true })
        waiting = { resolve, reject }
        source.show(wish, next ? [next] : [])
      }),
    close: () => {
      source.close()
      decoder.close()
    },
  }
}
