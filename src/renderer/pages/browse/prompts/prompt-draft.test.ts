// What was clicked, and which answers still count.
import { expect, it } from 'vitest'
import type { MaskAnswer } from '#api/prompts-api'
import { chosenMask, emptyDraft, questionOf, withAnswer, withNextChoice, withoutStep, withStep } from './prompt-draft.ts'

const inside = { kind: 'point', x: 3.5, y: 4.5, positive: true } as const
const outside = { kind: 'point', x: 9.5, y: 9.5, positive: false } as const
const answer = (frameIndex: number, count = 2): MaskAnswer => ({
  frameIndex,
  size: [10, 10],
  masks: Array.from({ length: count }, (_, i) => ({ counts: `${i}`, area: i + 1, box: [0, 0, 1, 1], score: 0.5, stability: 0.5 })),
  backend: 'built-in',
  reason: '',
  isBuiltin: true,
})

it('asks only when something says where the object is, with one box at most', () => {
  const empty = emptyDraft(7)
  expect(questionOf(empty)).toBeUndefined()
  expect(questionOf(withStep(empty, outside))).toBeUndefined()
  const boxed = withStep(withStep(withStep(empty, { kind: 'box', box: [0, 0, 5, 5] }), outside), { kind: 'box', box: [1, 1, 6, 6] })
  expect(questionOf(boxed)).toEqual({ points: [{ x: 9.5, y: 9.5, positive: false }], box: [1, 1, 6, 6] })
})

it('an answer to older steps or about another frame changes nothing', () => {
  const first = withStep(emptyDraft(7), inside)
  const second = withStep(first, outside)
  expect(withAnswer(second, first.steps, answer(7))).toBe(second)
  expect(withAnswer(second, second.steps, answer(8))).toBe(second)
  expect(chosenMask(withAnswer(second, second.steps, answer(7)))?.area).toBe(1)
})

it('goes round the offered masks, and takes them away with the last point inside', () => {
  const asked = withStep(emptyDraft(7), inside)
  const answered = withAnswer(asked, asked.steps, answer(7))
  expect(chosenMask(withNextChoice(answered))?.area).toBe(2)
  expect(chosenMask(withNextChoice(withNextChoice(answered)))?.area).toBe(1)
  expect(chosenMask(withoutStep(answered))).toBeUndefined()
  expect(chosenMask(withoutStep(withStep(answered, outside)))?.area).toBe(1)
})
