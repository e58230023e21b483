// Complete frames of one index of two to four answers: shown together when all are there, and never of different index.
import type { Fault } from '#core/base/fault'
import { type CompleteFrame, type FrameSource, type FrameSourceParts, type FrameWish, makeFrameSource } from './frame-source.ts'
import { patienceMs } from './latest.ts'
import { emptyColumns } from './mask-columns.ts'
import type { FrameGroup } from './pair-gpu.ts'

/** One for each answer, in their order; undefined for one that does not have the frame, at least one has it. */
export type GroupWish = readonly (FrameWish | undefined)[]

export type GroupSource = {
  /** Shows the frames as soon as all sides are complete, then reads `near` ahead. While they are awaited only the newest wish waits. */
  show(wish: GroupWish, near: readonly GroupWish[]): void
  cacheBytes(): number
  close(): void
}

/** How one answer is read. */
export type GroupSide = Pick<FrameSourceParts, 'bytes' | 'decoder'>
export type GroupSourceParts = Pick<FrameSourceParts, 'now'> & {
  readonly sides: readonly GroupSide[]
  readonly shown: (group: FrameGroup) => void
  readonly failed: (fault: Fault, side: number) => void
}

/** `patience`: milliseconds that a newer wish waits for the frames before it; a side that never answers must not hold the others. */
export function makeGroupSource({ sides, now, shown, failed }: GroupSourceParts, patience: number = patienceMs): GroupSource {
  let current: GroupWish | undefined
  let isDone = true
  let waiting: { readonly wish: GroupWish; readonly near: readonly GroupWish[] } | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  const there = new Map<number, CompleteFrame>()
  const start = (wish: GroupWish, near: readonly GroupWish[]) => {
    clearTimeout(timer)
    waiting = undefined
    current = wish
    isDone = false
    there.clear()
    for (const [side, source] of sources.entries()) {
      const own = wish[side]
      if (own)
        source.show(
          own,
          near.flatMap((one) => one[side] ?? []),
        )
    }
  }
  const done = () => {
    isDone = true
    if (waiting) start(waiting.wish, waiting.near)
  }
  const take = (side: number) => (frame: CompleteFrame) => {
    const wish = current?.[side]
    // Frames passed over come too; they belong to no group that anyone waits for.
    if (!wish || frame.picture.frameIndex !== wish.frameIndex || frame.masks.stage !== wish.stage) return
    there.set(side, frame)
    if (current?.some((one, at) => one && !there.has(at))) return
    shown(sides.map((_, at) => there.get(at) ?? withoutMasks(frame)))
    done()
  }
  const fail = (side: number) => (fault: Fault, wish: FrameWish) => {
    if (wish !== current?.[side]) return
    failed(fault, side)
    done()
  }
  const sources: readonly FrameSource[] = sides.map(({ bytes, decoder }, side) =>
    makeFrameSource({ bytes, decoder, now, shown: take(side), failed: fail(side) }),
  )
  return {
    show: (wish, near) => {
      if (isDone) return start(wish, near)
      waiting = { wish, near }
      clearTimeout(timer)
      timer = setTimeout(() => waiting && start(waiting.wish, waiting.near), patience)
    },
    cacheBytes: () => sources.reduce((sum, source) => sum + source.cacheBytes(), 0),
    close: () => {
      clearTimeout(timer)
      current = undefined
      for (const source of sources) source.close()
    },
  }
}

/** What stands for an answer that does not have the frame: the same picture, for it is the same moment, and no mask. */
function withoutMasks({ picture, masks }: CompleteFrame): CompleteFrame {
  const layers = { levels: [], firsts: [], rasters: [], beneath: [] }
  return { picture, masks: { ...masks, columns: emptyColumns, layers, dropped: 0, written: '', bytes: 0 }, tookMs: 0 }
}
