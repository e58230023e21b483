// What the surfaces of the synthetic scene look like: colours that follow the thing's own shape, so that they move with it.

import type { Vec3 } from './pose.ts'
import { hashAt, smoothNoise } from './synthetic-random.ts'
import type { Look, Paint } from './synthetic-solids.ts'

/** Linear red, green, blue, 0..1. */
export type Colour = Vec3

export function setColour(paint: Paint, colour: Colour, brightness: number): void {
  paint.red = colour[0] * brightness
  paint.green = colour[1] * brightness
  paint.blue = colour[2] * brightness
}

/** Planed wood; the grain runs along the longest side that the face shows. */
export function woodLook(colour: Colour, seed: number, part = 0): Look {
  return (paint, x, y, z, axis) => {
    const along = axis === 0 ? y : x
    const across = axis === 2 ? y : z
    setColour(paint, colour, woodGrain(along, across, seed))
    paint.gloss = 0.12
    paint.part = part
  }
}

function woodGrain(along: number, across: number, seed: number): number {
  const bend = smoothNoise(along * 3, across * 7, seed) * 1.6
  const rings = Math.sin((across * 16 + bend) * Math.PI * 2)
  return 0.86 + 0.09 * rings + 0.2 * (smoothNoise(along * 9, across * 90, seed + 1) - 0.5)
}

/** Drawers one above the other on the face -y, each with a knob: part 0 is the body, 1.. the drawers from below. */
export function drawersLook(body: Colour, front: Colour, half: Vec3, drawers: number, seed: number): Look {
  const wood = woodLook(body, seed)
  const tall = (half[2] * 2 - 0.08) / drawers
  return (paint, x, y, z, axis, side) => {
    wood(paint, x, y, z, axis, side)
    if (axis !== 1 || side > 0) return
    const up = (z + half[2] - 0.04) / tall
    const place = Math.floor(up)
    const toSide = half[0] - 0.035 - Math.abs(x)
    const toEdge = Math.min((up - place) * tall, (1 - up + place) * tall)
    if (place < 0 || place >= drawers || toSide < 0) return
    if (toEdge < 0.012 || toSide < 0.01) {
      setColour(paint, body, 0.25)
      return
    }
    paint.part = 1 + place
    const bevel = Math.min(toEdge, toSide) < 0.03 ? 0.82 : 1
    setColour(paint, front, bevel * woodGrain(x, z + place * 3.1, seed + 5))
    const knob = Math.hypot(Math.abs(x) - half[0] * 0.45, (up - place - 0.5) * tall)
    if (knob < 0.034) setColour(paint, knob < 0.02 ? [0.85, 0.72, 0.35] : [0.3, 0.22, 0.1], 1)
    paint.gloss = knob < 0.034 ? 0.9 : 0.15
  }
}

/** Boards across, a frame around them and one brace aslant. */
export function crateLook(colour: Colour, half: number, seed: number): Look {
  return (paint, x, y, z, axis) => {
    const u = axis === 0 ? y : x
    const v = axis === 2 ? y : z
    const border = half - Math.max(Math.abs(u), Math.abs(v))
    const brace = Math.abs(u - v) * Math.SQRT1_2
    const board = Math.floor((v + half) / (half * 0.4))
    const framed = border < half * 0.2 || brace < half * 0.13
    const edge = framed
      ? Math.min(Math.abs(border - half * 0.2), Math.abs(brace - half * 0.13))
      : Math.abs((v + half) / (half * 0.4) - board - 0.5) > 0.46
        ? 0
        : 1
    const shade = framed ? 1.1 : 0.72 + 0.2 * hashAt(board, axis, seed)
    setColour(paint, colour, (edge < 0.006 ? 0.45 : shade) * woodGrain(framed ? v : u, framed ? u : v + board, seed + axis))
    const nail = Math.hypot(Math.abs(u) - half * 0.9, Math.abs(v) - half * 0.9)
    if (nail < half * 0.05) setColour(paint, [0.1, 0.1, 0.11], 1)
    paint.gloss = 0.05
    paint.part = 0
  }
}

/** Two colours in twelve gores, and around the middle a stripe that is part 1. */
export function stripedBallLook(first: Colour, second: Colour, stripe: Colour, radius: number): Look {
  return (paint, x, y, z) => {
    const height = Math.abs(z) / radius
    const gore = Math.floor((Math.atan2(y, x) / Math.PI) * 6 + 6) & 1
    paint.part = height < 0.24 ? 1 : 0
    if (paint.part === 1) setColour(paint, stripe, height > 0.2 ? 0.55 : 1)
    else setColour(paint, gore === 1 ? first : second, 1)
    paint.gloss = 0.75
  }
}

