// Carries prompted masks from frame to frame: dense flow brings each mask along, its learnt appearance and the picture's edges correct it.
import { type CarrierState, objectFromState, type Prompted, promptedOn, stateOfObject } from './carrier-state.ts'
import { createColours } from './colour.ts'
import { EMPTY, type MaskCrop } from './crop.ts'
import { computeFlow, type FlowField } from './flow.ts'
import { createPalette } from './hues.ts'
import { isGone, measure } from './likeness.ts'
import { assertRgb, type Rgb } from './raster.ts'
import { copyOfScene, firstScene, learnScene, movedScene } from './scene.ts'
import { findAgain } from './search.ts'
import { createTrackedObject, follow, forget, type Lookout, type Settings, type Sighting, type TrackedObject } from './tracked-object.ts'

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
  /** All that `restore` needs to go on as if nothing had happened. */
  state(): CarrierState
  /** Begins at a remembered state. `frameAt` gives the current frame and those on which objects were prompted. */
  restore(state: CarrierState, frameAt: (frameIndex: number) => Promise<Rgb>): Promise<void>
}

type Quality = Settings & {
  /** Lost objects looked for on one frame, at most: each look goes through the whole picture. */
  readonly searches: number
}

const QUALITIES: Readonly<Record<'fast' | 'best', Quality>> = {
  fast: {
    cells: 2500,
    learnEvery: Number.POSITIVE_INFINITY,
    placed: { place: 0.4, light: 14, tint: 11, placeCells: 5, colourCells: 4 },
    plain: { place: 5, light: 8, tint: 6, placeCells: 5, colourCells: 4 },
    backdrop: { unknown: false, speaksFor: true, hues: 0.5, stiff: 1.8 },
    searches: 4,
  },
  best: {
    cells: 150000,
    learnEvery: 1,
    placed: { place: 0.18, light: 10, tint: 7, placeCells: 24, colourCells: 12 },
    plain: { place: 5, light: 6, tint: 5, placeCells: 24, colourCells: 16 },
    // What is learnt of the looks on each frame is the better judge of what belongs: the scene only says what does not.
    backdrop: { unknown: true, speaksFor: false, hues: 0, stiff: 1.5 },
    searches: Number.POSITIVE_INFINITY,
  },
}

/** The lost objects that are looked for on this frame: all, or as many as may be, in turn. */
function searched(objects: ReadonlyMap<number, TrackedObject>, limit: number, turn: number): ReadonlySet<number> {
  const lost = [...objects.values()].filter((object) => object.lost).map((object) => object.id)
  if (lost.length <= limit) return new Set(lost)
  return new Set(Array.from({ length: limit }, (_, i) => lost[(turn + i) % lost.length]!))
}

/** A carrier keeps two frames and one small table per object, whatever the length of the sequence. */
export function createCarrier(options: CarrierOptions = {}): Carrier {
  const quality = QUALITIES[options.quality ?? 'best']
  const objects = new Map<number, TrackedObject>()
  let turn = 0
  // The scene has not been shown the current frame: what is prompted on it must not be taken for part of the scene.
  let current: (Lookout & { readonly frame: Rgb; readonly index: number }) | undefined
  const here = () => {
    if (current === undefined) throw new Error('A carrier needs start before anything else')
    return current
  }
  return {
    start(frame, frameIndex) {
      assertRgb(frame)
      objects.clear()
      turn = 0
      const colours = createColours(frame)
      current = { frame, index: frameIndex, colours, scene: firstScene(colours) }
    },
    add(prompted) {
      const { colours, scene, index } = here()
      const palette = createPalette(colours, scene)
      for (const { id, mask } of prompted) {
        if (mask.width === 0) throw new RangeError(`Object ${id} was prompted with an empty mask`)
        if (mask.x0 < 0 || mask.y0 < 0 || mask.x0 + mask.width > colours.width || mask.y0 + mask.height > colours.height)
          throw new RangeError(`The mask of object ${id} does not lie in the frame`)
        const object = createTrackedObject(id, mask, { colours, scene, palette }, quality, index)
        measure(object, { colours, scene })
        objects.set(id, object)
      }
    },
    advance(next, frameIndex, pairFlow) {
      const { frame, colours: before, scene: known } = here()
      assertRgb(next)
      const flow = pairFlow ?? computeFlow(frame, next)
      if (flow.width !== next.width || flow.height !== next.height) throw new RangeError('The flow belongs to frames of another size')
      const colours = createColours(next)
      learnScene(known, before.level(known.step))
      const scene = movedScene(known, flow, colours)
      const out: CarriedMask[] = []
      const chosen = searched(objects, quality.searches, turn)
      turn += chosen.size
      for (const object of objects.values()) {
        const wasLost = object.lost
        let seen: Sighting | undefined
        if (!wasLost) seen = follow(object, before, { colours, scene }, flow, quality)
        else if (chosen.has(object.id)) seen = findAgain(object, { colours, scene }, quality)
        if (!wasLost && seen !== undefined && isGone(object, { colours, scene })) {
          forget(object)
          seen = undefined
        }
        out.push({ id: object.id, mask: seen?.mask ?? EMPTY, score: seen?.score ?? 0, lost: seen === undefined })
      }
      current = { frame: next, index: frameIndex, colours, scene }
      return out
    },
    remove(ids) {
      for (const id of ids) objects.delete(id)
    },
    frameIndex: () => current?.index,
    state: () => ({ turn, frameIndex: here().index, scene: copyOfScene(here().scene), objects: [...objects.values()].map(stateOfObject) }),
    async restore(state, frameAt) {
      objects.clear()
      turn = state.turn
      const promptedAt = new Map<number, Prompted>()
      for (const index of new Set(state.objects.map((object) => object.promptIndex)))
        promptedAt.set(index, promptedOn(await frameAt(index)))
      for (const object of state.objects) objects.set(object.id, objectFromState(object, promptedAt.get(object.promptIndex)!, quality))
      const frame = await frameAt(state.frameIndex)
      current = {
        frame,
        index: state.frameIndex,
        colours: promptedAt.get(state.frameIndex)?.colours ?? createColours(frame),
        scene: copyOfScene(state.scene),
      }
    },
  }
}
