// Looks through a whole frame for an object that was lost, by what its parts looked like on the prompted frame.
import type { Place } from './appearance.ts'
import type { Colours } from './colour.ts'
import type { MaskCrop } from './crop.ts'
import { createLikeness, likenessOf, pointsInside } from './likeness.ts'
import { boxAround, cutOut, type Lookout, placeOf, type Settings, type Sighting, take, type TrackedObject } from './tracked-object.ts'
import { transported } from './transport.ts'
import { viewOf } from './view.ts'

/** The first few points alone decide whether the others are asked. */
const FIRST_POINTS = 12
/** Share of the likeness on the prompted frame that a place must reach. */
const LIKENESS = 0.85
/** A found mask may be this much smaller or larger, in area, than the shape it was looked for with. */
const AREA_RATIO = 3

/** The prompted mask moved and scaled to a place (nearest pixels), cut to the frame. */
function placedMask(object: TrackedObject, place: Place, colours: Colours): MaskCrop {
  const { firstMask: m, firstPlace } = object
  const scale = place.size / firstPlace.size
  const x0 = Math.max(0, Math.floor(place.cx + (m.x0 - firstPlace.cx) * scale))
  const y0 = Math.max(0, Math.floor(place.cy + (m.y0 - firstPlace.cy) * scale))
  const width = Math.max(0, Math.min(colours.width, Math.ceil(place.cx + (m.x0 + m.width - firstPlace.cx) * scale)) - x0)
  const height = Math.max(0, Math.min(colours.height, Math.ceil(place.cy + (m.y0 + m.height - firstPlace.cy) * scale)) - y0)
  const bits = new Uint8Array(width * height)
  for (let y = 0; y < height; y++) {
    const sy = Math.floor(firstPlace.cy + (y0 + y + 0.5 - place.cy) / scale) - m.y0
    if (sy < 0 || sy >= m.height) continue
    for (let x = 0; x < width; x++) {
      const sx = Math.floor(firstPlace.cx + (x0 + x + 0.5 - place.cx) / scale) - m.x0
      if (sx >= 0 && sx < m.width) bits[y * width + x] = m.bits[sy * m.width + sx]!
    }
  }
  return { x0, y0, width, height, bits }
}

/** The likeliest place of the object in the frame for one size, with its mean log odds. */
function bestPlace(
  object: TrackedObject,
  lookout: Lookout,
  size: number,
  points: Float64Array,
): { readonly place: Place; readonly likeness: number } {
  const { width, height } = lookout.colours
  const likenessAt = createLikeness(object, lookout, 2 ** Math.max(0, Math.min(5, Math.floor(Math.log2(size / 8)))))
  const pitch = Math.max(1, size / 6)
  const few = Math.min(FIRST_POINTS, points.length / 2)
  let likeness = Number.NEGATIVE_INFINITY
  let place: Place = { cx: 0, cy: 0, size }
  for (let cy = pitch / 2; cy < height; cy += pitch) {
    for (let cx = pitch / 2; cx < width; cx += pitch) {
      let sum = 0
      let asked = 0
      for (let i = 0; i < points.length; i += 2, asked++) {
        if (asked === few && sum < few * likeness * 0.5) break
        const x = cx + points[i]! * size
        const y = cy + points[i + 1]! * size
        // What would lie outside the picture speaks neither for nor against the place.
        if (x < 0 || y < 0 || x >= width || y >= height) continue
        sum += likenessAt(points[i]!, points[i + 1]!, x, y)
      }
      if (asked < points.length / 2) continue
      const mean = sum / asked
      if (mean > likeness) {
        likeness = mean
        place = { cx, cy, size }
      }
    }
  }
  return { place, likeness }
}

/** Finds a lost object again and takes it up; undefined, and the object unchanged, when no place is like enough. */
export function findAgain(object: TrackedObject, lookout: Lookout, settings: Settings): Sighting | undefined {
  const { colours, scene } = lookout
  const points = pointsInside(object.firstMask, object.firstPlace)
  if (points.length === 0 || !(object.likeness > 0)) return undefined
  let best = bestPlace(object, lookout, object.steadySize, points)
  const { size } = object.firstPlace
  if (Math.abs(Math.log(size / object.steadySize)) > 0.2) {
    const other = bestPlace(object, lookout, size, points)
    if (other.likeness > best.likeness) best = other
  }
  if (best.likeness < LIKENESS * object.likeness) return undefined
  const shape = placedMask(object, best.place, colours)
  const box = { x0: shape.x0, y0: shape.y0, x1: shape.x0 + shape.width, y1: shape.y0 + shape.height }
  const view = viewOf(colours, boxAround(box, best.place.size, colours), settings.cells)
  const seen = cutOut(object, view, transported(shape, view, undefined), best.place, undefined, scene, settings)
  if (seen === undefined) return undefined
  let area = 0
  for (const bit of seen.mask.bits) area += bit
  let expected = 0
  for (const bit of shape.bits) expected += bit
  if (area > AREA_RATIO * expected || area * AREA_RATIO < expected) return undefined
  // The place was likely; what was cut out there must be so too.
  if (likenessOf(object, seen.mask, placeOf(seen.mask), lookout) < LIKENESS * object.likeness) return undefined
  take(object, view, seen, settings)
  return { mask: seen.mask, score: seen.score }
}
