// What the scene behind moving things looks like: the colours each place keeps, carried along with the motion of the whole picture.
import { type Affine, fitAffine, type Samples } from './affine.ts'
import type { Colours, LabLevel } from './colour.ts'
import { FLOW_UNIT, type FlowField } from './flow.ts'

/**
 * Cells of a colour level. `kept` is the colour a cell shows as a rule, `tried` the one that may take its place; both interleaved Lab in
 * LAB_UNIT. `keptFor` and `triedFor` count the frames that agreed, at most MOST; 0 is nothing known.
 */
export type Scene = {
  readonly step: number
  readonly width: number
  readonly height: number
  readonly kept: Int16Array
  readonly keptFor: Uint8Array
  readonly tried: Int16Array
  readonly triedFor: Uint8Array
  /** What agrees with the scene differs from it by no more than this, in Lab units. */
  readonly noise: number
}

const LAB_UNIT = 64
/** Frames a cell can have behind it: what stays that long is scene, whatever was there before (0.4 s at 30 frames a second). */
const MOST = 12
/** A colour that stayed this long explains a cell though another is still the rule. */
const OLD = 4
/** Weight of a new frame in a colour that is known for long. */
const RATE = 0.15
/** Shadows change lightness more than colour. */
const LIGHT = 0.5
/** Cells at most: the scene is remembered at half size or coarser. */
const CELLS = 150_000
/** Noise is at least this, and this many times the median difference: about 94 % of what obeys a Rayleigh distribution lies within. */
const LEAST_NOISE = 3
const MEDIANS = 2
/** Every so manieth cell is asked for the median. */
const SPARSE = 37
/** Displacements that the motion of the picture is fitted to, about. */
const SAMPLES = 4000

/** A scene of which one frame is known. */
export function firstScene(colours: Colours): Scene {
  let step = 2
  while ((colours.width * colours.height) / (step * step) > CELLS) step *= 2
  const { width, height, lab } = colours.level(step)
  const n = width * height
  return {
    step,
    width,
    height,
    kept: Int16Array.from(lab, (v) => Math.round(v * LAB_UNIT)),
    keptFor: new Uint8Array(n).fill(1),
    tried: new Int16Array(3 * n),
    triedFor: new Uint8Array(n),
    noise: LEAST_NOISE,
  }
}

/** Motion of the whole picture from the next frame back into this one; undefined when the flow tells none. */
function pictureMotion(flow: FlowField): Affine | undefined {
  const { gridWidth, gridHeight, stride, backward } = flow
  const every = Math.max(1, Math.floor(Math.sqrt((gridWidth * gridHeight) / SAMPLES)))
  const scale = Math.max(flow.width, flow.height)
  const samples: Samples = { values: new Float64Array(5 * Math.ceil(gridWidth / every) * Math.ceil(gridHeight / every)), count: 0 }
  for (let y = every >> 1; y < gridHeight; y += every) {
    for (let x = every >> 1; x < gridWidth; x += every) {
      const c = y * gridWidth + x
      const at = [((x + 0.5) * stride) / scale, ((y + 0.5) * stride) / scale]
      samples.values.set(
        [at[0]!, at[1]!, backward.dx[c]! / FLOW_UNIT, backward.dy[c]! / FLOW_UNIT, 0.02 + backward.trust[c]! / 255],
        5 * samples.count,
      )
      samples.count++
    }
  }
  return fitAffine(samples, scale)
}

/** Lab units between a cell's colour at lab[p ..] and a remembered one at other[p ..]. */
function difference(lab: Float32Array, other: Int16Array, p: number): number {
  const l = LIGHT * (lab[p]! - other[p]! / LAB_UNIT)
  const a = lab[p + 1]! - other[p + 1]! / LAB_UNIT
  const b = lab[p + 2]! - other[p + 2]! / LAB_UNIT
  return Math.sqrt(l * l + a * a + b * b)
}

