// What an object and its surroundings look like, place by place: kept from the prompted frame and, slowly, from the frames since.
import { addSample, createGrid, type LabelGrid, readGrid, spread } from './grid.ts'
import type { View } from './view.ts'

/** Where an object lies and how large it is: mean place in frame pixels and the square root of its area. */
export type Place = { readonly cx: number; readonly cy: number; readonly size: number }

/**
 * Table spacings: `place` in object sizes, `light` and `tint` in Lab units. `placeCells` and `colourCells` bound the cells along each
 * dimension: without them a thin object that spans the picture would ask for a table of millions of cells.
 */
export type Detail = {
  readonly place: number
  readonly light: number
  readonly tint: number
  readonly placeCells: number
  readonly colourCells: number
}

export type Appearance = {
  readonly detail: Detail
  /** Half extents in cells of place, and the lowest L, a, b that has a cell of its own. */
  readonly origin: readonly number[]
  /** From the prompted frame alone: never forgotten, so that drift has something to return to. */
  readonly first: LabelGrid
  /** The prompted frame and the recent past together: the one that is read. */
  mixed: LabelGrid
}

/** Mean mass of a place cell; EPSILON is the mass at which a colour counts as never seen. */
const MASS = 8
const EPSILON = 0.02
/** Share of the prompted frame in `mixed`. */
const ANCHOR = 0.5

function coordinates(a: Appearance, view: View, place: Place, x: number, y: number, at: Float64Array): void {
  const { detail, origin } = a
  const pitch = detail.place * place.size
  at[0] = ((view.x0 + x + 0.5) * view.step - place.cx) / pitch + origin[0]!
  at[1] = ((view.y0 + y + 0.5) * view.step - place.cy) / pitch + origin[1]!
  const p = 3 * ((view.y0 + y) * view.level.width + view.x0 + x)
  at[2] = (view.level.lab[p]! - origin[2]!) / detail.light
  at[3] = (view.level.lab[p + 1]! - origin[3]!) / detail.tint
  at[4] = (view.level.lab[p + 2]! - origin[4]!) / detail.tint
}

function tally(a: Appearance, view: View, labels: Uint8Array, place: Place): LabelGrid {
  const grid = createGrid(a.first.size)
  const at = new Float64Array(5)
  const weight = (MASS * grid.size[0]! * grid.size[1]!) / labels.length
  for (let y = 0, i = 0; y < view.height; y++) {
    for (let x = 0; x < view.width; x++, i++) {
      coordinates(a, view, place, x, y, at)
      addSample(grid, at, labels[i] === 1 ? 0 : 1, weight)
    }
  }
  spread(grid)
  return grid
}

/** Learns an object from a view of its prompted frame; `labels` says which cells of the view are object. */
export function createAppearance(view: View, labels: Uint8Array, place: Place, wanted: Detail): Appearance {
  const low = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  const high = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (let y = 0; y < view.height; y++) {
    for (let x = 0; x < view.width; x++) {
      for (let c = 0; c < 3; c++) {
        const v = view.level.lab[3 * ((view.y0 + y) * view.level.width + view.x0 + x) + c]!
        low[c] = Math.min(low[c]!, v)
        high[c] = Math.max(high[c]!, v)
      }
    }
  }
  const detail = fitted(wanted, view, place, low, high)
  const pitch = detail.place * place.size
  const left = Math.ceil((place.cx - view.x0 * view.step) / pitch) + 1
  const top = Math.ceil((place.cy - view.y0 * view.step) / pitch) + 1
  const right = Math.ceil(((view.x0 + view.width) * view.step - place.cx) / pitch) + 1
  const bottom = Math.ceil(((view.y0 + view.height) * view.step - place.cy) / pitch) + 1
  // One empty cell on each side of the colours seen: colours that come later must not look like the outermost known ones.
  const spacing = [detail.light, detail.tint, detail.tint]
  const origin = [left, top, low[0]! - spacing[0]!, low[1]! - spacing[1]!, low[2]! - spacing[2]!]
  const colourCells = spacing.map((s, c) => Math.ceil((high[c]! - low[c]!) / s) + 3)
  const empty = createGrid([left + right + 1, top + bottom + 1, ...colourCells])
  const first = tally({ detail, origin, first: empty, mixed: empty }, view, labels, place)
  // One table until something is learned: a carrier of hundreds of objects never learns, and pays for one only.
  return { detail, origin, first, mixed: first }
}

/** The wanted spacings, widened where the object's extent or its colours would need more cells than allowed. */
function fitted(wanted: Detail, view: View, place: Place, low: readonly number[], high: readonly number[]): Detail {
  const extent = Math.max(view.width, view.height) * view.step
  return {
    ...wanted,
    place: Math.max(wanted.place, extent / (wanted.placeCells * place.size)),
    light: Math.max(wanted.light, (high[0]! - low[0]!) / wanted.colourCells),
    tint: Math.max(wanted.tint, Math.max(high[1]! - low[1]!, high[2]! - low[2]!) / wanted.colourCells),
  }
}

/** Lets the appearance follow a newly carried frame; `rate` 0..1 is the weight of the new frame. */
export function learnAppearance(a: Appearance, view: View, labels: Uint8Array, place: Place, rate: number): void {
  const now = tally(a, view, labels, place)
  if (a.mixed === a.first) a.mixed = { ...a.first, mass: a.first.mass.slice() }
  const mixed = a.mixed.mass
  for (let i = 0; i < mixed.length; i++)
    mixed[i] = (1 - rate) * mixed[i]! + rate * (ANCHOR * a.first.mass[i]! + (1 - ANCHOR) * now.mass[i]!)
}

/** For each cell of a view the log of how much likelier object than background is, with the object at `place`, cut off at +-limit. */
export function appearanceLogOdds(a: Appearance, view: View, place: Place, limit: number): Float32Array {
  const out = new Float32Array(view.width * view.height)
  const at = new Float64Array(5)
  const mass = new Float64Array(2)
  for (let y = 0, i = 0; y < view.height; y++) {
    for (let x = 0; x < view.width; x++, i++) {
      coordinates(a, view, place, x, y, at)
      readGrid(a.mixed, at, mass)
      out[i] = Math.max(-limit, Math.min(limit, Math.log((mass[0]! + EPSILON) / (mass[1]! + EPSILON))))
    }
  }
  return out
}

/**
 * Asks a table about single points: offsets from the mean place in object sizes, and a colour at lab[p .. p+2].
 * Answers the log odds, cut off at +-limit.
 */
export function createOddsAt(
  grid: LabelGrid,
  a: Appearance,
  limit: number,
): (dx: number, dy: number, lab: Float32Array, p: number) => number {
  const at = new Float64Array(5)
  const mass = new Float64Array(2)
  const { detail, origin } = a
  return (dx, dy, lab, p) => {
    at[0] = dx / detail.place + origin[0]!
    at[1] = dy / detail.place + origin[1]!
    at[2] = (lab[p]! - origin[2]!) / detail.light
    at[3] = (lab[p + 1]! - origin[3]!) / detail.tint
    at[4] = (lab[p + 2]! - origin[4]!) / detail.tint
    readGrid(grid, at, mass)
    return Math.max(-limit, Math.min(limit, Math.log((mass[0]! + EPSILON) / (mass[1]! + EPSILON))))
  }
}
