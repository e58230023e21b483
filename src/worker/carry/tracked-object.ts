// One carried object: what is remembered of it, and how it is found on the next frame.
import { type Appearance, appearanceLogOdds, createAppearance, type Detail, learnAppearance, type Place } from './appearance.ts'
import type { Colours } from './colour.ts'
import { type Box, cropMoments, EMPTY, type MaskCrop } from './crop.ts'
import type { FlowField } from './flow.ts'
import { createHues, hueOdds, type Hues, type Palette } from './hues.ts'
import { motionOdds } from './motion-odds.ts'
import { flowOf, isStiff, pieceShift, type Shift, shiftedBox } from './piece.ts'
import type { Scene } from './scene.ts'
import { createHabit, forgetHabit, isOutstanding, kindOdds, kindsOf, learnHabit, type SceneHabit } from './scene-odds.ts'
import { segment } from './segment.ts'
import { movedBox, placeOfCells, type Transport, transported } from './transport.ts'
import { cellsOf, maskFromCells, type View, viewOf } from './view.ts'

export type Settings = {
  /** About how many cells an object's view has at most. */
  readonly cells: number
  /** Frames between two lessons of the appearance: 1 is every frame. */
  readonly learnEvery: number
  /** Table spacings of the appearance that knows about places, and of the one that is colour alone. */
  readonly placed: Detail
  readonly plain: Detail
  readonly backdrop: Backdrop
}

/** How far the scene behind, and the object as one piece, are asked. */
export type Backdrop = {
  /** Also for objects prompted when the scene was not known yet. */
  readonly unknown: boolean
  /** Whether what the scene does not explain speaks for an object that was set off from it on the prompted frame. */
  readonly speaksFor: boolean
  /** Weight of the colours on the prompted frame, where the scene does not explain a cell. */
  readonly hues: number
  /** Differences of the whole object's shift against those of the flow up to which it counts as one piece. */
  readonly stiff: number
}

export type TrackedObject = {
  readonly id: number
  /** Index of the frame on which it was prompted. */
  readonly promptIndex: number
  readonly firstMask: MaskCrop
  readonly firstPlace: Place
  readonly placed: Appearance
  readonly plain: Appearance
  readonly habit: SceneHabit
  readonly hues: Hues
  mask: MaskCrop
  place: Place
  /** Size over the recent past: a mask that is being covered shrinks at once, this follows slowly. */
  steadySize: number
  /** Where it went last, if it was told for the whole object. */
  shift: Shift | undefined
  /** Mean log odds of the object's own points on the prompted frame: the measure for finding it again. */
  likeness: number
  /** Mean log odds of the same points that they are not of the scene behind. */
  setOff: number
  /** Frames on end on which it was too unlike itself. */
  unlike: number
  /** Frames on which the object was seen since it was prompted. */
  seen: number
  lost: boolean
}

/** One object on one frame: its mask (empty when lost) and how well mask and evidence agree, 0..1. */
export type Sighting = { readonly mask: MaskCrop; readonly score: number }

/** A sighting with what the object can learn from: labels (0/1) and kinds of the cells of the view. */
export type Cut = Sighting & { readonly labels: Uint8Array; readonly kinds: Uint8Array }

/** The frame an object is looked for on. */
export type Lookout = { readonly colours: Colours; readonly scene: Scene }

// Evidence is in log odds. Of the weights compared (flow, edge, trust, limits, rate, motion), neighbouring values moved mean J by 0.02 or less.
const FLOW_ODDS = 3
const SOFT_EDGE = 3
/** What is left of the carried mask's weight where the flow cannot be trusted. */
const UNTRUSTED = 0.25
const PLACED_WEIGHT = 0.7
const PLACED_LIMIT = 3
const PLAIN_WEIGHT = 0.5
const PLAIN_LIMIT = 2
const MOTION_ODDS = 1.5
/** Mean trust in the flow at which it is not asked whether the object moved as one piece. */
const SURE = 0.95
/** Each FAR object sizes away from the carried mask, whatever it is trusted, cost one unit of log odds. */
const FAR = 0.05
const FAR_LIMIT = 8
const LEARN_RATE = 0.2
/** Room left around a moved mask, in object sizes and at least in pixels. */
const MARGIN = 0.3
const MARGIN_PIXELS = 8
/** An object is lost below this share of its recent area, or when its mean appearance odds fall below LOST_ODDS. */
const LOST_SHARE = 0.01
const LOST_ODDS = -1
const STEADY_RATE = 0.1

