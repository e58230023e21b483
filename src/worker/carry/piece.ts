// Where an object went if it moved as one piece: the shift at which its points look most as they did, and least like the scene behind.
import { type Appearance, createOddsAt, type Place } from './appearance.ts'
import type { Colours } from './colour.ts'
import type { Box, MaskCrop } from './crop.ts'
import { FLOW_UNIT, type FlowField, flowCell } from './flow.ts'
import type { Scene } from './scene.ts'
import { kindAt, kindOdds, type SceneHabit, sceneCell } from './scene-odds.ts'

/** In frame pixels. */
export type Shift = { readonly dx: number; readonly dy: number }

/** An object as it lies on the frame before, with its last shift if it has one. */
type Moving = {
  readonly mask: MaskCrop
  readonly place: Place
  readonly placed: Appearance
  readonly habit: SceneHabit
  readonly shift: Shift | undefined
}

/** Points of the object that are compared at each shift, about. */
const POINTS = 150
/** The first, coarse look asks about this many of them. */
const FEW = 40
/** How far around a guess is looked, in object sizes and at least in pixels, and how finely at first. */
const REACH = 1
const REACH_PIXELS = 12
const COARSE = 1 / 8
/** Differences of colour beyond this (Lab units) count as no more: what is covered must not decide. */
const CUT = 25
/** Worth of log odds in Lab units: of the looks on the prompted frame, and of the scene. */
const LOOKS = 2
const LOOKS_LIMIT = 2
const SCENE = 3
/** Cost, in Lab units, of a shift that differs from the one before by an object size or more: things rarely turn about. */
const TURN = 3
/** Difference that counts for a place outside the picture. */
const OUTSIDE = 12
/** Two guesses nearer than this (pixels) are one. */
const ALIKE = 2

/** Lab units between two colours at a[p ..] and b[q ..], cut off. */
export function colourDistance(a: Float32Array, p: number, b: Float32Array, q: number): number {
  const l = a[p]! - b[q]!
  const u = a[p + 1]! - b[q + 1]!
  const v = a[p + 2]! - b[q + 2]!
  return Math.min(CUT, Math.sqrt(l * l + u * u + v * v))
}

/** What most pixels of a mask do according to the flow, and the mean trust in it, 0..1. */
export function flowOf(mask: MaskCrop, flow: FlowField): Shift & { readonly trust: number } {
  const xs: number[] = []
  const ys: number[] = []
  let trust = 0
  for (let y = 0; y < mask.height; y += 2) {
    for (let x = 0; x < mask.width; x += 2) {
      if (mask.bits[y * mask.width + x] === 0) continue
      const c = flowCell(flow, mask.x0 + x, mask.y0 + y)
      xs.push(flow.forward.dx[c]! / FLOW_UNIT)
      ys.push(flow.forward.dy[c]! / FLOW_UNIT)
      trust += flow.forward.trust[c]! / 255
    }
  }
  const middle = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1] ?? 0
  return { dx: middle(xs), dy: middle(ys), trust: xs.length > 0 ? trust / xs.length : 0 }
}

/** Frame pixels inside a mask, spread evenly: x, y one after the other. */
function pointsOf(mask: MaskCrop, size: number): Float64Array {
  const pitch = Math.max(1, size / Math.sqrt(POINTS))
  const found: number[] = []
  for (let y = pitch / 2; y < mask.height; y += pitch)
    for (let x = pitch / 2; x < mask.width; x += pitch)
      if (mask.bits[(y | 0) * mask.width + (x | 0)] === 1) found.push(mask.x0 + x, mask.y0 + y)
  return Float64Array.from(found)
}

/** Cost of shifts of an object from `before` to `after`, in Lab units a point; infinite where less than a third would stay in the picture. */
function costOf(
  object: Moving,
  points: Float64Array,
  before: Colours,
  after: Colours,
  scene: Scene,
): (shift: Shift, every: number) => number {
  const { cx, cy, size } = object.place
  const step = 2 ** Math.max(0, Math.min(4, Math.floor(Math.log2(size / 12))))
  const from = before.level(step)
  const to = after.level(step)
  const behind = after.level(scene.step)
  const odds = kindOdds(object.habit, true)
  const looks = createOddsAt(object.placed.first, object.placed, LOOKS_LIMIT)
  return ({ dx, dy }, every) => {
    let sum = 0
    let asked = 0
    for (let i = 0; i < points.length; i += 2 * every) {
      const x = points[i]! + dx
      const y = points[i + 1]! + dy
      if (x < 0 || y < 0 || x >= after.width || y >= after.height) continue
      const p = 3 * (Math.floor(points[i + 1]! / step) * from.width + Math.floor(points[i]! / step))
      const q = 3 * (Math.floor(y / step) * to.width + Math.floor(x / step))
      sum += colourDistance(to.lab, q, from.lab, p)
      sum -= SCENE * odds[kindAt(scene, behind, sceneCell(scene, x, y))]!
      sum -= LOOKS * looks((points[i]! - cx) / size, (points[i + 1]! - cy) / size, to.lab, q)
      asked++
    }
    if (6 * every * asked < points.length) return Number.POSITIVE_INFINITY
    const turn = object.shift === undefined ? 0 : Math.hypot(dx - object.shift.dx, dy - object.shift.dy) / size
    return sum / asked + TURN * Math.min(1, turn)
  }
}

