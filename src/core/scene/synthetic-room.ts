// What stands in the synthetic scene, what moves there, and along which way the camera goes.

import type { Vec3 } from './pose.ts'
import {
  bookLook,
  type Colour,
  crateLook,
  drawersLook,
  giftLook,
  globeLook,
  headLook,
  plainLook,
  screenLook,
  stripedBallLook,
  woodLook,
} from './synthetic-looks.ts'
import { randomFrom } from './synthetic-random.ts'
import { ballSolid, boxSolid, rollingTurn, type Solid, turnAboutZ } from './synthetic-solids.ts'

/** A thing of the room and its parts; `moves` when it does not stay where it is. */
export type RoomThing = { readonly id: number; readonly name: string; readonly parts: readonly string[]; readonly moves: boolean }

/** Time runs from 0 (first frame) to 1 (last frame). */
export type Room = {
  readonly solidsAt: (time: number) => readonly Solid[]
  readonly eyeAt: (time: number) => Vec3
  readonly targetAt: (time: number) => Vec3
  readonly lampInWorld: Vec3
}

/** Ids are 1 + the place in this list. The ball moves; the duck is hidden behind the screen about half way and comes back. */
export const roomThings: readonly RoomThing[] = [
  { id: 1, name: 'cupboard', parts: ['body', 'lower drawer', 'middle drawer', 'upper drawer'], moves: false },
  { id: 2, name: 'table', parts: ['top', 'legs'], moves: false },
  { id: 3, name: 'globe', parts: ['sphere', 'stand'], moves: false },
  { id: 4, name: 'book', parts: ['cover', 'pages'], moves: false },
  { id: 5, name: 'crate', parts: ['crate'], moves: false },
  { id: 6, name: 'screen', parts: ['screen'], moves: false },
  { id: 7, name: 'duck', parts: ['body', 'head', 'beak'], moves: false },
  { id: 8, name: 'ball', parts: ['gores', 'stripe'], moves: true },
  { id: 9, name: 'gift', parts: ['paper', 'ribbon'], moves: false },
]

const ballRadius = 0.16
const upright = turnAboutZ(0)

/** The seed moves things a little, turns them, and tints them; it never changes who hides whom. */
export function furnishRoom(seed: number): Room {
  const random = randomFrom(seed)
  const nudge = (size: number) => (random() * 2 - 1) * size
  const tint = ([red, green, blue]: Colour): Colour => [red * (1 + nudge(0.15)), green * (1 + nudge(0.15)), blue * (1 + nudge(0.15))]
  const standing: readonly Solid[] = [
    ...cupboard(nudge, tint, seed),
    ...table(tint, seed),
    ...globe(nudge, seed),
    book(nudge, tint),
    boxSolid(
      5,
      [-0.98 + nudge(0.05), 0.62 + nudge(0.05), 0.21],
      [0.21, 0.21, 0.21],
      turnAboutZ(0.5 + nudge(0.3)),
      crateLook(tint([0.55, 0.36, 0.17]), 0.21, seed + 41),
    ),
    boxSolid(
      6,
      [0.07, 0.75, 0.45],
      [0.18, 0.03, 0.45],
      upright,
      screenLook([0.16, 0.09, 0.05], tint([0.32, 0.5, 0.46]), [0.18, 0.03, 0.45], seed + 51),
    ),
    ...duck(seed),
    boxSolid(
      9,
      [-0.52 + nudge(0.04), 1.5 + nudge(0.04), 0.17],
      [0.17, 0.17, 0.17],
      turnAboutZ(0.35 + nudge(0.2)),
      giftLook(tint([0.33, 0.08, 0.4]), [0.9, 0.72, 0.12], 0.17),
    ),
  ]
  const ballLook = stripedBallLook(tint([0.8, 0.1, 0.07]), [0.85, 0.83, 0.78], tint([0.05, 0.22, 0.6]), ballRadius)
  const heading = 2.9 + nudge(0.06)
  const phase = random() * Math.PI * 2
  return {
    lampInWorld: [-0.9, -0.9, 2.45],
    solidsAt: (time) => [...standing, rollingBall(time, heading, ballLook)],
    eyeAt: (time) => [-0.95 + 1.9 * time, -1.95 + 0.3 * Math.sin(time * Math.PI), 1.35 + 0.05 * Math.sin(time * 5 + phase)],
    targetAt: (time) => [0.05 + 0.12 * Math.sin(time * 4 + phase), 0.95, 0.52 + 0.04 * Math.sin(time * 6 + phase)],
  }
}

