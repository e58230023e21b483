// Cases whose answer is worked out by hand, and what must hold for any two answers.
import { describe, expect, test } from 'vitest'
import { areaOfRle, maskFromRle } from '#core/mask/rle'
import { trackIou } from '../metric/matching.ts'
import { boxMask, seededNumbers } from './box-masks.ts'
import { type AnswerMask, ComparisonResult } from './compare-types.ts'
import { createComparison } from './comparison.ts'

const size = { width: 20, height: 10 }
type Box = readonly [number, number, number, number]
const box = (id: number, at: Box, level = 2) => boxMask(id, at, size, level)

function compare(frames: readonly (readonly [readonly AnswerMask[], readonly AnswerMask[]])[], settings = {}): ComparisonResult {
  const comparison = createComparison(settings)
  for (const [frameIndex, [a, b]] of frames.entries()) comparison.feed(frameIndex, a, b)
  return comparison.finish()
}
const kindsOf = (result: ComparisonResult) => result.relations.map(({ kind, a, b }) => [kind, a, b])

describe('objects of two answers', () => {
  test('the partner is chosen over all frames, not by the frame where another one fits better', () => {
    // Object 1 lies on 7 for one frame and on 8 for three.
    const one = box(1, [0, 0, 5, 4])
    const far: Box = [10, 0, 5, 4]
    const result = compare([
      [[one], [box(7, [0, 0, 5, 4]), box(8, far)]],
      [[one], [box(7, far), box(8, [0, 0, 5, 4])]],
      [[one], [box(7, far), box(8, [0, 0, 5, 4])]],
      [[one], [box(7, far), box(8, [0, 0, 5, 4])]],
    ])
    expect(kindsOf(result)).toEqual([
      ['matched', [1], [8]],
      ['onlyB', [], [7]],
    ])
    // 3 of 4 frames shared: 60 pixels of 80 + 80 - 60.
    expect(result.relations[0]!.iou).toBe(60 / 100)
  })

  test('overlap over time is sums by sums, not a mean of frames', () => {
    const result = compare([
      [[box(1, [0, 0, 10, 10])], [box(1, [0, 0, 10, 10])]],
      [[box(1, [0, 0, 1, 1])], [box(1, [5, 5, 1, 1])]],
    ])
    expect(result.relations[0]).toMatchObject({ kind: 'matched', iou: 100 / 102, sharedPixels: 100, areaA: 101, areaB: 101 })
  })

  test('pairs are the best in sum, where taking the best single pair first would be worse', () => {
    // Within one row: 1 = 0..10, 2 = 6..14; 7 = 2..11 (IoU with 1: 8/11, with 2: 5/12), 8 = 0..7 (IoU with 1: 7/10).
    const a = [box(1, [0, 0, 10, 1]), box(2, [6, 0, 8, 1])]
    const b = [box(7, [2, 0, 9, 1]), box(8, [0, 0, 7, 1])]
    const result = compare([[a, b]], { matchIou: 0.1, leastPart: 1 })
    expect(kindsOf(result)).toEqual([
      ['matched', [1], [8]],
      ['matched', [2], [7]],
    ])
  })

  test('an overlap of exactly the threshold matches, one below does not', () => {
    const half = [[box(1, [0, 0, 10, 1])], [box(1, [0, 0, 5, 1])]] as const
    expect(kindsOf(compare([half]))).toEqual([['matched', [1], [1]]])
    expect(kindsOf(compare([half], { matchIou: 0.51 }))).toEqual([
      ['onlyA', [1], []],
      ['onlyB', [], [1]],
    ])
  })

  test('one object that the other answer has in two halves is split, and merged seen from the other side', () => {
    const whole = [box(1, [0, 0, 10, 4])]
    const halves = [box(5, [0, 0, 6, 4]), box(6, [6, 0, 4, 4])]
    expect(kindsOf(compare([[whole, halves]]))).toEqual([['split', [1], [5, 6]]])
    expect(kindsOf(compare([[halves, whole]]))).toEqual([['merged', [5, 6], [1]]])
    expect(compare([[whole, halves]]).relations[0]).toMatchObject({ iou: 1, sharedPixels: 40, areaA: 40, areaB: 40 })
  })

  test('a track that breaks off and goes on under another id is a split in time', () => {
    const one = box(1, [0, 0, 4, 4])
    const result = compare([
      [[one], [box(5, [0, 0, 4, 4])]],
      [[one], [box(5, [0, 0, 4, 4])]],
      [[one], [box(6, [0, 0, 4, 4])]],
    ])
    expect(kindsOf(result)).toEqual([['split', [1], [5, 6]]])
    // The main counterpart is 5: frames 0 and 1 agree, on frame 2 another id stands there.
    expect(result.frames.map(({ share }) => share)).toEqual([0, 0, 1])
    expect(result.relations[0]!.frames.map(({ iou }) => iou)).toEqual([1, 1, 0])
    expect(result.worst).toEqual([{ frameIndex: 2, level: 2, objectA: 1, objectB: 6, kind: 'split', areaPixels: 16, iou: 0 }])
  })

  test('a speck beside a good partner makes no split', () => {
    const result = compare([[[box(1, [0, 0, 10, 4])], [box(5, [0, 0, 9, 4]), box(6, [9, 0, 1, 1])]]])
    expect(kindsOf(result)).toEqual([
      ['matched', [1], [5]],
      ['onlyB', [], [6]],
    ])
  })

  test('a mask nested within the partner is no second part', () => {
    const result = compare([[[box(1, [0, 0, 10, 4])], [box(5, [0, 0, 10, 4]), box(6, [0, 0, 3, 4])]]])
    expect(kindsOf(result)).toEqual([
      ['matched', [1], [5]],
      ['onlyB', [], [6]],
    ])
  })

  test('objects of two levels never match', () => {
    const result = compare([[[box(1, [0, 0, 4, 4], 2)], [box(1, [0, 0, 4, 4], 4)]]])
    expect(result.levels.map(({ level, counts }) => [level, counts.onlyA, counts.onlyB])).toEqual([
      [2, 1, 0],
      [4, 0, 1],
    ])
  })

  test('one id at two levels stays two objects', () => {
    const both = [box(1, [0, 0, 4, 4], 2), box(1, [8, 0, 4, 4], 4)]
    expect(compare([[both, both]]).relations.map(({ kind, iou }) => [kind, iou])).toEqual([
      ['matched', 1],
      ['matched', 1],
    ])
  })

  test('candidates, whose ids start again on every frame, are not taken for one object through frames', () => {
    const [here, there]: [Box, Box] = [
      [0, 0, 4, 4],
      [10, 0, 4, 4],
    ]
    const frames = [
      [[box(1, here), box(2, there)], [box(7, here)]],
      [[box(1, there), box(2, here)], [box(7, here)]],
    ] as const
    const result = compare(frames, { matching: 'eachFrame' })
    expect(result.relations.map(({ kind, a, b, frames: on }) => [kind, a, b, on.map(({ frameIndex }) => frameIndex)])).toEqual([
      ['matched', [1], [7], [0]],
      ['matched', [2], [7], [1]],
      ['onlyA', [1], [], [1]],
      ['onlyA', [2], [], [0]],
    ])
    expect(result.levels[0]).toMatchObject({ objectsA: 4, objectsB: 2, meanIou: 1 })
  })

  test('an object without a visible pixel is no object', () => {
    const result = compare([[[box(1, [30, 30, 2, 2])], []]])
    expect(result.relations).toEqual([])
    expect(result.frames).toEqual([{ frameIndex: 0, masksA: 0, masksB: 0, sharedPixels: 0, unionPixels: 0, share: 0 }])
  })

  test('masks stored at half the size are brought to the larger size before they are held against it', () => {
    const small = boxMask(1, [1, 1, 3, 2], { width: 10, height: 5 })
    const result = compare([[[box(1, [2, 2, 6, 4])], [small]]])
    expect(result.size).toEqual([10, 20])
    expect(result.relations[0]).toMatchObject({ kind: 'matched', iou: 1, areaB: 24 })
  })

  test('masks of a picture of another shape are refused instead of being bent', () => {
    expect(() => compare([[[box(1, [0, 0, 2, 2])], [boxMask(1, [0, 0, 2, 2], { width: 10, height: 10 })]]])).toThrow(/another shape/)
  })

  test('a frame or an object that comes twice is refused instead of being counted twice', () => {
    const comparison = createComparison()
    comparison.feed(3, [], [])
    expect(() => comparison.feed(3, [], [])).toThrow(/Frame 3/)
    expect(() => comparison.feed(4, [box(1, [0, 0, 1, 1]), box(1, [2, 0, 1, 1])], [])).toThrow(/twice/)
  })
})

