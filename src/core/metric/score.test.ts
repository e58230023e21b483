// Tests of sequence scores: which frames count, what a missing answer is worth, and how objects are averaged.

import { describe, expect, it } from 'vitest'
import { emptyRle, type Rle, rleFromMask } from '#core/mask/rle'
import { type ObjectsFrame, scoreFrame, scoreObjects, scoreSequence } from './score.ts'

const width = 60
const height = 40

function square(x: number, y: number, side: number, w = width, h = height): Rle {
  const mask = new Uint8Array(w * h)
  for (let v = y; v < y + side; v++) mask.fill(1, v * w + x, v * w + x + side)
  return rleFromMask(mask, w, h)
}

const nothing = emptyRle(height, width)
const right = { truth: square(5, 5, 10), predicted: square(5, 5, 10) }
const wrong = { truth: square(5, 5, 10), predicted: square(40, 20, 10) }

describe('scoreSequence', () => {
  it('leaves out the first and the last frame, but no other', () => {
    const score = scoreSequence([wrong, right, right, wrong, wrong])
    expect(score.frames).toEqual([
      { place: 1, j: 1, f: 1 },
      { place: 2, j: 1, f: 1 },
      { place: 3, j: 0, f: 0 },
    ])
    expect([score.j, score.f, score.jf]).toEqual([2 / 3, 2 / 3, 2 / 3])
    expect(scoreSequence([wrong, right], 'all').j).toBe(0.5)
  })

  it('scores a frame without an answer 0 even where nothing was visible, and an empty answer there 1', () => {
    expect(scoreFrame({ truth: nothing, predicted: undefined })).toEqual({ j: 0, f: 0 })
    expect(scoreFrame({ truth: nothing, predicted: nothing })).toEqual({ j: 1, f: 1 })
  })

  it('brings a smaller prediction to the size of the truth', () => {
    expect(scoreFrame({ truth: square(6, 6, 10), predicted: square(3, 3, 5, 30, 20) })).toEqual({ j: 1, f: 1 })
  })

  it('asks for frames one after the other instead of gathering them', () => {
    let open = 0
    let most = 0
    function* frames() {
      for (let i = 0; i < 50; i++) {
        open++
        most = Math.max(most, open)
        yield {
          truth: right.truth,
          get predicted() {
            open--
            return right.predicted
          },
        }
      }
    }
    expect(scoreSequence(frames(), 'all').frames.length).toBe(50)
    expect(most).toBeLessThanOrEqual(2)
  })

  it('refuses to give a mean of no frames', () => {
    expect(() => scoreSequence([right, right])).toThrow(RangeError)
    expect(() => scoreSequence([], 'all')).toThrow(RangeError)
  })
})

describe('scoreObjects', () => {
  const frame = (truth: [number, Rle][], predicted: [number, Rle][]): ObjectsFrame => ({
    size: [height, width],
    truth: new Map(truth),
    predicted: new Map(predicted),
  })

  it('gives each object the same weight and keeps ids apart', () => {
    const a = square(5, 5, 10)
    const b = square(30, 10, 12)
    const swapped = frame(
      [
        [3, a],
        [9, b],
      ],
      [
        [3, b],
        [9, b],
      ],
    )
    const score = scoreObjects([swapped, swapped, swapped])
    expect(score.objects.map(({ id, j }) => [id, j])).toEqual([
      [3, 0],
      [9, 1],
    ])
    expect([score.j, score.f, score.jf]).toEqual([0.5, 0.5, 0.5])
  })

  it('counts a frame before an object appears as right only if nothing was predicted there', () => {
    const a = square(5, 5, 10)
    const frames = [frame([], []), frame([], []), frame([], [[1, a]]), frame([[1, a]], [[1, a]]), frame([[1, a]], [])]
    expect(scoreObjects(frames).objects[0]!.frames.map(({ j }) => j)).toEqual([1, 0, 1])
    expect(scoreObjects(frames, 'all').objects[0]!.frames.map(({ j }) => j)).toEqual([1, 1, 0, 1, 0])
  })

  it('names predicted ids that no frame knows instead of scoring them', () => {
    const a = square(5, 5, 10)
    const score = scoreObjects(
      [
        frame(
          [[1, a]],
          [
            [1, a],
            [7, a],
            [4, a],
          ],
        ),
      ],
      'all',
    )
    expect([score.unknownIds, score.jf]).toEqual([[4, 7], 1])
  })

  it('refuses frames without any object', () => {
    expect(() => scoreObjects([frame([], [[1, nothing]])], 'all')).toThrow(RangeError)
  })
})
