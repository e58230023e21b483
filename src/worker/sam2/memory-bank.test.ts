// What is remembered and what is looked at, frame by frame, against lists written by hand from the rules of SAM 2.
import { describe, expect, it } from 'vitest'
import { packBfloat16, unpackBfloat16 } from './bfloat16.ts'
import { type BankRules, emptyBank, type MemoryBank, recall, rememberPrompt, rememberTracked, timeEncoding } from './memory-bank.ts'

const rules: BankRules = { memories: 7, pointers: 16, conditioning: undefined, reverse: false, frameCount: 100 }
const memory = (frame: number) => ({ tokens: Uint16Array.of(frame), pointer: Float32Array.of(frame) })

/** Prompted and tracked on these frames, in this order. */
function bankOf(prompted: readonly number[], tracked: readonly number[], by: BankRules = rules): MemoryBank {
  const bank = emptyBank()
  for (const frame of prompted) rememberPrompt(bank, frame, memory(frame))
  for (const frame of tracked) rememberTracked(bank, frame, memory(frame), by)
  return bank
}
const upTo = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, i) => first + i)
const agesOf = (bank: MemoryBank, frame: number, by = rules) => recall(bank, frame, by).spatial.map(({ frame: at, age }) => [at, age])
const pointersOf = (bank: MemoryBank, frame: number, by = rules) =>
  recall(bank, frame, by).pointers.map(({ frame: at, distance }) => [at, distance])

describe('recall', () => {
  it('puts the prompted frame first, with the last row of times, and then the six before this one, the oldest first', () => {
    expect(agesOf(bankOf([0], upTo(1, 9)), 10)).toEqual([
      [0, 6],
      [4, 5],
      [5, 4],
      [6, 3],
      [7, 2],
      [8, 1],
      [9, 0],
    ])
  })
  it('leaves out what is not there: soon after the prompt there are fewer memories, at their own ages', () => {
    expect(agesOf(bankOf([0], [1, 2]), 3)).toEqual([
      [0, 6],
      [1, 1],
      [2, 0],
    ])
  })
  it('gives pointers of prompted frames with their true distance, then those of the last 15 frames, the nearest first', () => {
    const found = pointersOf(bankOf([0], upTo(1, 39)), 40)
    expect(found).toEqual([[0, 40], ...upTo(1, 15).map((distance) => [40 - distance, distance])])
  })
  it('takes a prompted frame that was just before once, as a prompted one', () => {
    expect(agesOf(bankOf([5], []), 6)).toEqual([[5, 6]])
    expect(pointersOf(bankOf([5], []), 6)).toEqual([[5, 1]])
  })
  it('going back, the future is the past: distances are positive, and pointers of frames not reached yet are left out', () => {
    const reverse = { ...rules, reverse: true }
    const bank = bankOf([20, 5], [19, 18], reverse)
    expect(agesOf(bank, 17, reverse)).toEqual([
      [20, 6],
      [5, 6],
      [19, 1],
      [18, 0],
    ])
    expect(pointersOf(bank, 17, reverse)).toEqual([
      [20, 3],
      [18, 1],
      [19, 2],
    ])
  })
  it('with a bound, looks at the nearest prompted frame on either side and then by distance; one passed over counts as a tracked one', () => {
    const bounded = { ...rules, conditioning: 2 }
    const bank = bankOf([0, 8, 9, 30], [], bounded)
    expect(agesOf(bank, 10, bounded)).toEqual([
      [9, 6],
      [30, 6],
      [8, 1],
    ])
  })
})

describe('remembering', () => {
  it('keeps prompted frames for ever, six memories and fifteen pointers, however long the video is', () => {
    const bank = bankOf([0, 3], [1, 2, ...upTo(4, 500)])
    expect([...bank.conditioning.keys()]).toEqual([0, 3])
    expect([...bank.tracked.keys()]).toEqual(upTo(486, 500))
    expect([...bank.tracked].filter(([, { tokens }]) => tokens !== undefined).map(([frame]) => frame)).toEqual(upTo(495, 500))
    // Nothing that the next frame looks at was forgotten.
    expect(agesOf(bank, 501).map(([at]) => at)).toEqual([0, 3, ...upTo(495, 500)])
    expect(pointersOf(bank, 501, { ...rules, frameCount: 1000 }).map(([at]) => at)).toEqual([0, 3, ...upTo(486, 500).toReversed()])
  })
  it('a frame that is prompted is no tracked one any more, nor becomes one again', () => {
    const bank = bankOf([0], [1, 2])
    rememberPrompt(bank, 2, memory(2))
    rememberTracked(bank, 2, memory(2), rules)
    expect([[...bank.conditioning.keys()], [...bank.tracked.keys()]]).toEqual([[0, 2], [1]])
  })
})

describe('times', () => {
  it('are sines, then cosines, of the position over powers of 10000, two places each', () => {
    const encoded = timeEncoding(0.5, 8)
    const angles = [0.5, 0.5, 0.5 / 100, 0.5 / 100]
    const expected = [...angles.map(Math.sin), ...angles.map(Math.cos)]
    expect([...encoded].map((value, i) => Math.abs(value - expected[i]!) < 1e-6)).toEqual(expected.map(() => true))
  })
})

describe('bfloat16', () => {
  const through = (...values: number[]) => {
    const back = new Float32Array(values.length + 1)
    unpackBfloat16(packBfloat16(Float32Array.from(values)), back, 1)
    return [...back].slice(1)
  }
  it('keeps 8 bits of fraction, rounds to the nearest and halves to even', () => {
    expect(through(1, -2.5, 0, 1 + 1 / 128, 1 + 1 / 256, 1 + 3 / 256)).toEqual([1, -2.5, 0, 1.0078125, 1, 1.015625])
  })
  it('leaves infinities and what is no number as they are', () => {
    expect(through(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN)).toEqual([Infinity, -Infinity, Number.NaN])
  })
})