/** The scene where it lies in the next frame, not yet told what that frame shows. What comes into the picture is not known. */
export function movedScene(scene: Scene, flow: FlowField, next: Colours): Scene {
  const motion = pictureMotion(flow)
  if (motion === undefined) return firstScene(next)
  const { width: w, height: h, step } = scene
  const { p, scale } = motion
  const n = w * h
  const moved = { kept: new Int16Array(3 * n), keptFor: new Uint8Array(n), tried: new Int16Array(3 * n), triedFor: new Uint8Array(n) }
  const { kept, tried } = scene
  const { lab } = next.level(step)
  const differences: number[] = []
  for (let y = 0, i = 0; y < h; y++) {
    for (let x = 0; x < w; x++, i++) {
      const fx = ((x + 0.5) * step) / scale
      const fy = ((y + 0.5) * step) / scale
      const sx = x + (p[0]! + p[1]! * fx + p[2]! * fy) / step
      const sy = y + (p[3]! + p[4]! * fx + p[5]! * fy) / step
      if (!(sx >= -0.5 && sy >= -0.5 && sx <= w - 0.5 && sy <= h - 0.5)) continue
      const x0 = Math.max(0, Math.min(w - 2, Math.floor(sx)))
      const y0 = Math.max(0, Math.min(h - 2, Math.floor(sy)))
      const ax = Math.max(0, Math.min(1, sx - x0))
      const ay = Math.max(0, Math.min(1, sy - y0))
      const q = y0 * w + x0
      const near = q + (ax > 0.5 ? 1 : 0) + (ay > 0.5 ? w : 0)
      moved.keptFor[i] = scene.keptFor[near]!
      moved.triedFor[i] = scene.triedFor[near]!
      for (let c = 0; c < 3; c++) {
        const k = 3 * q + c
        const upper = (1 - ax) * kept[k]! + ax * kept[k + 3]!
        const lower = (1 - ax) * kept[k + 3 * w]! + ax * kept[k + 3 * w + 3]!
        moved.kept[3 * i + c] = Math.round((1 - ay) * upper + ay * lower)
        moved.tried[3 * i + c] = tried[3 * near + c]!
      }
      if (i % SPARSE === 0 && moved.keptFor[i]! > 0) differences.push(difference(lab, moved.kept, 3 * i))
    }
  }
  differences.sort((a, b) => a - b)
  const median = differences[differences.length >> 1] ?? 0
  return { step, width: w, height: h, ...moved, noise: Math.max(LEAST_NOISE, MEDIANS * median) }
}

/** How far a cell's colour is from what the scene shows there, in `noise`, and for how many frames that was seen (0: nothing known). */
export function explained(scene: Scene, cell: number, lab: Float32Array): { readonly distance: number; readonly frames: number } {
  const distance = difference(lab, scene.kept, 3 * cell) / scene.noise
  if (scene.triedFor[cell]! >= OLD && distance > 1) {
    const other = difference(lab, scene.tried, 3 * cell) / scene.noise
    if (other < distance) return { distance: other, frames: scene.triedFor[cell]! }
  }
  return { distance, frames: scene.keptFor[cell]! }
}

/** Shows a scene the frame it was moved to; `level` is of its step. The scene changes in place. */
export function learnScene(scene: Scene, level: LabLevel): void {
  const { kept, keptFor, tried, triedFor, noise } = scene
  const { lab } = level
  const blend = (to: Int16Array, p: number, rate: number) => {
    for (let k = p; k < p + 3; k++) to[k] = Math.round(to[k]! + rate * (lab[k]! * LAB_UNIT - to[k]!))
  }
  for (let i = 0, p = 0; i < keptFor.length; i++, p += 3) {
    if (keptFor[i] === 0 || difference(lab, kept, p) <= noise) {
      blend(kept, p, Math.max(1 / (keptFor[i]! + 1), RATE))
      keptFor[i] = Math.min(MOST, keptFor[i]! + 1)
      continue
    }
    const again = triedFor[i]! > 0 && difference(lab, tried, p) <= noise
    blend(tried, p, again ? Math.max(1 / (triedFor[i]! + 1), RATE) : 1)
    triedFor[i] = again ? Math.min(MOST, triedFor[i]! + 1) : 1
    if (triedFor[i]! < keptFor[i]!) continue
    for (let k = p; k < p + 3; k++) [kept[k], tried[k]] = [tried[k]!, kept[k]!]
    ;[keptFor[i], triedFor[i]] = [triedFor[i]!, keptFor[i]!]
  }
}

/** A scene of its own: learning changes scenes in place. */
export function copyOfScene(scene: Scene): Scene {
  return {
    ...scene,
    kept: scene.kept.slice(),
    keptFor: scene.keptFor.slice(),
    tried: scene.tried.slice(),
    triedFor: scene.triedFor.slice(),
  }
}
