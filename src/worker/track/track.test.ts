// Tests of the tracker's bookkeeping: same or new, ids, visible ranges, bounded memory, windows and parents.

import { describe, expect, it } from 'vitest'
import { areaOfRle, emptyRle, type Rle, rleFromCrop, stringFromRle } from '#core/mask/rle'
import type { FrameMasks, MaskEntry } from '#core/segment/frame-masks'
import { computeFlow } from '../carry/flow.ts'
import type { Picture } from '../frame-pixels.ts'
import { createBoundedCache } from './bounded-cache.ts'
import { builtinCarriers, cropOfRle, rleOfCrop } from './builtin-carriers.ts'
import { createDedup, dedupGrid } from './dedup.ts'
import type { FrameStore } from './frame-store.ts'
import { createTrackBook } from './track-book.ts'
import { createTracking } from './tracking.ts'

const [width, height] = [96, 64]
const square = (x: number, y: number, side: number): Rle =>
  rleFromCrop(new Uint8Array(side * side).fill(1), { x, y, width: side, height: side }, width, height)
const prompt = { frameIndex: 0, candidateId: 200001, uniqueId: '0000_2_0001' }

describe('dedup', () => {
  it('compares on a grid of at most 256, never enlarged, rounded half to even', () => {
    expect(dedupGrid(540, 960)).toEqual([144, 256])
    expect(dedupGrid(100, 200)).toEqual([100, 200])
    expect(dedupGrid(1, 100_000)).toEqual([1, 256])
    expect(dedupGrid(5, 512)).toEqual([2, 256])
  })
  it('finds the best of several, and nothing where no mask meets', () => {
    const dedup = createDedup(height, width)
    dedup.register(1, square(0, 0, 20))
    dedup.register(2, square(4, 0, 20))
    expect(dedup.bestMatch(square(4, 0, 20))).toEqual({ iou: 1, trackId: 2 })
    expect(dedup.bestMatch(square(60, 30, 20))).toEqual({ iou: 0, trackId: undefined })
  })
  it('takes an empty mask for nobody, neither as candidate nor as known object', () => {
    const dedup = createDedup(height, width)
    dedup.register(1, emptyRle(height, width))
    expect(dedup.bestMatch(emptyRle(height, width)).trackId).toBeUndefined()
    expect(dedup.bestMatch(square(0, 0, 5)).trackId).toBeUndefined()
  })
})

describe('track book', () => {
  it('never gives an id twice, in any level', () => {
    const book = createTrackBook()
    expect([2, 2, 4].map((level) => book.open(level, prompt, 0, undefined, false))).toEqual([200001, 200002, 400001])
  })
  it('tells ranges with both ends included, also when backward frames come after forward ones', () => {
    const book = createTrackBook()
    const id = book.open(2, prompt, 4, undefined, false)
    for (const position of [4, 5, 8, 3, 2]) book.place(id, position, square(0, 0, position), 0.5)
    book.merge(id)
    expect(book.tracks((position) => position * 10)).toMatchObject([
      {
        id,
        visible: [
          [2, 5],
          [8, 8],
        ],
        frameCount: 5,
        firstFrame: 20,
        lastFrame: 80,
        meanScore: 0.5,
        maxArea: 64,
        merged: 1,
      },
    ])
  })
  it('leaves empty masks out, and tracks that were never seen', () => {
    const book = createTrackBook()
    const id = book.open(2, prompt, 0, undefined, false)
    book.place(id, 0, emptyRle(height, width), 1)
    expect(book.tracks((position) => position)).toEqual([])
    expect(book.takeFrame(0).size).toBe(0)
  })
  it('hands a frame out once, by level, in the order of ids', () => {
    const book = createTrackBook()
    const ids = [2, 2, 4].map((level) => book.open(level, prompt, 0, undefined, false))
    for (const id of ids.toReversed()) book.place(id, 0, square(1, 2, 3), 0.12345)
    const frame = book.takeFrame(0)
    expect(frame.get(2)?.map((mask) => mask.id)).toEqual([200001, 200002])
    expect(frame.get(4)).toMatchObject([{ id: 400001, area: 9, box: [1, 2, 3, 3], score: 0.1235 }])
    expect(book.takeFrame(0).size).toBe(0)
  })
})

