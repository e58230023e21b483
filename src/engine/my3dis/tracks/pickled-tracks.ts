// Tracked masks of September 2025: one pickle of all masks inside of an npz, dense or as packed bits, read by the closed interpreter.
import { Fault } from '#core/base/fault'
import { npzNames, readNpzObjects } from '#core/foreign/npy/npz'
import type { PickleValue } from '#core/foreign/pickle/pickle-machine'
import type { ZipArchive } from '#core/foreign/zip/zip-reader'
import { fullSizeOfPacked, sizeOfPackedShape } from '#core/mask/packed'
import { type Rle, rleFromMask } from '#core/mask/rle'
import type { PackedMaskBytes } from '#core/my3dis/masks/my3dis-mask'
import type { Repair } from '#core/my3dis/repair-table'
import { trackListing } from '#core/my3dis/tracks/track-listing'
import { trackedMasks } from '#core/my3dis/masks/tracking-masks'
import { toldAsFault } from '../archive-member.ts'
import type { OpenedTracks, SelectedFrames, TrackingGeneration } from './opened-tracks.ts'

type PickledMask = PackedMaskBytes | Rle
type Frames = ReadonlyMap<number, readonly (readonly [sourceId: string, mask: PickledMask])[]>

/** Undefined when there is no array in it that could be one. */
export function pickledMember(zip: ZipArchive): string | undefined {
  const names = npzNames(zip)
  return names.includes('data') ? 'data' : names.length === 1 ? names[0] : undefined
}

/**
 * Reads the whole pickle, as there is no other way. Dense masks are kept as run lengths, packed ones as views over its bytes. Throws the
 * faults of `readNpzObjects`, MY3DIS_UNRECOGNISED for another kind of array, MY3DIS_FILE_DAMAGED for keys or masks that do not hold.
 */
export async function openPickledTracks(
  zip: ZipArchive,
  member: string,
  level: number,
  selected: SelectedFrames | undefined,
): Promise<OpenedTracks> {
  const path = zip.source.name
  return toldAsFault(path, async () => {
    const stated = framesFrom(path, await readNpzObjects(zip, member))
    const local = areLocal([...stated.keys()], selected)
    const frames = local ? placed(stated, selected) : stated
    const rows = [...frames].map(([frameIndex, masks]) => ({
      frameIndex,
      frameName: selected?.names.get(frameIndex),
      sourceIds: masks.map(([sourceId]) => sourceId),
    }))
    const listing = trackListing(path, level, rows)
    const [first] = [...frames.values()].flat()
    const scale = first && scaleOf(first[1])
    const repairs: Repair[] = [
      ...(local ? [{ code: 'INDICES_LOCAL' as const, params: { path } }] : []),
      ...listing.repairs,
      ...(scale === undefined ? [{ code: 'TRACKS_SCALE_UNKNOWN' as const, params: { path } }] : []),
    ]
    return {
      generation: generationOf(first?.[1], local, [...stated.keys()], selected),
      scale,
      listing: { ...listing, repairs },
      masks: async (frameIndex) => {
        const found = frames.get(frameIndex)
        if (found === undefined) return undefined
        const frameName = selected?.names.get(frameIndex) ?? ''
        return toldAsFault(path, async () => trackedMasks(found, { frameIndex, frameName, numbering: listing.numbering }))
      },
    }
  })
}

/** An array without sides that holds one dict: frames, then objects, then masks. */
function framesFrom(path: string, value: PickleValue): Frames {
  const root = typeof value === 'object' && 'kind' in value && value.kind === 'object' && value.items.length === 1 ? value.items[0] : value
  if (!(root instanceof Map)) throw new Fault('MY3DIS_UNRECOGNISED', { path, reason: 'its array holds no frames by number' })
  const frames = new Map<number, readonly (readonly [string, PickledMask])[]>()
  for (const [key, objects] of root as ReadonlyMap<string | number, PickleValue>) {
    const frameIndex = typeof key === 'number' ? key : /^\d{1,9}$/.test(key) ? Number(key) : -1
    if (frameIndex < 0 || !(objects instanceof Map)) throw new RangeError(`${JSON.stringify(key).slice(0, 60)} is no frame with objects`)
    frames.set(
      frameIndex,
      [...(objects as ReadonlyMap<string | number, PickleValue>)].map(([id, mask]) => [String(id), storedMask(String(id), mask)]),
    )
  }
  return frames
}