/** Seas, land and ice on a ball, with a net of meridians. */
export function globeLook(radius: number, seed: number): Look {
  return (paint, x, y, z) => {
    const longitude = Math.atan2(y, x)
    const latitude = Math.asin(Math.max(-1, Math.min(1, z / radius)))
    const [u, v] = [(x + z * 0.5) / radius, (y - z * 0.3) / radius]
    const height = smoothNoise(u * 2.4 + 9, v * 2.4 + 4, seed) * 0.65 + smoothNoise(u * 6 + z * 20, v * 6, seed + 1) * 0.35
    const land = height > 0.5
    if (Math.abs(latitude) > 1.15) setColour(paint, [0.85, 0.88, 0.9], 1)
    else if (land) setColour(paint, height > 0.62 ? [0.5, 0.36, 0.14] : [0.22, 0.42, 0.1], 0.8 + height * 0.4)
    else setColour(paint, [0.03, 0.17, 0.42], 0.8 + height)
    const net = Math.min(gridDistance(longitude, Math.PI / 6) * Math.cos(latitude), gridDistance(latitude, Math.PI / 6))
    if (net < 0.018) setColour(paint, [0.75, 0.75, 0.65], 0.6)
    paint.gloss = 0.6
    paint.part = 0
  }
}

/** Wrapping paper with dots (part 0) and a ribbon across each face (part 1). */
export function giftLook(paper: Colour, ribbon: Colour, half: number): Look {
  return (paint, x, y, z, axis) => {
    const u = axis === 0 ? y : x
    const v = axis === 2 ? y : z
    const wide = half * 0.16
    const onRibbon = Math.abs(u) < wide || (axis === 2 && Math.abs(v) < wide)
    const dot = Math.hypot(gridDistance(u, half * 0.5), gridDistance(v + (Math.round(u / (half * 0.5)) & 1) * half * 0.25, half * 0.5))
    paint.part = onRibbon ? 1 : 0
    if (onRibbon) setColour(paint, ribbon, Math.abs(Math.abs(u) - wide) < wide * 0.2 ? 0.7 : 1)
    else setColour(paint, dot < half * 0.1 ? [0.9, 0.85, 0.75] : paper, 1)
    paint.gloss = onRibbon ? 0.6 : 0.35
  }
}

/** A closed book lying flat: cover with a title (part 0), and the pages at three of its sides (part 1). */
export function bookLook(cover: Colour, half: Vec3): Look {
  return (paint, x, y, z, axis, side) => {
    paint.part = 0
    paint.gloss = 0.3
    setColour(paint, cover, 1)
    if (axis === 2 && side > 0) {
      const border = Math.min(half[0] - Math.abs(x), half[1] - Math.abs(y))
      const title = Math.abs(x) < half[0] * 0.6 && Math.abs(Math.abs(y - half[1] * 0.35) - half[1] * 0.18) < half[1] * 0.06
      if (Math.abs(border - 0.014) < 0.004 || title) setColour(paint, [0.9, 0.75, 0.3], 1)
    } else if (!(axis === 0 && side < 0) && Math.abs(z) < half[2] * 0.72) {
      paint.part = 1
      setColour(paint, [0.8, 0.76, 0.66], 0.75 + 0.3 * hashAt(Math.floor(z * 900), axis, 3))
    }
  }
}

/** A screen of woven panels in a dark frame. */
export function screenLook(frame: Colour, weave: Colour, half: Vec3, seed: number): Look {
  const wood = woodLook(frame, seed)
  return (paint, x, y, z, axis, side) => {
    wood(paint, x, y, z, axis, side)
    if (axis !== 1) return
    const border = Math.min(half[0] - Math.abs(x), half[2] - Math.abs(z), Math.abs(z) + 0.02)
    if (border < 0.03) return
    const over = (Math.floor(x / 0.022) + Math.floor(z / 0.022)) & 1
    const thread = over === 1 ? Math.abs(Math.sin((x / 0.022) * Math.PI)) : Math.abs(Math.sin((z / 0.022) * Math.PI))
    setColour(paint, weave, 0.45 + 0.55 * thread)
  }
}

/** One colour with a soft mottle; `part` names it. */
export function plainLook(colour: Colour, gloss: number, seed: number, part = 0): Look {
  return (paint, x, y, z) => {
    setColour(paint, colour, 0.92 + 0.16 * smoothNoise(x * 30 + z * 17, y * 30 + z * 23, seed))
    paint.gloss = gloss
    paint.part = part
  }
}

/** A head with two black eyes towards -y. */
export function headLook(colour: Colour, radius: number, seed: number, part: number): Look {
  const skin = plainLook(colour, 0.5, seed, part)
  return (paint, x, y, z, axis, side) => {
    skin(paint, x, y, z, axis, side)
    const eye = Math.hypot(Math.abs(x) - radius * 0.5, y + radius * 0.75, z - radius * 0.4)
    if (eye < radius * 0.26) setColour(paint, eye < radius * 0.1 ? [0.8, 0.8, 0.8] : [0.01, 0.01, 0.01], 1)
  }
}

/** How far a value is from the nearest multiple of `step`. */
export function gridDistance(value: number, step: number): number {
  return Math.abs(value - Math.round(value / step) * step)
}