export function boxAround(box: Box, size: number, colours: Colours): Box {
  const m = Math.max(MARGIN_PIXELS, MARGIN * size)
  return {
    x0: Math.max(0, box.x0 - m),
    y0: Math.max(0, box.y0 - m),
    x1: Math.min(colours.width, box.x1 + m),
    y1: Math.min(colours.height, box.y1 + m),
  }
}

function boxOf(mask: MaskCrop): Box {
  return { x0: mask.x0, y0: mask.y0, x1: mask.x0 + mask.width, y1: mask.y0 + mask.height }
}

export function placeOf(mask: MaskCrop): Place {
  const { area, cx, cy } = cropMoments(mask)
  return { cx, cy, size: Math.sqrt(area) }
}

/** Learns a prompted object; the mask must not be empty. */
export function createTrackedObject(
  id: number,
  mask: MaskCrop,
  { colours, scene, palette }: Lookout & { readonly palette: Palette },
  settings: Settings,
  promptIndex: number,
): TrackedObject {
  const place = placeOf(mask)
  const view = viewOf(colours, boxAround(boxOf(mask), place.size, colours), settings.cells)
  const labels = cellsOf(view, mask)
  return {
    id,
    promptIndex,
    firstMask: mask,
    firstPlace: place,
    placed: createAppearance(view, labels, place, settings.placed),
    plain: createAppearance(view, labels, place, settings.plain),
    habit: createHabit(kindsOf(view, scene), labels),
    hues: createHues(palette, colours, scene, mask),
    mask,
    place,
    steadySize: place.size,
    shift: undefined,
    likeness: 0,
    setOff: 0,
    unlike: 0,
    seen: 0,
    lost: false,
  }
}

/** Soft intersection over union of the labels and the probabilities they were cut from. */
function agreement(labels: Uint8Array, logOdds: Float32Array): number {
  let both = 0
  let either = 0
  for (let i = 0; i < labels.length; i++) {
    const p = 1 / (1 + Math.exp(-logOdds[i]!))
    if (labels[i] === 1) {
      both += p
      either += 1
    } else if (p > 0.5) either += p
  }
  return either > 0 ? both / either : 0
}

function meanInside(labels: Uint8Array, odds: Float32Array): number {
  let sum = 0
  let count = 0
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] === 0) continue
    sum += odds[i]!
    count++
  }
  return count > 0 ? sum / count : 0
}