describe('bounded cache', () => {
  it('gives up what was not used longest, and makes it again', async () => {
    const made: number[] = []
    const cache = createBoundedCache(
      20,
      () => 10,
      async (key) => {
        made.push(key)
        return key
      },
    )
    for (const key of [1, 2, 1, 3, 1, 2]) await cache.get(key)
    expect(made).toEqual([1, 2, 3, 2])
  })
  it('makes a thing once for two who ask at once, and does not keep a failure', async () => {
    let attempts = 0
    const cache = createBoundedCache<number>(
      20,
      () => 1,
      async () => {
        attempts += 1
        if (attempts === 1) throw new Error('unreadable')
        return 7
      },
    )
    const both = await Promise.allSettled([cache.get(1), cache.get(1)])
    expect(both.map((one) => one.status)).toEqual(['rejected', 'rejected'])
    expect(await cache.get(1)).toBe(7)
    expect(attempts).toBe(2)
  })
  it('gives a thing larger than its bound all the same', async () => {
    const cache = createBoundedCache(
      5,
      () => 10,
      async (key) => key,
    )
    expect([await cache.get(1), await cache.get(2)]).toEqual([1, 2])
  })
})

describe('crops', () => {
  it('come back as the same mask', () => {
    const rle = square(70, 40, 24)
    expect(rleOfCrop(cropOfRle(rle), width, height)).toEqual(rle)
  })
})

/** A bright, textured square on a dark, textured ground, standing still, so that carrying it is easy and only the bookkeeping is on trial. */
function stillPicture(): Picture {
  const pixels = new Uint8Array(width * height * 3)
  for (let y = 0, i = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1, i += 3) {
      const inside = x >= 30 && x < 62 && y >= 16 && y < 48
      const grain = ((x * 37 + y * 91) % 23) - 11
      pixels.set(inside ? [200 + grain, 120 + grain, 60 + grain] : [40 + grain, 60 + grain, 90 + grain], i)
    }
  return { width, height, pixels }
}

const candidate = (id: number, rle: Rle, parent?: number): MaskEntry => ({
  id,
  counts: stringFromRle(rle),
  area: areaOfRle(rle),
  box: [0, 0, 1, 1],
  score: 0.8,
  parent,
  uniqueId: `u${id}`,
})
const framesOf = (frameIndex: number, byLevel: readonly (readonly [number, readonly MaskEntry[]])[]): FrameMasks[] =>
  byLevel.map(([level, masks]) => ({ frameIndex, frameName: `${frameIndex}.png`, level, size: [height, width], masks: [...masks] }))

function trackingOn(window: number) {
  const picture = stillPicture()
  const flow = computeFlow(picture, picture)
  const frames: FrameStore = { picture: async () => picture, flow: async () => flow }
  const book = createTrackBook()
  const settings = { window, iouThreshold: 0.6, width, height } as const
  const carriers = builtinCarriers({ quality: 'fast', width, height }, frames)
  return { book, tracking: createTracking(settings, carriers, book, () => {}) }
}
const whole = square(30, 16, 32)

