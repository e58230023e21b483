// A small scene whose right answer is known: a furnished room, drawn frame by frame with depth, poses and true instances.

import type { Intrinsics } from './camera.ts'
import { type Pose, poseLookingAt } from './pose.ts'
import { drawView, partsPerThing, type Raster } from './synthetic-render.ts'
import { furnishRoom, roomThings } from './synthetic-room.ts'

export type SyntheticOptions = {
  /** Pixels, each side 16..8192. A frame of 320 x 240 takes some tens of milliseconds, larger ones in proportion. */
  readonly width?: number
  readonly height?: number
  /** How many frames the camera takes for its way, 1..10000; with more of them it moves less from one to the next. */
  readonly frames?: number
  /** A whole number. The same seed gives the same bytes; another one tints, turns and shifts things a little. */
  readonly seed?: number
}

/** One drawn frame, every raster row-major. */
export type SyntheticFrame = {
  /** Three bytes a pixel. */
  readonly rgb: Uint8Array
  /** z in the camera in millimetres, exact to the rounding; no pixel is without. */
  readonly depthMm: Uint16Array
  /** True instance id of each pixel, 0 = the empty room. */
  readonly labels: Uint16Array
  /** True part id of each pixel, 0 = the empty room. */
  readonly parts: Uint16Array
  /** Metres; the world's z is up and its floor 0. */
  readonly cameraFromWorld: Pose
}

export type SyntheticInstance = { readonly id: number; readonly name: string; readonly moves: boolean }

export type SyntheticPart = { readonly id: number; readonly instanceId: number; readonly name: string }

export type SyntheticScene = {
  readonly intrinsics: Intrinsics
  /** How many frames there are. */
  readonly frames: number
  /** Draws frame `index` (0..frames - 1); nothing is kept. Throws RangeError for another index. */
  readonly frame: (index: number) => SyntheticFrame
  readonly instances: readonly SyntheticInstance[]
  readonly parts: readonly SyntheticPart[]
}

/** Throws RangeError for options outside their bounds. */
export function makeSyntheticScene({ width = 320, height = 240, frames = 24, seed = 1 }: SyntheticOptions = {}): SyntheticScene {
  checkWhole('width', width, 16, 8192)
  checkWhole('height', height, 16, 8192)
  checkWhole('frames', frames, 1, 10_000)
  checkWhole('seed', seed, -(2 ** 31), 2 ** 31 - 1)
  // A diagonal view of 70 degrees, as of a telephone's camera.
  const focal = Math.hypot(width, height) / (2 * Math.tan((35 * Math.PI) / 180))
  const intrinsics: Intrinsics = { fx: focal, fy: focal, cx: width / 2, cy: height / 2, width, height }
  const room = furnishRoom(seed)
  const frame = (index: number): SyntheticFrame => {
    checkWhole('frame index', index, 0, frames - 1)
    const time = frames === 1 ? 0 : index / (frames - 1)
    const cameraFromWorld = poseLookingAt(room.eyeAt(time), room.targetAt(time), [0, 0, 1])
    const grainSeed = Math.imul(seed, 7919) + index * 2
    const raster: Raster = drawView({
      intrinsics,
      cameraFromWorld,
      solids: room.solidsAt(time),
      lampInWorld: room.lampInWorld,
      seed,
      grainSeed,
    })
    return { ...raster, cameraFromWorld }
  }
  return {
    intrinsics,
    frames,
    frame,
    instances: roomThings.map(({ id, name, moves }) => ({ id, name, moves })),
    parts: roomThings.flatMap(({ id, parts }) => parts.map((name, part) => ({ id: id * partsPerThing + part, instanceId: id, name }))),
  }
}

function checkWhole(name: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most)
    throw new RangeError(`The ${name} of a synthetic scene is a whole number from ${least} to ${most}; got ${value}.`)
}
