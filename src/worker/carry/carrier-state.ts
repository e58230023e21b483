// What a carrier knows, in a form that survives the end of its process: small, because most of it is learned again from the prompted frame.
import type { Appearance, Place } from './appearance.ts'
import type { Colours } from './colour.ts'
import type { MaskCrop } from './crop.ts'
import { createTrackedObject, type Settings, type TrackedObject } from './tracked-object.ts'

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
  readonly seen: number
  readonly lost: boolean
  /** Only of an object that has learned since; the tables of others follow from the prompted frame. */
  readonly learned: { readonly placed: Appearance; readonly plain: Appearance } | undefined
}

export type CarrierState = {
  readonly turn: number
  readonly frameIndex: number
  /** In the order in which they were added. */
  readonly objects: readonly ObjectState[]
}

export function stateOfObject(object: TrackedObject): ObjectState {
  const { id, promptIndex, place, steadySize, likeness, seen, lost, placed, plain } = object
  const hasLearned = placed.mixed !== placed.first || plain.mixed !== plain.first
  return {
    id,
    promptIndex,
    firstMask: packCrop(object.firstMask),
    mask: packCrop(object.mask),
    place,
    steadySize,
    likeness,
    seen,
    lost,
    learned: hasLearned ? { placed, plain } : undefined,
  }
}

/** `colours` are of the frame on which the object was prompted. */
export function objectFromState(state: ObjectState, colours: Colours, settings: Settings): TrackedObject {
  const object = createTrackedObject(state.id, unpackCrop(state.firstMask), colours, settings, state.promptIndex)
  object.mask = unpackCrop(state.mask)
  object.place = state.place
  object.steadySize = state.steadySize
  object.likeness = state.likeness
  object.seen = state.seen
  object.lost = state.lost
  return state.learned ? { ...object, ...state.learned } : object
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
