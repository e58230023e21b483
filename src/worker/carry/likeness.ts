// How much something on a frame looks like a prompted object: by the looks of its parts, its colours, and whether the scene explains it.
import { createOddsAt, type Place } from './appearance.ts'
import type { MaskCrop } from './crop.ts'
import { hueOdds } from './hues.ts'
import { isOutstanding, kindAt, kindOdds, sceneCell } from './scene-odds.ts'
import type { Lookout, TrackedObject } from './tracked-object.ts'

/** Points of the object that are compared at each place, at most. */
const POINTS = 64
const ODDS_LIMIT = 3
/** Share of the likeness on the prompted frame below which what is followed is not the object. */
const UNLIKE = 0.4
/** Share of what set it off from the scene on the prompted frame below which it may be the scene itself. */
const SET_OFF = 0.75
/** Frames on end after which that is believed: blur and what passes in front are over sooner. */
const PATIENCE = 5

/** Points inside a mask as offsets from its mean place in object sizes, spread evenly and in an order that covers it early. */
export function pointsInside(mask: MaskCrop, place: Place): Float64Array {
  const pitch = Math.max(1, Math.sqrt((place.size * place.size) / POINTS))
  const found: number[][] = []
  for (let y = pitch / 2; y < mask.height; y += pitch) {
    for (let x = pitch / 2; x < mask.width; x += pitch) {
      if (mask.bits[(y | 0) * mask.width + (x | 0)] === 0) continue
      found.push([(mask.x0 + x - place.cx) / place.size, (mask.y0 + y - place.cy) / place.size])
    }
  }
  // A stride that shares no factor with the count visits every point once and jumps about on the way.
  const count = found.length
  const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b))
  let jump = Math.max(1, Math.round(count * 0.382))
  while (gcd(jump, count) > 1) jump++
  const out = new Float64Array(2 * count)
  for (let i = 0; i < count; i++) out.set(found[(i * jump) % count]!, 2 * i)
  return out
}

/** Asks for the log odds that a part of the object, at an offset from its mean place in object sizes, is seen at frame pixel (x, y) of a level. */
export function createLikeness(
  object: TrackedObject,
  { colours, scene }: Lookout,
  step: number,
): (dx: number, dy: number, x: number, y: number) => number {
  const level = colours.level(step)
  const behind = colours.level(scene.step)
  const odds = kindOdds(object.habit.first ?? object.habit, true)
  const looks = createOddsAt(object.placed.first, object.placed, ODDS_LIMIT)
  return (dx, dy, x, y) => {
    const cell = sceneCell(scene, x, y)
    const p = 3 * (Math.floor(y / step) * level.width + Math.floor(x / step))
    const kind = kindAt(scene, behind, cell)
    const hue = object.habit.first === undefined || isOutstanding(kind) ? hueOdds(object.hues, behind.lab, 3 * cell) : 0
    return looks(dx, dy, level.lab, p) + hue + odds[kind]!
  }
}

/** Mean log odds over points of a mask that has its mean place and size at `place`. */
export function likenessOf(object: TrackedObject, mask: MaskCrop, place: Place, lookout: Lookout): number {
  const points = pointsInside(mask, place)
  const likeness = createLikeness(object, lookout, 1)
  const { width, height } = lookout.colours
  let sum = 0
  for (let i = 0; i < points.length; i += 2) {
    const x = Math.min(width - 1, Math.max(0, place.cx + points[i]! * place.size))
    const y = Math.min(height - 1, Math.max(0, place.cy + points[i + 1]! * place.size))
    sum += likeness(points[i]!, points[i + 1]!, x, y)
  }
  return points.length > 0 ? (2 * sum) / points.length : 0
}

/** Mean log odds, by the prompted frame, that points of a mask do not belong to the scene behind. */
function setOff(object: TrackedObject, mask: MaskCrop, place: Place, { colours, scene }: Lookout): number {
  const points = pointsInside(mask, place)
  const behind = colours.level(scene.step)
  const odds = kindOdds(object.habit.first ?? object.habit, true)
  let sum = 0
  for (let i = 0; i < points.length; i += 2) {
    const cell = sceneCell(scene, place.cx + points[i]! * place.size, place.cy + points[i + 1]! * place.size)
    sum += odds[kindAt(scene, behind, cell)]!
  }
  return points.length > 0 ? (2 * sum) / points.length : 0
}

/** Measures an object on its prompted frame. */
export function measure(object: TrackedObject, lookout: Lookout): void {
  object.likeness = likenessOf(object, object.firstMask, object.firstPlace, lookout)
  object.setOff = setOff(object, object.firstMask, object.firstPlace, lookout)
}

/**
 * Whether what is followed has for too long been unlike the object and no longer set off from the scene; counts on with each call. Only for
 * objects prompted when the scene was known: looks alone change too much with light and turning.
 */
export function isGone(object: TrackedObject, lookout: Lookout): boolean {
  if (object.habit.first === undefined) return false
  const { mask, place } = object
  const isUnlike = likenessOf(object, mask, place, lookout) < UNLIKE * object.likeness
  object.unlike = isUnlike && setOff(object, mask, place, lookout) < SET_OFF * object.setOff ? object.unlike + 1 : 0
  return object.unlike >= PATIENCE
}
