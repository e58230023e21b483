// Scores of a sequence: J, F and their mean for each frame and over all, for one object or for several.

import { scaleRle } from '#core/mask/resize'
import { emptyRle, type Rle } from '#core/mask/rle'
import { boundaryScore } from './boundary.ts'
import { regionScore } from './region.ts'

/** J and F of one frame, both 0..1; `place` counts the frames given, from 0. */
export type FrameScore = { readonly place: number; readonly j: number; readonly f: number }

/** Means over the frames that count; `jf` is the mean of the two means. `frames` are those that count, in order. */
export type SequenceScore = { readonly j: number; readonly f: number; readonly jf: number; readonly frames: readonly FrameScore[] }

/** One object's score under its id. */
export type ObjectScore = SequenceScore & { readonly id: number }

/** Means over objects (each object's mean over frames counts the same); `unknownIds` were predicted but are in no frame's truth. */
export type ObjectsScore = {
  readonly j: number
  readonly f: number
  readonly jf: number
  readonly objects: readonly ObjectScore[]
  readonly unknownIds: readonly number[]
}

/** One frame of one object. Without a prediction the frame scores 0; to say "not visible", predict an empty mask. */
export type BinaryFrame = { readonly truth: Rle; readonly predicted: Rle | undefined }

/** One frame of several objects by id. An id that a map lacks is not visible there: its mask is empty. */
export type ObjectsFrame = {
  readonly size: readonly [height: number, width: number]
  readonly truth: ReadonlyMap<number, Rle>
  readonly predicted: ReadonlyMap<number, Rle>
}

/** Which frames count. 'inner' leaves out the first (its mask is given to trackers) and the last, as DAVIS does. */
export type CountedFrames = 'inner' | 'all'

/** Predictions of another size are brought to the truth's by Pillow's NEAREST rule. */
export function scoreFrame({ truth, predicted }: BinaryFrame): { readonly j: number; readonly f: number } {
  if (predicted === undefined) return { j: 0, f: 0 }
  const fitted = scaleRle(predicted, truth.size)
  return { j: regionScore(fitted, truth), f: boundaryScore(fitted, truth) }
}

/** Frames are asked for one by one and not kept. Throws RangeError when no frame counts (fewer than 3 for 'inner'). */
export function scoreSequence(frames: Iterable<BinaryFrame>, counted: CountedFrames = 'inner'): SequenceScore {
  const scores: FrameScore[] = []
  for (const { frame, place } of countedFrames(frames, counted)) scores.push({ place, ...scoreFrame(frame) })
  return meanOfFrames(scores)
}

/**
 * Every id of the truth is scored on every frame that counts, also where it is not visible (an empty answer is right there).
 * Throws RangeError when no frame counts or no frame has an object.
 */
export function scoreObjects(frames: Iterable<ObjectsFrame>, counted: CountedFrames = 'inner'): ObjectsScore {
  const kept = [...frames]
  const ids = sortedIds(kept.map(({ truth }) => truth))
  if (ids.length === 0) throw new RangeError('No frame has an object to score.')
  const objects = ids.map((id) => ({ id, ...scoreSequence(framesOfObject(kept, id), counted) }))
  const known = new Set(ids)
  const unknownIds = sortedIds(kept.map(({ predicted }) => predicted)).filter((id) => !known.has(id))
  return { ...meanOfScores(objects), objects, unknownIds }
}

function* framesOfObject(frames: readonly ObjectsFrame[], id: number): Generator<BinaryFrame> {
  for (const { size, truth, predicted } of frames) {
    const nothing = emptyRle(size[0], size[1])
    yield { truth: truth.get(id) ?? nothing, predicted: predicted.get(id) ?? nothing }
  }
}

/** Stays one frame behind, so that the last one is known when it comes. */
function* countedFrames<T>(frames: Iterable<T>, counted: CountedFrames): Generator<{ readonly frame: T; readonly place: number }> {
  let place = 0
  let held: { readonly frame: T; readonly place: number } | undefined
  for (const frame of frames) {
    if (held !== undefined && (counted === 'all' || held.place > 0)) yield held
    held = { frame, place: place++ }
  }
  if (held !== undefined && counted === 'all') yield held
}

function meanOfFrames(frames: readonly FrameScore[]): SequenceScore {
  if (frames.length === 0) throw new RangeError('No frame counts: leaving out the first and the last needs at least three.')
  return { ...meanOfScores(frames), frames }
}

function meanOfScores(scores: readonly { readonly j: number; readonly f: number }[]) {
  const j = scores.reduce((sum, score) => sum + score.j, 0) / scores.length
  const f = scores.reduce((sum, score) => sum + score.f, 0) / scores.length
  return { j, f, jf: (j + f) / 2 }
}

function sortedIds(maps: readonly ReadonlyMap<number, Rle>[]): number[] {
  return [...new Set(maps.flatMap((map) => [...map.keys()]))].sort((a, b) => a - b)
}
