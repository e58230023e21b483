// What is said of an answer beside a reference: each annotated object once, and missing is what the reference has.
import { expect, test } from 'vitest'
import { boxMask } from './box-masks.ts'
import type { AnswerMask } from './compare-types.ts'
import { createComparison } from './comparison.ts'
import { hardFramesOf, reasonsOf } from './hard-frames.ts'
import { heldAgainst } from './held-against.ts'
import { countOfKind, kindsInOrder, referenceSideOf, wordOfKind } from './kind-words.ts'

const size = { width: 20, height: 10 }
type Box = readonly [number, number, number, number]
const box = (id: number, at: Box, level: number) => boxMask(id, at, size, level)
/** As annotations are fed: under each level with the same id. */
const annotated = (id: number, at: Box) => [2, 4].map((level) => box(id, at, level))

function compared(frames: readonly (readonly [readonly AnswerMask[], readonly AnswerMask[]])[]) {
  const comparison = createComparison()
  for (const [frameIndex, [a, b]] of frames.entries()) comparison.feed(frameIndex, a, b)
  return comparison.finish()
}

const [left, right, below]: [Box, Box, Box] = [
  [0, 0, 8, 4],
  [10, 0, 8, 4],
  [0, 6, 8, 3],
]

test('an annotated object counts once, where the answer meets it best, and not once for each level', () => {
  // 1: whole at level 2, in halves at level 4. 2: too small at level 2, whole at level 4. 3: at no level.
  const answer = [box(11, left, 2), box(12, [10, 0, 2, 2], 2), box(21, [0, 0, 4, 4], 4), box(22, [4, 0, 4, 4], 4), box(23, right, 4)]
  const reference = [...annotated(1, left), ...annotated(2, right), ...annotated(3, below)]
  for (const side of ['a', 'b'] as const) {
    const result = compared([side === 'a' ? [reference, answer] : [answer, reference]])
    const held = heldAgainst(result, side, 2, false)
    const other = side === 'a' ? 'b' : 'a'
    expect(held.objects).toBe(3)
    expect(held.counts).toEqual({ matched: 2, split: 0, merged: 0, onlyA: 1, onlyB: 1 })
    expect(held.relations.map((one) => [one.kind, one.level, one[side], one[other]])).toEqual(
      expect.arrayContaining([
        ['matched', 2, [1], [11]],
        ['matched', 4, [2], [23]],
        [side === 'a' ? 'onlyA' : 'onlyB', 2, [3], []],
        [side === 'a' ? 'onlyB' : 'onlyA', 2, [], [12]],
      ]),
    )
    // The halves at level 4 are the first object again: no second one, and nothing extra.
    expect(held.elsewhere.flatMap((one) => one[other])).toEqual(expect.arrayContaining([21, 22]))
    expect(held.worst.map((place) => place.kind)).toEqual(side === 'a' ? ['onlyA', 'onlyB'] : ['onlyB', 'onlyA'])
    // 64 pixels agree, 24 are missing; the 4 nobody annotated do not count, and masks of the reference are told once.
    const masks = side === 'a' ? { masksA: 3, masksB: 5 } : { masksA: 5, masksB: 3 }
    expect(held.frames).toEqual([{ frameIndex: 0, sharedPixels: 64, unionPixels: 88, share: 24 / 88, ...masks }])
  }
})

test('of several annotated objects that one mask covers only those that no level tells apart are merged', () => {
  const whole: Box = [0, 0, 16, 4]
  const [one, two]: [Box, Box] = [
    [0, 0, 8, 4],
    [8, 0, 8, 4],
  ]
  const result = compared([
    [
      [box(11, whole, 2), box(21, one, 4)],
      [...annotated(1, one), ...annotated(2, two)],
    ],
  ])
  const held = heldAgainst(result, 'b', 2, false)
  expect(held.relations.map(({ kind, b }) => [kind, b])).toEqual([
    ['split', [2]],
    ['matched', [1]],
  ])
})

test('missing is what the reference has and the answer has not, whichever side the reference is', () => {
  expect(referenceSideOf([false, true])).toBe('b')
  expect([referenceSideOf([false, false]), referenceSideOf([true, true])]).toEqual([undefined, undefined])
  const words = (reference: 'a' | 'b' | undefined) => kindsInOrder(reference).map((kind) => wordOfKind(kind, ['A', 'B'], reference))
  expect(words('b')).toEqual(['matched', 'split in A', 'merged in A', 'missing in A', 'extra in A'])
  expect(words('a')).toEqual(['matched', 'split in B', 'merged in B', 'missing in B', 'extra in B'])
  expect(words(undefined)).toEqual(['matched', 'split in B', 'merged in B', 'only in A', 'only in B'])
  expect(wordOfKind('onlyA', ['A', 'B'], 'b')).toBe('extra in A')
  expect(wordOfKind('onlyB', ['A', 'B'], 'b')).toBe('missing in A')
  expect(countOfKind(1, 'onlyB', ['A', 'B'], 'b')).toBe('1 of B is missing in A')
  expect(countOfKind(2, 'split', ['A', 'B'], 'b')).toBe('2 of A merge several of B')
})

test('a list of hard frames says what is missing from the side of the answer', () => {
  const result = compared([[[box(1, left, 2)], [box(1, left, 2), box(2, below, 2)]]])
  const frame = { frameIndex: 0, name: '0', picture: undefined }
  const reasons = (reference: 'a' | 'b' | undefined) =>
    reasonsOf(hardFramesOf([], [{ a: 0, b: 1, reference, result }], [frame], 9).frames[0]!, (answer) => 'AB'[answer]!)
  expect(reasons('b')).toEqual([expect.stringContaining('1 of B is missing in A (24 px)')])
  expect(reasons('a')).toEqual([expect.stringContaining('1 of B is extra (24 px)')])
  expect(reasons(undefined)).toEqual([expect.stringContaining('1 is only in B (24 px)')])
})