describe('disagreement', () => {
  test('a frame counts matched pixels by covered pixels, unmatched objects in full', () => {
    // 1 and 5 share 16 of 24; 2 is missing with 10.
    const result = compare([[[box(1, [0, 0, 5, 4]), box(2, [10, 0, 10, 1])], [box(5, [1, 0, 5, 4])]]])
    expect(result.frames[0]).toMatchObject({ sharedPixels: 16, unionPixels: 34, share: 1 - 16 / 34, masksA: 2, masksB: 1 })
    expect(result.worst).toEqual([
      { frameIndex: 0, level: 2, objectA: 2, kind: 'onlyA', areaPixels: 10, iou: 0 },
      { frameIndex: 0, level: 2, objectA: 1, objectB: 5, kind: 'matched', areaPixels: 8, iou: 16 / 24 },
    ])
  })

  test('masks that overlap within an answer do not hide a missing object', () => {
    // 1 covers 2 wholly, so the plain union is what 1 and 5 share already.
    const result = compare([[[box(1, [0, 0, 10, 10]), box(2, [2, 2, 4, 4])], [box(5, [0, 0, 10, 10])]]], { leastPart: 1 })
    expect(result.frames[0]).toMatchObject({ sharedPixels: 100, unionPixels: 116 })
  })

  test('an object carried too long is told on the frames where it is alone', () => {
    const one = box(1, [0, 0, 4, 4])
    const result = compare([
      [[one], [one]],
      [[one], [one]],
      [[one], []],
    ])
    expect(result.worst).toEqual([{ frameIndex: 2, level: 2, objectA: 1, kind: 'matched', areaPixels: 16, iou: 0 }])
  })

  test('the list is cut at its limit and keeps the worst of very many places', () => {
    const frames = Array.from({ length: 1500 }, (_, i) => [[box(1, [0, 0, 1 + (i % 20), 1 + (i % 9)])], []] as const)
    const { worst } = compare(frames, { worst: 3 })
    expect(worst.map(({ areaPixels, frameIndex }) => [areaPixels, frameIndex])).toEqual([
      [180, 179],
      [180, 359],
      [180, 539],
    ])
  })
})

