// Scores against a reference, worked out by hand and held against the scores of sequences.
import { expect, test } from 'vitest'
import { scoreSequence } from '../metric/score.ts'
import { boxMask } from './box-masks.ts'
import type { AnswerMask, Matching } from './compare-types.ts'
import { createComparison } from './comparison.ts'
import { createReferenceScoring } from './reference-score.ts'

const size = { width: 40, height: 30 }
const box = (id: number, at: readonly [number, number, number, number]) => boxMask(id, at, size)

function score(frames: readonly (readonly [readonly AnswerMask[], readonly AnswerMask[]])[], matching: Matching = 'overTime') {
  const comparison = createComparison({ matching })
  for (const [i, [a, b]] of frames.entries()) comparison.feed(i, a, b)
  const scoring = createReferenceScoring(comparison.finish())
  for (const [i, [a, b]] of frames.entries()) scoring.feed(i, a, b)
  return scoring.finish()
}

test('an object that was never found scores 0, also on the frames where it is out of sight', () => {
  const one = box(1, [0, 0, 10, 10])
  const [level] = score([
    [
      [one, box(2, [20, 20, 5, 5])],
      [box(7, [0, 0, 10, 10]), box(8, [30, 0, 4, 4])],
    ],
    [[one], [box(7, [0, 0, 10, 10]), box(8, [30, 0, 4, 4])]],
  ])
  expect(level).toMatchObject({ j: 0.5, f: 0.5, jf: 0.5, iou: 0.5, precision: 0.5, recall: 0.5 })
  expect(level!.objects).toEqual([
    { id: 1, match: 7, iou: 1, j: 1, f: 1, jf: 1, frames: 2 },
    { id: 2, iou: 0, j: 0, f: 0, jf: 0, frames: 0 },
  ])
})

test('an object that goes on in the answer after it is gone loses on those frames', () => {
  const one = box(1, [0, 0, 10, 10])
  const [level] = score([
    [[one], [one]],
    [[one], [one]],
    [[], [one]],
    [[], []],
  ])
  expect(level!.objects[0]).toMatchObject({ j: 2 / 3, f: 2 / 3, frames: 3, iou: 2 / 3 })
})

test('an object seen on every frame scores as the sequence does', () => {
  const frames = Array.from({ length: 4 }, (_, i) => [[box(1, [i, 2, 14, 12])], [box(9, [i + 1, 2, 15, 13 - i])]] as const)
  const whole = scoreSequence(
    frames.map(([[truth], [found]]) => ({ truth: truth!.mask, predicted: found!.mask })),
    'all',
  )
  const object = score(frames)[0]!.objects[0]!
  expect(object.j).toBeCloseTo(whole.j, 12)
  expect(object.f).toBeCloseTo(whole.f, 12)
})

test('against candidates each frame has its own counterpart, and a frame without one counts 0', () => {
  const one = box(1, [0, 0, 10, 10])
  const [level] = score(
    [
      [[one], [box(3, [0, 0, 10, 10])]],
      [[one], [box(3, [30, 20, 4, 4]), box(5, [0, 0, 10, 10])]],
      [[one], []],
      [[], [box(3, [0, 0, 10, 10])]],
    ],
    'eachFrame',
  )
  expect(level!.objects).toEqual([{ id: 1, iou: 2 / 3, j: 2 / 3, f: 2 / 3, jf: 2 / 3, frames: 3 }])
  expect(level).toMatchObject({ precision: 2 / 4, recall: 2 / 3 })
})
