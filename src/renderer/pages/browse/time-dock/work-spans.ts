// When each frame was worked on: from the steps that a stage told, and between them and readings of what it used.
import type { Sample } from '#core/run/sample'
import type { WorkStep } from '../../../state/sample-rings.ts'
import type { LoopRange } from './lane-axis.ts'

/** Milliseconds since 1970; `to` is not part of it. */
export type TimeSpan = { readonly from: number; readonly to: number }
/** In this time these positions were worked on; more than one where steps were thinned. */
export type WorkSpan = TimeSpan & { readonly positions: LoopRange }

/** A stage that tells its first step tells nothing of when it began to work on it, unless its start is among the steps. */
const firstSpanMs = 1000

/**
 * Ascending in time. `positionOf` gives undefined for frames that were not selected; `isPassedOver` holds for positions that the
 * stage does not work on, such as those between candidate frames: no time is theirs.
 */
export function workSpansOf(
  steps: readonly WorkStep[],
  positionOf: (frameIndex: number) => number | undefined,
  isPassedOver: (position: number) => boolean = () => false,
): WorkSpan[] {
  const spans: WorkSpan[] = []
  let [since, before]: [number | undefined, number | undefined] = [undefined, undefined]
  for (const { at, frameIndex } of steps) {
    const position = frameIndex === undefined ? undefined : positionOf(frameIndex)
    if (position !== undefined) {
      let first = before !== undefined && before < position ? before + 1 : position
      while (first < position && isPassedOver(first)) first += 1
      spans.push({ from: since ?? at - firstSpanMs, to: at, positions: [first, position] })
      before = position
    } else if (frameIndex === undefined) before = undefined
    since = at
  }
  return spans
}

/** The time that a reading stands for. */
export function timeOfSample({ at, seconds = 1 }: Sample): TimeSpan {
  return { from: at - seconds * 1000, to: at }
}

/** All positions from the first to the last that were worked on in that time; undefined when nothing was. */
export function framesWorkedIn(spans: readonly WorkSpan[], { from, to }: TimeSpan): LoopRange | undefined {
  let found: LoopRange | undefined
  for (const span of spans) {
    if (span.from >= to || span.to <= from) continue
    const [first, last] = span.positions
    found = found ? [Math.min(found[0], first), Math.max(found[1], last)] : [first, last]
  }
  return found
}

/** When frames of the range were worked on; times that touch are one. */
export function timesOfFrames(spans: readonly WorkSpan[], [first, last]: LoopRange): TimeSpan[] {
  const times: { from: number; to: number }[] = []
  for (const { from, to, positions } of spans) {
    if (positions[1] < first || positions[0] > last) continue
    const before = times.at(-1)
    if (before && from <= before.to) before.to = Math.max(before.to, to)
    else times.push({ from, to })
  }
  return times
}
