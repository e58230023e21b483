// What a carrier knows, in a form that survives the end of its process: small, because most of it is learned again from the prompted frame.
import type { Appearance, Place } from './appearance.ts'
import { createColours } from './colour.ts'
import type { MaskCrop } from './crop.ts'
import { createPalette, type Hues, type Palette } from './hues.ts'
import type { Shift } from './piece.ts'
import { firstScene, type Scene } from './scene.ts'
import { copyOfHabit, type SceneHabit } from './scene-odds.ts'
import type { Rgb } from './raster.ts'
import { createTrackedObject, type Lookout, type Settings, type TrackedObject } from './tracked-object.ts'

/** Eight pixels a byte, row after row without gaps, first pixel in the highest bit. */
export type PackedCrop = Omit<MaskCrop, 'bits'> & { readonly packed: Uint8Array }

export type ObjectState = {
  readonly id: number
  /** Frame on which it was prompted. */
  readonly promptIndex: number
  readonly firstMask: PackedCrop
  readonly mask: PackedCrop
  readonly place: Place
  readonly steadySize: number
  readonly likeness: number
  readonly shift: Shift | undefined
  readonly setOff: number
  readonly unlike: number
  readonly habit: SceneHabit
  readonly hues: Hues
  readonly seen: number
  readonly lost: boolean
  /** Only of an object that has learned since; the tables of others follow from the prompted frame. */
  readonly learned: { readonly placed: Appearance; readonly plain: Appearance } | undefined
}

export type CarrierState = {
  readonly turn: number
  readonly frameIndex: number
  /** As it was before the current frame was shown to it. */
  readonly scene: Scene
  /** In the order in which they were added. */
  readonly objects: readonly ObjectState[]
}

export function stateOfObject(object: TrackedObject): ObjectState {
  const { id, promptIndex, place, steadySize, shift, likeness, setOff, unlike, habit, hues, seen, lost, placed, plain } = object
  const hasLearned = placed.mixed !== placed.first || plain.mixed !== plain.first
  return {
    id,
    promptIndex,
    firstMask: packCrop(object.firstMask),
    mask: packCrop(object.mask),
    place,
    steadySize,
    shift,
    likeness,
    setOff,
    unlike,
    habit: copyOfHabit(habit),
    hues,
    seen,
    lost,
    learned: hasLearned ? { placed, plain } : undefined,
  }
}

/** The frame an object was prompted on, as it can be had again: without the scene of that time, which the state brings what is needed of. */
export type Prompted = Lookout & { readonly palette: Palette }

export function promptedOn(frame: Rgb): Prompted {
  const colours = createColours(frame)
  const scene = firstScene(colours)
  return { colours, scene, palette: createPalette(colours, scene) }
}

export function objectFromState(state: ObjectState, prompted: Prompted, settings: Settings): TrackedObject {
  const object = createTrackedObject(state.id, unpackCrop(state.firstMask), prompted, settings, state.promptIndex)
  object.mask = unpackCrop(state.mask)
  object.place = state.place
  object.steadySize = state.steadySize
  object.shift = state.shift
  object.likeness = state.likeness
  object.setOff = state.setOff
  object.unlike = state.unlike
  object.seen = state.seen
  object.lost = state.lost
  return { ...object, ...state.learned, habit: copyOfHabit(state.habit), hues: state.hues }
}

export function packCrop({ x0, y0, width, height, bits }: MaskCrop): PackedCrop {
  const packed = new Uint8Array(Math.ceil(bits.length / 8))
  for (let i = 0; i < bits.length; i++) if (bits[i] === 1) packed[i >> 3] = packed[i >> 3]! | (0x80 >> (i & 7))
  return { x0, y0, width, height, packed }
}

export function unpackCrop({ x0, y0, width, height, packed }: PackedCrop): MaskCrop {
  const bits = new Uint8Array(width * height)
  for (let i = 0; i < bits.length; i++) bits[i] = (packed[i >> 3]! >> (7 - (i & 7))) & 1
  return { x0, y0, width, height, bits }
}