function storedMask(sourceId: string, value: PickleValue): PickledMask {
  const refused = (reason: string) => new RangeError(`the mask of object ${sourceId.slice(0, 40)} ${reason}`)
  if (value instanceof Map) return packedMask(value, refused)
  if (typeof value !== 'object' || !('kind' in value) || value.kind === 'object') throw refused('is neither an array nor packed bits')
  if (value.kind !== 'bool' && value.kind !== 'uint8') throw refused(`is made of ${value.kind}`)
  const [height, width] = sizeOfPackedShape(value.shape)
  return rleFromMask(value.values as Uint8Array, width, height)
}

function packedMask(dict: ReadonlyMap<string | number, PickleValue>, refused: (reason: string) => RangeError): PackedMaskBytes {
  const bits = dict.get('packed_bits')
  const shape = numbersFrom(dict.get('shape'))
  const full = numbersFrom(dict.get('full_resolution_shape'))
  if (typeof bits !== 'object' || !('kind' in bits) || bits.kind !== 'uint8') throw refused('has no packed bits')
  if (shape === undefined) throw refused('has no shape')
  return { packed_bits: bits.values as Uint8Array, shape, ...(full === undefined ? {} : { full_resolution_shape: full }) }
}

function numbersFrom(value: PickleValue): readonly number[] | undefined {
  if (!Array.isArray(value)) return undefined
  const items: readonly PickleValue[] = value
  return items.length <= 8 && items.every((item) => typeof item === 'number') ? items : undefined
}

/** Whether frames are numbered by their place in the selection: they are not all selected frames, but would be places of those. */
function areLocal(keys: readonly number[], selected: SelectedFrames | undefined): selected is SelectedFrames {
  if (selected === undefined) return false
  const known = new Set(selected.indices)
  return !keys.every((key) => known.has(key)) && keys.every((key) => key < selected.indices.length)
}

function placed(stated: Frames, selected: SelectedFrames | undefined): Frames {
  return new Map([...stated].map(([place, masks]) => [selected?.indices[place] ?? place, masks]))
}

/**
 * By content: dense masks are E0 or E1, which differ in how frames are numbered; packed ones E2 or E3, which differ in nothing when
 * masks were not made smaller. `E-pickle` where numbers from 0 on would be the same in both, or there is no mask at all.
 */
function generationOf(
  mask: PickledMask | undefined,
  local: boolean,
  keys: readonly number[],
  selected: SelectedFrames | undefined,
): TrackingGeneration {
  if (mask === undefined) return 'E-pickle'
  if ('shape' in mask) return mask.full_resolution_shape === undefined ? 'E2' : 'E3'
  if (local) return 'E0'
  const count = selected?.indices.length ?? keys.length
  return keys.every((key) => key < count) ? 'E-pickle' : 'E1'
}

/**
 * Height of the mask by that of the frame, to three decimals. A full size whose width was lost ([1, H]) still has its height; one that
 * cannot be true otherwise says nothing.
 */
function scaleOf(mask: PickledMask): number | undefined {
  if (!('shape' in mask) || mask.full_resolution_shape === undefined) return 1
  const [height] = sizeOfPackedShape(mask.shape)
  const [one, lost] = mask.full_resolution_shape
  const full = fullSizeOfPacked(mask.shape, mask.full_resolution_shape)?.[0] ?? (one === 1 ? lost : undefined)
  return full === undefined || full < height ? undefined : Math.round((height / full) * 1000) / 1000
}
