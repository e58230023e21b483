// Pairs of complete frames of two runs: shown together when both are there, and never of different index.
import type { Fault } from '#core/base/fault'
import { type CompleteFrame, type FrameSource, type FrameSourceParts, type FrameWish, makeFrameSource } from './frame-source.ts'
import { patienceMs } from './latest.ts'
import type { FramePair } from './pair-gpu.ts'

export type PairSide = 'a' | 'b'
export type PairWish = { readonly a: FrameWish; readonly b: FrameWish }

export type PairSource = {
  /** Shows a pair as soon as both sides are complete, then reads `near` ahead. While one is awaited only the newest wish waits. */
  show(wish: PairWish, near: readonly PairWish[]): void
  cacheBytes(): number
  close(): void
}

export type PairSourceParts = Pick<FrameSourceParts, 'bytes' | 'now'> & {
  readonly decoders: { readonly a: FrameSourceParts['decoder']; readonly b: FrameSourceParts['decoder'] }
  readonly shown: (pair: FramePair) => void
  readonly failed: (fault: Fault, side: PairSide) => void
}

/** `patience`: milliseconds that a newer wish waits for the pair before it; a side that never answers must not hold the other. */
export function makePairSource({ bytes, decoders, now, shown, failed }: PairSourceParts, patience: number = patienceMs): PairSource {
  let current: PairWish | undefined
  let isDone = true
  let waiting: { readonly wish: PairWish; readonly near: readonly PairWish[] } | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  const there: { a?: CompleteFrame | undefined; b?: CompleteFrame | undefined } = {}
  const start = (wish: PairWish, near: readonly PairWish[]) => {
    clearTimeout(timer)
    waiting = undefined
    current = wish
    isDone = false
    there.a = undefined
    there.b = undefined
    for (const side of ['a', 'b'] as const)
      sources[side].show(
        wish[side],
        near.map((one) => one[side]),
      )
  }
  const done = () => {
    isDone = true
    if (waiting) start(waiting.wish, waiting.near)
  }
  const take = (side: PairSide) => (frame: CompleteFrame) => {
    const wish = current?.[side]
    // Frames passed over come too; they belong to no pair that anyone waits for.
    if (!wish || frame.picture.frameIndex !== wish.frameIndex || frame.masks.stage !== wish.stage) return
    there[side] = frame
    const { a, b } = there
    if (!a || !b) return
    shown({ a, b })
    done()
  }
  const fail = (side: PairSide) => (fault: Fault, wish: FrameWish) => {
    if (wish !== current?.[side]) return
    failed(fault, side)
    done()
  }
  const make = (side: PairSide): FrameSource =>
    makeFrameSource({ bytes, decoder: decoders[side], now, shown: take(side), failed: fail(side) })
  const sources = { a: make('a'), b: make('b') }
  return {
    show: (wish, near) => {
      if (isDone) return start(wish, near)
      waiting = { wish, near }
      clearTimeout(timer)
      timer = setTimeout(() => waiting && start(waiting.wish, waiting.near), patience)
    },
    cacheBytes: () => sources.a.cacheBytes() + sources.b.cacheBytes(),
    close: () => {
      clearTimeout(timer)
      current = undefined
      sources.a.close()
      sources.b.close()
    },
  }
}