describe('tracking', () => {
  it('finds a carried object again instead of counting it twice', async () => {
    const { book, tracking } = trackingOn(10)
    await tracking.step(0, framesOf(0, [[2, [candidate(200001, whole)]]]))
    await tracking.step(1, undefined)
    const [again] = await tracking.step(2, framesOf(2, [[2, [candidate(200001, whole)]]]))
    expect(again?.decisions).toMatchObject([{ accepted: false, trackId: 200001 }])
    expect(again!.decisions[0]!.bestIou).toBeGreaterThan(0.6)
    expect(book.tracks((position) => position)).toMatchObject([{ id: 200001, visible: [[0, 2]], merged: 1 }])
  })
  it('compares candidates of one frame with each other, but levels never', async () => {
    const { tracking } = trackingOn(10)
    const decided = await tracking.step(
      0,
      framesOf(0, [
        [2, [candidate(200001, whole), candidate(200002, whole)]],
        [4, [candidate(400001, whole)]],
      ]),
    )
    expect(decided.map((frame) => frame.decisions.map((one) => one.accepted))).toEqual([[true, false], [true]])
  })
  it('gives the part of a merged candidate its parent, and calls a part without one an orphan', async () => {
    const { book, tracking } = trackingOn(10)
    await tracking.step(0, framesOf(0, [[2, [candidate(200001, whole)]]]))
    await tracking.step(
      1,
      framesOf(1, [
        [2, [candidate(200007, whole)]],
        [4, [candidate(400001, square(30, 16, 12), 200007), candidate(400002, square(48, 34, 12), 200099)]],
      ]),
    )
    expect(book.tracks((position) => position).filter((track) => track.level === 4)).toMatchObject([
      { id: 400001, parent: 200001, orphan: false },
      { id: 400002, parent: undefined, orphan: true },
    ])
  })
  it('takes what a person gives on a later frame in place of what was carried there, and goes on from it', async () => {
    const { book, tracking } = trackingOn(10)
    // Carried too large; the person's mask is the object.
    const tooLarge = square(26, 12, 38)
    await tracking.step(0, framesOf(0, [[2, [candidate(200001, tooLarge)]]]))
    await tracking.step(1, undefined)
    const [decided] = await tracking.step(
      2,
      framesOf(2, [[2, [{ ...candidate(299999, whole), source: 'user' }, candidate(200001, whole)]]]),
    )
    expect(decided!.decisions).toMatchObject([
      { accepted: false, trackId: 200001, corrects: true },
      { accepted: false, trackId: 200001, bestIou: 1 },
    ])
    await tracking.step(3, undefined)
    expect(book.tracks((position) => position * 10)).toMatchObject([{ id: 200001, visible: [[0, 3]], merged: 1, corrected: [20] }])
    const maskAt = (position: number) => {
      const masks = book.takeFrame(position).get(2)!
      expect(masks.map(({ id }) => id)).toEqual([200001])
      return masks[0]!
    }
    expect(maskAt(1).area).toBeGreaterThan(1.1 * areaOfRle(whole))
    expect(maskAt(2).counts).toBe(stringFromRle(whole))
    expect(maskAt(3).area).toBeLessThan(1.05 * areaOfRle(whole))
  })
  it('keeps two masks that a person gives on one frame apart, and one that lies elsewhere', async () => {
    const { book, tracking } = trackingOn(10)
    const given = (id: number, rle: Rle) => ({ ...candidate(id, rle), source: 'user' as const })
    await tracking.step(0, framesOf(0, [[2, [candidate(200001, whole)]]]))
    await tracking.step(1, framesOf(1, [[2, [given(299999, whole), given(299998, whole), given(299997, square(2, 2, 8))]]]))
    expect(book.tracks((position) => position).map(({ id, corrected }) => [id, corrected])).toEqual([
      [200001, [1]],
      [200002, undefined],
      [200003, undefined],
    ])
  })
  it('carries no further than the window, forward and back, so that a written frame is final', async () => {
    const { book, tracking } = trackingOn(2)
    for (let position = 0; position < 8; position += 1)
      await tracking.step(position, position === 4 ? framesOf(4, [[2, [candidate(200001, whole)]]]) : undefined)
    expect(book.tracks((position) => position)).toMatchObject([{ visible: [[2, 6]] }])
  })
})
