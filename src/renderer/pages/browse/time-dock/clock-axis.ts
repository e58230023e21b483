// The axis of the wall clock: times as pixels, with pauses cut short so that a night's rest does not hide an hour's work.
import type { TimeSpan } from './work-spans.ts'

export type ClockPiece = TimeSpan & { readonly left: number; readonly width: number }
/** Ascending; between two pieces lies a cut of `cutWidth`. */
export type ClockAxis = { readonly pieces: readonly ClockPiece[]; readonly width: number }

/** Milliseconds without any reading that are cut out. */
export const cutMs = 15_000
export const cutWidth = 9

/** `spans` in any order; `width` in CSS pixels. */
export function clockAxis(spans: readonly TimeSpan[], width: number): ClockAxis {
  const joined: { from: number; to: number }[] = []
  for (const { from, to } of [...spans].sort((a, b) => a.from - b.from)) {
    const before = joined.at(-1)
    if (before && from - before.to < cutMs) before.to = Math.max(before.to, to)
    else joined.push({ from, to })
  }
  const total = joined.reduce((sum, { from, to }) => sum + to - from, 0)
  const room = Math.max(0, width - cutWidth * (joined.length - 1))
  let left = 0
  const pieces = joined.map((piece) => {
    const wide = total > 0 ? ((piece.to - piece.from) / total) * room : 0
    const placed = { ...piece, left, width: wide }
    left += wide + cutWidth
    return placed
  })
  return { pieces, width }
}

/** A time inside a cut lies at the nearer edge of it. */
export function pixelOfTime({ pieces }: ClockAxis, at: number): number {
  let edge = 0
  for (const { from, to, left, width } of pieces) {
    if (at < from) return at - (from - cutMs / 2) >= 0 ? left : edge
    if (at <= to) return left + (to > from ? ((at - from) / (to - from)) * width : 0)
    edge = left + width
  }
  return edge
}

/** Undefined without any time. */
export function timeAtPixel({ pieces }: ClockAxis, x: number): number | undefined {
  let last: number | undefined
  for (const { from, to, left, width } of pieces) {
    if (x < left) return last === undefined || x - (left - cutWidth / 2) >= 0 ? from : last
    if (x <= left + width) return from + (width > 0 ? ((x - left) / width) * (to - from) : 0)
    last = to
  }
  return last
}