describe('any two answers', () => {
  const cases = Array.from({ length: 60 }, (_, seed) => ({ seed, ...randomAnswers(seed) }))

  test('every object that is seen is in exactly one relation', () => {
    for (const { frames } of cases) {
      const { relations } = compare(frames)
      for (const side of ['a', 'b'] as const) {
        const told = relations.flatMap((relation) => relation[side].map((id) => `${relation.level}/${id}`)).sort()
        const seen = new Set(
          frames
            .flatMap((pair) => pair[side === 'a' ? 0 : 1])
            .filter(visible)
            .map(({ level, id }) => `${level}/${id}`),
        )
        expect(told).toEqual([...seen].sort())
      }
    }
  })

  test('matched overlap is that of the two tracks, and no one-to-one choice has a greater sum', () => {
    for (const { frames, seed } of cases) {
      const { relations } = compare(frames, { matchIou: 0.05, leastPart: 1 })
      const tracks = [0, 1].map((side) => tracksOf(frames.map((pair) => pair[side as 0 | 1])))
      let total = 0
      for (const { kind, level, a, b, iou } of relations) {
        if (kind !== 'matched') continue
        expect(iou).toBeCloseTo(trackIou(tracks[0]!.get(`${level}/${a[0]}`)!, tracks[1]!.get(`${level}/${b[0]}`)!), 12)
        total += iou
      }
      expect(total, `seed ${seed}`).toBeCloseTo(bestTotal(tracks[0]!, tracks[1]!, 0.05), 9)
    }
  })

  test('seen from the other side, split is merged and what only one has is what only the other has', () => {
    const mirrored = { matched: 'matched', split: 'merged', merged: 'split', onlyA: 'onlyB', onlyB: 'onlyA' } as const
    for (const { frames, seed } of cases) {
      const there = compare(frames)
      const back = compare(frames.map(([a, b]) => [b, a] as const))
      const told = back.relations.map(({ kind, a, b }) => JSON.stringify([mirrored[kind], b, a])).sort()
      expect(told, `seed ${seed}`).toEqual(
        kindsOf(there)
          .map((one) => JSON.stringify(one))
          .sort(),
      )
      expect(back.frames.map(({ share }) => share)).toEqual(there.frames.map(({ share }) => share))
    }
  })

  test('the order in which frames come changes nothing', () => {
    for (const { frames } of cases) {
      const comparison = createComparison()
      for (const i of frames.keys()) {
        const last = frames.length - 1 - i
        comparison.feed(last, ...frames[last]!)
      }
      expect(comparison.finish()).toEqual(compare(frames))
    }
  })

  test('an answer agrees wholly with itself', () => {
    for (const { frames } of cases) {
      const { relations, worst, frames: shares } = compare(frames.map(([a]) => [a, a] as const))
      for (const { kind, iou } of relations) expect([kind, iou]).toEqual(['matched', 1])
      expect(worst).toEqual([])
      for (const { share } of shares) expect(share).toBe(0)
    }
  })

  test('shares stay within 0 and 1, the union is that of a count pixel by pixel, and the result is plain data', () => {
    for (const { frames } of cases) {
      const result = compare(frames)
      expect(ComparisonResult.parse(JSON.parse(JSON.stringify(result)))).toEqual(result)
      for (const [i, frame] of frames.entries()) expect(result.frames[i]!.unionPixels).toBe(countedUnion(frame))
    }
  })

  test('thresholds can be moved afterwards, as if they had been set before', () => {
    const { frames } = cases[7]!
    const comparison = createComparison()
    for (const [i, [a, b]] of frames.entries()) comparison.feed(i, a, b)
    comparison.finish()
    expect(comparison.finish({ matchIou: 0.2 })).toEqual(compare(frames, { matchIou: 0.2 }))
  })
})