/** Cuts the object out of a view where `moved` says it should be; undefined when nothing of it is there. The object is not changed. */
export function cutOut(
  object: TrackedObject,
  view: View,
  moved: Transport,
  place: Place,
  flow: FlowField | undefined,
  scene: Scene,
  settings: Settings,
): Cut | undefined {
  const odds = appearanceLogOdds(object.placed, view, place, PLACED_LIMIT)
  const plain = appearanceLogOdds(object.plain, view, place, PLAIN_LIMIT)
  const kinds = kindsOf(view, scene)
  const { backdrop } = settings
  const asks = backdrop.unknown || object.habit.first !== undefined
  const behind = kindOdds(object.habit, backdrop.speaksFor && object.habit.first !== undefined)
  for (let i = 0; i < odds.length; i++) odds[i] = PLACED_WEIGHT * odds[i]! + PLAIN_WEIGHT * plain[i]! + (asks ? behind[kinds[i]!]! : 0)
  const looks = odds.slice()
  const motion = flow === undefined ? undefined : motionOdds(view, flow, moved, place.size, SOFT_EDGE)
  for (let i = 0; i < odds.length; i++) {
    const side = Math.max(-1, Math.min(1, moved.distance[i]! / SOFT_EDGE))
    odds[i] = odds[i]! + FLOW_ODDS * side * (UNTRUSTED + (1 - UNTRUSTED) * moved.trust[i]!)
    if (asks) odds[i] = odds[i]! - Math.min(FAR_LIMIT, Math.max(0, -moved.distance[i]! - SOFT_EDGE) / (FAR * place.size))
    if (motion !== undefined) odds[i] = odds[i]! + MOTION_ODDS * motion[i]!
  }
  if (object.habit.first !== undefined && backdrop.hues > 0) {
    const { lab } = view.level
    for (let y = 0, i = 0; y < view.height; y++) {
      for (let x = 0; x < view.width; x++, i++)
        if (isOutstanding(kinds[i]!))
          odds[i] = odds[i]! + backdrop.hues * hueOdds(object.hues, lab, 3 * ((view.y0 + y) * view.level.width + view.x0 + x))
    }
  }
  const labels = segment(view, odds, place.size / view.step)
  if (meanInside(labels, looks) < LOST_ODDS) return undefined
  const mask = maskFromCells(view, labels, moved.at)
  if (cropMoments(mask).area <= LOST_SHARE * object.steadySize ** 2) return undefined
  return { mask, labels, kinds, score: agreement(labels, odds) }
}

/** Takes a sighting over into the object, which learns from it. */
export function take(object: TrackedObject, view: View, seen: Cut, settings: Settings): void {
  learnHabit(object.habit, seen.kinds, seen.labels)
  object.lost = false
  object.mask = seen.mask
  object.place = placeOf(seen.mask)
  if (object.unlike === 0) object.steadySize += STEADY_RATE * (object.place.size - object.steadySize)
  if (++object.seen % settings.learnEvery !== 0) return
  const rate = 1 - (1 - LEARN_RATE) ** settings.learnEvery
  learnAppearance(object.placed, view, seen.labels, object.place, rate)
  learnAppearance(object.plain, view, seen.labels, object.place, rate)
}

/** Gives an object up until it is found again. What it learnt on the way to being lost is mostly of something else: the prompted frame counts. */
export function forget(object: TrackedObject): void {
  object.lost = true
  object.mask = EMPTY
  object.shift = undefined
  object.unlike = 0
  object.placed.mixed = object.placed.first
  object.plain.mixed = object.plain.first
  forgetHabit(object.habit)
}

function around(a: Box | undefined, b: Box | undefined): Box | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return { x0: Math.min(a.x0, b.x0), y0: Math.min(a.y0, b.y0), x1: Math.max(a.x1, b.x1), y1: Math.max(a.y1, b.y1) }
}

/** Follows an object along the flow, or as one piece, from the frame `before`; undefined, with the object marked lost, when nothing is left of it. */
export function follow(
  object: TrackedObject,
  before: Colours,
  { colours, scene }: Lookout,
  flow: FlowField,
  settings: Settings,
): Sighting | undefined {
  const asks = settings.backdrop.unknown || object.habit.first !== undefined
  const flowing = flowOf(object.mask, flow)
  const shift = asks && flowing.trust < SURE ? pieceShift(object, flowing, before, colours, scene) : undefined
  const piece = shift !== undefined && isStiff(object, shift, flow, before, colours, settings.backdrop.stiff) ? shift : undefined
  const box = around(movedBox(object.mask, flow), piece && shiftedBox(object.mask, piece, colours))
  if (box !== undefined) {
    const { size } = object.place
    const view = viewOf(colours, boxAround(box, size, colours), settings.cells)
    const moved = transported(object.mask, view, { flow, shift: piece, before })
    const place = placeOfCells(view, (i) => moved.distance[i]! > 0)
    const seen = place === undefined ? undefined : cutOut(object, view, moved, place, flow, scene, settings)
    if (seen !== undefined) {
      take(object, view, seen, settings)
      object.shift = shift ?? { dx: flowing.dx, dy: flowing.dy }
      return { mask: seen.mask, score: seen.score }
    }
  }
  object.lost = true
  object.mask = EMPTY
  object.shift = undefined
  return undefined
}
