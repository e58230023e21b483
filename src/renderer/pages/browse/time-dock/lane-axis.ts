// The time axis of the dock: positions of the selected frames as pixels, and pixels as positions.

export type LaneAxis = {
  /** Selected frames; each has an equal share of the width. */
  readonly count: number
  /** CSS pixels of all frames together. */
  readonly width: number
}

/** Inclusive positions, first <= last. */
export type LoopRange = readonly [first: number, last: number]

/** The position under a pixel; what lies beside the axis belongs to its first or last frame. Undefined without frames. */
export function positionAtPixel({ count, width }: LaneAxis, x: number): number | undefined {
  if (count === 0 || width <= 0) return undefined
  return Math.min(count - 1, Math.max(0, Math.floor((x / width) * count)))
}

/** Left edge of a frame; `count` gives the right end of the axis. */
export function pixelOfPosition({ count, width }: LaneAxis, position: number): number {
  return count === 0 ? 0 : (position / count) * width
}

/** The range between two ends of a drag, in either direction; a drag that stayed on one frame is no range. */
export function loopBetween(from: number, to: number): LoopRange | undefined {
  return from === to ? undefined : [Math.min(from, to), Math.max(from, to)]
}

/** The loop with a new beginning; without one, or with one that ends before it, it reaches to the last of `count` frames. */
export function loopStartedAt(loop: LoopRange | undefined, position: number, count: number): LoopRange {
  return [position, loop && loop[1] > position ? loop[1] : Math.max(position, count - 1)]
}

/** The loop with a new end; without one, or with one that begins after it, it reaches back to the first frame. */
export function loopEndedAt(loop: LoopRange | undefined, position: number): LoopRange {
  return [loop && loop[0] < position ? loop[0] : 0, position]
}

/** The frame that playing shows next: the range is entered from outside, and begun again after its end. */
export function nextInLoop(position: number, count: number, loop: LoopRange | undefined): number {
  if (!loop) return (position + 1) % Math.max(1, count)
  const [first, last] = [loop[0], Math.min(loop[1], count - 1)]
  return position < first || position >= last ? first : position + 1
}

/** Distance between two numbers of the ruler: as many as fit without crowding. */
export function rulerStep({ count, width }: LaneAxis): number {
  const most = Math.max(2, Math.floor(width / 56))
  return [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000].find((one) => count / one <= most) ?? 10_000
}

/** Positions of the frames between two frame indices (both inclusive) that the run has; undefined for fewer than two. */
export function loopOnFrames(
  frameIndices: readonly number[],
  ends: readonly [first: number, last: number] | undefined,
): LoopRange | undefined {
  if (!ends) return undefined
  const first = frameIndices.findIndex((frameIndex) => frameIndex >= ends[0])
  const last = frameIndices.findLastIndex((frameIndex) => frameIndex <= ends[1])
  return first >= 0 && last > first ? [first, last] : undefined
}
