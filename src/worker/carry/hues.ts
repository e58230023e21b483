// How an object's colours differ from those of all else in the prompted picture, above all from what also stood out of the scene.
import type { Colours } from './colour.ts'
import { contains, type MaskCrop } from './crop.ts'
import { createGrid, spread } from './grid.ts'
import type { Scene } from './scene.ts'
import { isOutstanding, kindAt } from './scene-odds.ts'

/** Log odds of each colour in ODDS_UNIT, L slowest, b fastest. */
export type Hues = Int8Array

/** Spacings in Lab units; a and b are told apart up to +-56. */
const LIGHT = 8
const TINT = 5
const LIGHTS = 14
const TINTS = 23
const ENTRIES = LIGHTS * TINTS * TINTS
const ODDS_UNIT = 40
const LIMIT = 3
/** Mass of either side, and the mass at which a colour counts as never seen. */
const MASS = 1000
const EPSILON = 0.3
/** What stands out is compared with when it is this many times the object. */
const ENOUGH = 2

/** How many cells of a picture have each colour: all, and those that stand out of the scene. */
export type Palette = { readonly all: Float64Array; readonly outstanding: Float64Array }

/** The entry of a colour at lab[p .. p+2]. */
function entry(lab: Float32Array, p: number): number {
  const cell = (v: number, cells: number) => Math.max(0, Math.min(cells - 1, Math.round(v)))
  const l = cell(lab[p]! / LIGHT, LIGHTS)
  const a = cell(lab[p + 1]! / TINT + (TINTS >> 1), TINTS)
  const b = cell(lab[p + 2]! / TINT + (TINTS >> 1), TINTS)
  return (l * TINTS + a) * TINTS + b
}

/** What one picture is made of; shared by all objects prompted on it. */
export function createPalette(colours: Colours, scene: Scene): Palette {
  const level = colours.level(scene.step)
  const all = new Float64Array(ENTRIES)
  const outstanding = new Float64Array(ENTRIES)
  for (let c = 0; c < level.width * level.height; c++) {
    const e = entry(level.lab, 3 * c)
    all[e] = all[e]! + 1
    if (isOutstanding(kindAt(scene, level, c))) outstanding[e] = outstanding[e]! + 1
  }
  return { all, outstanding }
}

/** Learns the colours of a mask against the rest of its picture. */
export function createHues(palette: Palette, colours: Colours, scene: Scene, mask: MaskCrop): Hues {
  const level = colours.level(scene.step)
  const own = new Float64Array(ENTRIES)
  const rest = palette.all.slice()
  const outstanding = palette.outstanding.slice()
  const { step } = scene
  for (let y = Math.floor(mask.y0 / step); y < Math.min(level.height, (mask.y0 + mask.height) / step); y++) {
    for (let x = Math.floor(mask.x0 / step); x < Math.min(level.width, (mask.x0 + mask.width) / step); x++) {
      if (!contains(mask, Math.floor((x + 0.5) * step), Math.floor((y + 0.5) * step))) continue
      const c = y * level.width + x
      const e = entry(level.lab, 3 * c)
      own[e] = own[e]! + 1
      rest[e] = rest[e]! - 1
      if (isOutstanding(kindAt(scene, level, c))) outstanding[e] = outstanding[e]! - 1
    }
  }
  const total = (counts: Float64Array) => counts.reduce((sum, v) => sum + v, 0)
  const cells = total(own)
  const others = total(outstanding) > ENOUGH * cells ? outstanding : rest
  const grid = createGrid([1, 1, LIGHTS, TINTS, TINTS])
  for (const [side, counts] of [own, others].entries()) {
    const mass = MASS / Math.max(1, total(counts))
    for (let e = 0; e < ENTRIES; e++) grid.mass[2 * e + side] = mass * counts[e]!
  }
  spread(grid)
  return Int8Array.from({ length: ENTRIES }, (_, i) => {
    const odds = Math.log((grid.mass[2 * i]! + EPSILON) / (grid.mass[2 * i + 1]! + EPSILON))
    return Math.round(ODDS_UNIT * Math.max(-LIMIT, Math.min(LIMIT, odds)))
  })
}

/** Log odds of a colour at lab[p .. p+2]. */
export function hueOdds(hues: Hues, lab: Float32Array, p: number): number {
  return hues[entry(lab, p)]! / ODDS_UNIT
}
