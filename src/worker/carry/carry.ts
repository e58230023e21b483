// Carries prompted masks from frame to frame: dense flow brings each mask along, its learnt appearance and the picture's edges correct it.
import { type Appearance, appearanceLogOdds, createAppearance, type Detail, learnAppearance, type Place } from './appearance.ts'
import { type Colours, createColours } from './colour.ts'
import { type Box, cropFromMask, cropMoments, EMPTY, type MaskCrop } from './crop.ts'
import { computeFlow, type FlowField } from './flow.ts'
import { assertRgb, type Rgb } from './raster.ts'
import { segment } from './segment.ts'
import { movedBox, placeOfCells, transported } from './transport.ts'
import { bitsFromCells, cellsOf, type View, viewOf } from './view.ts'

/** One object on one frame. `mask` is a crop in frame pixels, empty where the object is not seen. */
export type CarriedMask = {
  readonly id: number
  readonly mask: MaskCrop
  /** 0..1: overlap of the mask with the per-cell probabilities it was cut from (soft intersection over union); 0 when lost. */
  readonly score: number
  /** No trace of the object on this frame; it is looked for again on later frames. */
  readonly lost: boolean
}

export type CarrierOptions = {
  /** 'fast' for hundreds of objects, 'best' for a few (default). */
  readonly quality?: 'fast' | 'best'
}

export type Carrier = {
  /** Begins at a frame and forgets all objects. */
  start(frame: Rgb, frameIndex: number): void
  /** Objects prompted on the current frame; masks may overlap. An id that is being carried is replaced. */
  add(objects: readonly { readonly id: number; readonly mask: MaskCrop }[]): void
  /** Goes on to the next frame, in either direction. `pairFlow` leads from the current frame to the next (see reversedFlow). Ids come in the order they were added. */
  advance(next: Rgb, frameIndex: number, pairFlow?: FlowField): readonly CarriedMask[]
  remove(ids: readonly number[]): void
  /** Index of the current frame, undefined before start. */
  frameIndex(): number | undefined
}

type Settings = { readonly cells: number; readonly detail: Detail }

const SETTINGS: Readonly<Record<'fast' | 'best', Settings>> = {
  fast: { cells: 1600, detail: { place: 0.5, light: 20, tint: 14 } },
  best: { cells: 60000, detail: { place: 0.18, light: 10, tint: 7 } },
}

/** Evidence of the carried mask: log odds deep inside, the width of its soft edge in pixels, and what is left of it where flow cannot be trusted. */
const FLOW_ODDS = 3
const SOFT_EDGE = 3
const UNTRUSTED = 0.25
const APPEARANCE_LIMIT = 3
const LEARN_RATE = 0.1
/** Room left around a moved mask, in object sizes and at least in pixels. */
const MARGIN = 0.15
const MARGIN_PIXELS = 8

type Tracked = {
  readonly id: number
  mask: MaskCrop
  place: Place
  readonly appearance: Appearance
  readonly firstSize: number
  lost: boolean
}

function grown(box: Box, size: number): Box {
  const m = Math.max(MARGIN_PIXELS, MARGIN * size)
  return { x0: box.x0 - m, y0: box.y0 - m, x1: box.x1 + m, y1: box.y1 + m }
}

function clipped(box: Box, colours: Colours): Box {
  return { x0: Math.max(0, box.x0), y0: Math.max(0, box.y0), x1: Math.min(colours.width, box.x1), y1: Math.min(colours.height, box.y1) }
}

function placeOf(mask: MaskCrop): Place {
  const { area, cx, cy } = cropMoments(mask)
  return { cx, cy, size: Math.sqrt(area) }
}

function tracked(id: number, mask: MaskCrop, colours: Colours, settings: Settings): Tracked {
  const place = placeOf(mask)
  const box = { x0: mask.x0, y0: mask.y0, x1: mask.x0 + mask.width, y1: mask.y0 + mask.height }
  const view = viewOf(colours, clipped(grown(box, place.size), colours), settings.cells)
  const appearance = createAppearance(view, cellsOf(view, mask), place, settings.detail)
  return { id, mask, place, appearance, firstSize: place.size, lost: false }
}

/** Soft intersection over union of labels and probabilities. */
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

function lose(object: Tracked): CarriedMask {
  object.mask = EMPTY
  object.lost = true
  return { id: object.id, mask: EMPTY, score: 0, lost: true }
}

function carried(object: Tracked, colours: Colours, flow: FlowField, settings: Settings): CarriedMask {
  const moved = object.lost ? undefined : movedBox(object.mask, flow)
  if (moved === undefined) return lose(object)
  const view: View = viewOf(colours, clipped(grown(moved, object.place.size), colours), settings.cells)
  const { distance, trust } = transported(object.mask, view, flow)
  const place = placeOfCells(view, (i) => distance[i]! > 0)
  if (place === undefined) return lose(object)
  const odds = appearanceLogOdds(object.appearance, view, place, APPEARANCE_LIMIT)
  for (let i = 0; i < odds.length; i++) {
    const side = Math.max(-1, Math.min(1, distance[i]! / SOFT_EDGE))
    odds[i] = odds[i]! + FLOW_ODDS * side * (UNTRUSTED + (1 - UNTRUSTED) * trust[i]!)
  }
  const labels = segment(view, odds)
  const { bits, box } = bitsFromCells(view, labels, colours.width, colours.height)
  const mask = cropFromMask(bits, box.x1 - box.x0, box.y1 - box.y0, box.x0, box.y0)
  if (mask.width === 0) return lose(object)
  object.mask = mask
  object.place = placeOf(mask)
  learnAppearance(object.appearance, view, labels, object.place, LEARN_RATE)
  return { id: object.id, mask, score: agreement(labels, odds), lost: false }
}

/** A carrier keeps two frames and one small table per object, whatever the length of the sequence. */
export function createCarrier(options: CarrierOptions = {}): Carrier {
  const settings = SETTINGS[options.quality ?? 'best']
  const objects = new Map<number, Tracked>()
  let current: { readonly frame: Rgb; readonly index: number; readonly colours: Colours } | undefined
  const here = () => {
    if (current === undefined) throw new Error('A carrier needs start before anything else')
    return current
  }
  return {
    start(frame, frameIndex) {
      assertRgb(frame)
      objects.clear()
      current = { frame, index: frameIndex, colours: createColours(frame) }
    },
    add(prompted) {
      const { colours } = here()
      for (const { id, mask } of prompted) {
        if (mask.width === 0) throw new RangeError(`Object ${id} was prompted with an empty mask`)
        if (mask.x0 < 0 || mask.y0 < 0 || mask.x0 + mask.width > colours.width || mask.y0 + mask.height > colours.height)
          throw new RangeError(`The mask of object ${id} does not lie in the frame`)
        objects.set(id, tracked(id, mask, colours, settings))
      }
    },
    advance(next, frameIndex, pairFlow) {
      const { frame } = here()
      assertRgb(next)
      const flow = pairFlow ?? computeFlow(frame, next)
      if (flow.width !== next.width || flow.height !== next.height) throw new RangeError('The flow belongs to frames of another size')
      const colours = createColours(next)
      const out: CarriedMask[] = []
      for (const object of objects.values()) out.push(carried(object, colours, flow, settings))
      current = { frame: next, index: frameIndex, colours }
      return out
    },
    remove(ids) {
      for (const id of ids) objects.delete(id)
    },
    frameIndex: () => current?.index,
  }
}
