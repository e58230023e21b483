// The outer borders of a mask as polygons, traced on its runs.
import { piecesOfRle } from '../mask/components.ts'
import type { Rle } from '../mask/rle.ts'

/** Whole pixels, clockwise on screen, x and y in turn; corners only. The last point is joined to the first. */
export type Outline = readonly number[]

/** Clockwise on screen (y grows downward), from the left; even ones share a side with the pixel. */
const steps = [
  [-1, 0],
  [-1, -1],
  [0, -1],
  [1, -1],
  [1, 0],
  [1, 1],
  [0, 1],
  [-1, 1],
] as const

/**
 * One outline for each piece that hangs together by its sides, through the centres of its outermost pixels (Moore's tracing, ended as
 * Jacob proposed). Holes are not told. A line of pixels gives an outline that goes there and back, a single pixel one point.
 */
export function outlinesOfRle(rle: Rle): Outline[] {
  return piecesOfRle(rle).map(({ mask, box }) => trace(pixelTest(mask, box.x, box.width), firstPixel(mask)))
}

type PixelTest = (x: number, y: number) => boolean

function firstPixel({ size: [height], counts }: Rle): readonly [x: number, y: number] {
  const position = counts[0]!
  return [Math.floor(position / height), position % height]
}

/** Looks a pixel up among the runs of its column. */
function pixelTest({ size: [height], counts }: Rle, left: number, width: number): PixelTest {
  const firsts = new Uint32Array(width + 1)
  const spans: number[] = []
  let start = 0
  let column = 0
  for (let i = 0; i < counts.length; i++) {
    const end = start + counts[i]!
    // A run that reaches over a column's end goes on at the top of the next one.
    for (let from = start; (i & 1) === 1 && from < end; ) {
      const x = Math.floor(from / height) - left
      const to = Math.min(end, (x + left + 1) * height)
      while (column < x) firsts[++column] = spans.length
      spans.push(from - (x + left) * height, to - (x + left) * height)
      from = to
    }
    start = end
  }
  while (column < width) firsts[++column] = spans.length
  return (x, y) => {
    const own = x - left
    if (own < 0 || own >= width) return false
    for (let i = firsts[own]!; i < firsts[own + 1]!; i += 2) if (y >= spans[i]! && y < spans[i + 1]!) return true
    return false
  }
}

/** `start` is the topmost pixel of the leftmost column, so that what lies to its left is off. */
function trace(isOn: PixelTest, start: readonly [x: number, y: number]): Outline {
  const outline: number[] = []
  let [x, y] = start
  let back = 0
  let before = -1
  let first = -1
  for (;;) {
    const step = nextStep(isOn, x, y, back)
    if (step < 0) return [x, y]
    // The way out of a pixel decides all that follows: taking the first way again means that the round is closed.
    if (x === start[0] && y === start[1] && step === first) break
    if (first < 0) first = step
    if (step !== before) outline.push(x, y)
    before = step
    x += steps[step]![0]
    y += steps[step]![1]
    // From the new pixel, where the last pixel that was looked at and found off lies.
    back = step % 2 === 0 ? (step + 6) % 8 : (step + 5) % 8
  }
  // The first point was put down without knowing what comes before it.
  return before === first && outline.length > 2 ? outline.slice(2) : outline
}

/** -1 for a pixel without neighbours. */
function nextStep(isOn: PixelTest, x: number, y: number, back: number): number {
  for (let turn = 1; turn <= 8; turn++) {
    const step = (back + turn) % 8
    if (isOn(x + steps[step]![0], y + steps[step]![1])) return step
  }
  return -1
}

/** Of the polygon through the centres; a mask without holes has `area + borderPoints / 2 + 1` pixels (Pick's theorem). */
export function outlineArea(outline: Outline): number {
  let twice = 0
  for (let i = 0; i < outline.length; i += 2) {
    const next = (i + 2) % outline.length
    twice += outline[i]! * outline[next + 1]! - outline[next]! * outline[i + 1]!
  }
  return Math.abs(twice) / 2
}

/**
 * One outline for several: each further one is reached from the nearest point of what is there, and left the same way, so that the
 * bridges have no area.
 */
export function joinedOutline(outlines: readonly Outline[]): Outline {
  const [first = [], ...rest] = outlines
  const all = [...first]
  for (const outline of rest) {
    const from = nearestPoint(all, outline[0]!, outline[1]!)
    all.splice(from + 2, 0, ...outline, outline[0]!, outline[1]!, all[from]!, all[from + 1]!)
  }
  return all
}

function nearestPoint(points: Outline, x: number, y: number): number {
  let nearest = 0
  let least = Number.POSITIVE_INFINITY
  for (let i = 0; i < points.length; i += 2) {
    const distance = (points[i]! - x) ** 2 + (points[i + 1]! - y) ** 2
    if (distance < least) [nearest, least] = [i, distance]
  }
  return nearest
}