type Nudge = (size: number) => number
type Tint = (colour: Colour) => Colour

function cupboard(nudge: Nudge, tint: Tint, seed: number): Solid[] {
  const half: Vec3 = [0.46, 0.24, 0.5]
  const at: Vec3 = [-1.3 + nudge(0.06), 2.15, half[2]]
  const body = tint([0.5, 0.33, 0.18])
  const top = boxSolid(1, [at[0], at[1], half[2] * 2 + 0.015], [half[0] + 0.03, half[1] + 0.02, 0.015], upright, woodLook(body, seed + 12))
  return [boxSolid(1, at, half, upright, drawersLook(body, tint([0.62, 0.46, 0.28]), half, 3, seed + 11)), top]
}

function table(tint: Tint, seed: number): Solid[] {
  const colour = tint([0.38, 0.2, 0.09])
  const top = boxSolid(2, [1.2, 1.35, 0.62], [0.52, 0.36, 0.022], upright, woodLook(colour, seed + 21))
  const leg = woodLook([colour[0] * 0.8, colour[1] * 0.8, colour[2] * 0.8], seed + 22, 1)
  const corners = [-1, 1].flatMap((x) => [-1, 1].map((y) => [x, y] as const))
  return [top, ...corners.map(([x, y]) => boxSolid(2, [1.2 + x * 0.46, 1.35 + y * 0.3, 0.299], [0.03, 0.03, 0.299], upright, leg))]
}

function globe(nudge: Nudge, seed: number): Solid[] {
  const radius = 0.19
  const [x, y] = [1.42 + nudge(0.04), 1.42 + nudge(0.03)]
  const stand = plainLook([0.25, 0.16, 0.07], 0.6, seed + 32, 1)
  return [
    ballSolid(3, [x, y, 0.642 + 0.07 + radius], radius, rollingTurn(0.4, nudge(3)), globeLook(radius, seed + 31)),
    boxSolid(3, [x, y, 0.642 + 0.015], [0.1, 0.1, 0.015], turnAboutZ(0.6), stand),
    boxSolid(3, [x, y, 0.642 + 0.055], [0.02, 0.02, 0.04], upright, stand),
  ]
}

function book(nudge: Nudge, tint: Tint): Solid {
  const half: Vec3 = [0.12, 0.165, 0.032]
  return boxSolid(
    4,
    [0.93, 1.28 + nudge(0.03), 0.642 + half[2]],
    half,
    turnAboutZ(0.5 + nudge(0.4)),
    bookLook(tint([0.1, 0.3, 0.13]), half),
  )
}

function duck(seed: number): Solid[] {
  const yellow: Colour = [0.88, 0.6, 0.06]
  const [x, y] = [0.11, 1.75]
  return [
    ballSolid(7, [x, y, 0.115], 0.115, upright, plainLook(yellow, 0.5, seed + 61)),
    ballSolid(7, [x, y - 0.045, 0.255], 0.075, upright, headLook(yellow, 0.075, seed + 62, 1)),
    ballSolid(7, [x, y - 0.125, 0.245], 0.026, upright, plainLook([0.85, 0.25, 0.03], 0.5, seed + 63, 2)),
  ]
}

/** Rolls without slipping from the right to the left, in front of the screen. */
function rollingBall(time: number, heading: number, look: Solid['look']): Solid {
  const way = 1.5 * time
  const centre: Vec3 = [0.85 + Math.cos(heading) * way, 0.02 + Math.sin(heading) * way, ballRadius]
  return ballSolid(8, centre, ballRadius, rollingTurn(way / ballRadius + 0.9, heading), look)
}