/** Up to five objects an answer on two levels over four frames; the second answer is the first one moved, cut, left out or new. */
function randomAnswers(seed: number) {
  const next = seededNumbers(seed)
  const boxes = Array.from({ length: 1 + next(5) }, (_, i) => ({
    id: i + 1,
    level: 2 + 2 * next(2),
    at: [next(14), next(6), 2 + next(8), 2 + next(5)] as Box,
  }))
  const shifts = Array.from({ length: 5 }, () => [next(3) - 1, next(2), next(6)] as const)
  const frames = Array.from({ length: 4 }, (_, frame) => {
    const a = boxes.filter(() => next(5) > 0).map(({ id, level, at }) => box(id, [at[0] + frame, at[1], at[2], at[3]], level))
    const b = boxes.flatMap(({ id, level, at: [x, y, w, h] }) => {
      const [dx, dy, cut] = shifts[id - 1]!
      if (cut === 0 || next(6) === 0) return []
      if (cut > 3) return [box(id + 20, [x + frame + dx, y + dy, w, h], level)]
      const left = 1 + (w >> 1)
      return [
        box(id + 20, [x + frame + dx, y + dy, left, h], level),
        box(id + 40, [x + frame + dx + left, y + dy, w - left || 1, h], level),
      ]
    })
    return [a, b] as const
  })
  return { frames }
}

function visible({ mask }: AnswerMask): boolean {
  return areaOfRle(mask) > 0
}

function tracksOf(frames: readonly (readonly AnswerMask[])[]) {
  const tracks = new Map<string, Map<number, AnswerMask['mask']>>()
  for (const [frame, masks] of frames.entries())
    for (const { level, id, mask } of masks.filter(visible)) {
      const track = tracks.get(`${level}/${id}`) ?? new Map<number, AnswerMask['mask']>()
      tracks.set(`${level}/${id}`, track.set(frame, mask))
    }
  return tracks
}

type Tracks = ReturnType<typeof tracksOf>

/** Every one-to-one choice tried. */
function bestTotal(a: Tracks, b: Tracks, least: number): number {
  const [first, ...rest] = [...a.keys()]
  if (first === undefined) return 0
  const left = new Map(rest.map((key) => [key, a.get(key)!]))
  let best = bestTotal(left, b, least)
  for (const [key, track] of b) {
    const iou = key.split('/')[0] === first.split('/')[0] ? trackIou(a.get(first)!, track) : 0
    if (iou < least) continue
    const others = new Map([...b].filter(([other]) => other !== key))
    best = Math.max(best, iou + bestTotal(left, others, least))
  }
  return best
}

function countedUnion([a, b]: readonly [readonly AnswerMask[], readonly AnswerMask[]]): number {
  let sum = 0
  for (const level of new Set([...a, ...b].map((mask) => mask.level))) {
    const depth = (masks: readonly AnswerMask[]) => {
      const counts = new Array<number>(size.width * size.height).fill(0)
      for (const { mask, level: of } of masks) {
        if (of !== level) continue
        maskFromRle(mask).forEach((on, i) => {
          counts[i]! += on
        })
      }
      return counts
    }
    const [one, other] = [depth(a), depth(b)]
    one.forEach((count, i) => {
      sum += Math.max(count, other[i]!)
    })
  }
  return sum
}