/** The best shift around what the flow says (`flowing`) and around the last one; undefined where the object is too small to tell or leaves the picture. */
export function pieceShift(object: Moving, flowing: Shift, before: Colours, after: Colours, scene: Scene): Shift | undefined {
  const { size } = object.place
  const points = pointsOf(object.mask, size)
  if (points.length < 8) return undefined
  const cost = costOf(object, points, before, after, scene)
  let best: Shift = { dx: 0, dy: 0 }
  let least = Number.POSITIVE_INFINITY
  const look = (dx: number, dy: number, every: number) => {
    const here = cost({ dx, dy }, every)
    if (here >= least) return
    least = here
    best = { dx, dy }
  }
  const guesses = [flowing]
  const { shift } = object
  if (shift !== undefined && Math.hypot(shift.dx - flowing.dx, shift.dy - flowing.dy) > ALIKE) guesses.push(shift)
  const reach = Math.max(REACH_PIXELS, REACH * size)
  const coarse = Math.max(1, Math.round(COARSE * size))
  const few = Math.max(1, Math.floor(points.length / 2 / FEW))
  for (const guess of guesses)
    for (let y = -reach; y <= reach; y += coarse)
      for (let x = -reach; x <= reach; x += coarse) look(Math.round(guess.dx + x), Math.round(guess.dy + y), few)
  least = cost(best, 1)
  for (const guess of guesses) look(guess.dx, guess.dy, 1)
  for (let s = coarse / 2; s >= 0.5; s /= 2) {
    const { dx, dy } = best
    for (let y = -1; y <= 1; y++) for (let x = -1; x <= 1; x++) look(dx + x * s, dy + y * s, 1)
  }
  return Number.isFinite(least) ? best : undefined
}

/**
 * Whether an object moved as one piece: its shift leaves differences at most `ratio` times those of the flow. What bends or turns leaves twice those.
 */
export function isStiff(object: Moving, shift: Shift, flow: FlowField, before: Colours, after: Colours, ratio: number): boolean {
  const from = before.level(1)
  const to = after.level(1)
  const points = pointsOf(object.mask, object.place.size)
  let [byShift, byFlow] = [0, 0]
  for (let i = 0; i < points.length; i += 2) {
    const [x, y] = [Math.floor(points[i]!), Math.floor(points[i + 1]!)]
    const difference = (dx: number, dy: number): number => {
      const [tx, ty] = [Math.round(x + dx), Math.round(y + dy)]
      if (tx < 0 || ty < 0 || tx >= to.width || ty >= to.height) return OUTSIDE
      return colourDistance(to.lab, 3 * (ty * to.width + tx), from.lab, 3 * (y * from.width + x))
    }
    const c = flowCell(flow, x, y)
    byShift += difference(shift.dx, shift.dy)
    byFlow += difference(flow.forward.dx[c]! / FLOW_UNIT, flow.forward.dy[c]! / FLOW_UNIT)
  }
  return byShift <= ratio * byFlow
}

/** The box of a mask after a shift, cut to the frame; undefined when nothing stays inside. */
export function shiftedBox(mask: MaskCrop, { dx, dy }: Shift, frame: { readonly width: number; readonly height: number }): Box | undefined {
  const x0 = Math.max(0, Math.floor(mask.x0 + dx))
  const y0 = Math.max(0, Math.floor(mask.y0 + dy))
  const x1 = Math.min(frame.width, Math.ceil(mask.x0 + mask.width + dx))
  const y1 = Math.min(frame.height, Math.ceil(mask.y0 + mask.height + dy))
  return x1 > x0 && y1 > y0 ? { x0, y0, x1, y1 } : undefined
}
