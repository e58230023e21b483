// Candidates of My3DIS with their masks as the masks of a frame, in the form that every stage of ours writes.
import { Fault } from '../../base/fault.ts'
import type { NumberArray } from '../../foreign/npy/npy-values.ts'
import { rleFromPacked } from '../../mask/packed.ts'
import { scaleRle } from '../../mask/resize.ts'
import { areaOfRle, boundsOfRle, emptyRle, type Rle, rleFromMask, stringFromRle } from '../../mask/rle.ts'
import { type FrameMasks, idInLevel, idsPerLevel, type MaskEntry } from '../../segment/frame-masks.ts'
import type { CandidateJson } from './candidate-schema.ts'
import { maskFromMy3dis, type PackedMaskJson } from './my3dis-mask.ts'

/** Which field numbers the candidates of a frame from 0: that of the raw store, or that of the filtered list. */
export type NumberField = 'raw_index' | 'id'
export type MaskSize = readonly [height: number, width: number]

export type CandidateFrame = {
  readonly frameIndex: number
  readonly frameName: string
  readonly level: number
  readonly candidates: readonly CandidateJson[]
  /** One for each candidate, in their order; undefined where the store has none. */
  readonly masks: readonly (Rle | undefined)[]
  readonly numberedBy: NumberField
  /** Of a frame in which no candidate has a mask. */
  readonly emptySize: MaskSize
  /** Ids of this frame's candidates by their unique ids, the coarser levels included. */
  readonly parents: ReadonlyMap<string, number>
}

/**
 * At the size masks are stored at, which is that of the first one; others are brought to it pixel by nearest pixel, as My3DIS does.
 * Areas and boxes are counted on those masks, because the areas in the files are in different units. A candidate without a mask is
 * an empty one. Score: the predicted IoU where Semantic-SAM left it, else the stability; 0 where neither is a number.
 */
export function frameMasksFromCandidates(frame: CandidateFrame): FrameMasks {
  const size = frame.masks.find((mask) => mask !== undefined)?.size ?? frame.emptySize
  const ids = candidateIds(frame.level, frame.candidates, frame.numberedBy)
  const masks = frame.candidates.map((candidate, i): MaskEntry => {
    const stored = frame.masks[i] ?? emptyRle(...size)
    const mask = stored.size[0] === size[0] && stored.size[1] === size[1] ? stored : scaleRle(stored, size)
    const stability = candidate.stability ?? candidate.stability_score
    const parent = candidate.parent_unique_id === undefined ? undefined : frame.parents.get(candidate.parent_unique_id)
    const [x, y, width, height] = boundsOfRle(mask) ?? [0, 0, 0, 0]
    return {
      id: ids[i]!,
      counts: stringFromRle(mask),
      area: areaOfRle(mask),
      box: [x, y, width, height],
      score: candidate.predicted_iou ?? stability ?? 0,
      ...(stability === undefined ? {} : { stability }),
      ...(parent === undefined || parent === ids[i] ? {} : { parent }),
      ...(candidate.unique_id === undefined ? {} : { uniqueId: candidate.unique_id }),
      ...(isGap(candidate) ? { source: 'gapFill' as const } : {}),
    }
  })
  return { frameIndex: frame.frameIndex, frameName: frame.frameName, level: frame.level, size: [size[0], size[1]], masks }
}

/**
 * level * 100000 + number + 1 for each candidate. Where a number is missing, used twice or too large for that, all of the frame are
 * numbered by their place instead.
 */
export function candidateIds(level: number, candidates: readonly CandidateJson[], field: NumberField): readonly number[] {
  const numbers = candidates.map((candidate) => candidate[field] ?? -1)
  const sound = numbers.every((number) => number >= 0 && number + 1 < idsPerLevel) && new Set(numbers).size === numbers.length
  return candidates.map((_, i) => idInLevel(level, (sound ? numbers[i]! : i) + 1))
}

export function idsByUniqueId(level: number, candidates: readonly CandidateJson[], field: NumberField): ReadonlyMap<string, number> {
  const ids = candidateIds(level, candidates, field)
  return new Map(candidates.flatMap(({ unique_id }, i) => (unique_id === undefined ? [] : [[unique_id, ids[i]!] as const])))
}

/** Levels that the parents of these candidates are of, by the middle part of FFFF_L_SSSS. */
export function parentLevels(candidates: readonly CandidateJson[]): ReadonlySet<number> {
  const levels = candidates.map(({ parent_unique_id }) => /^\d+_(\d{1,4})_/.exec(parent_unique_id ?? '')?.[1])
  return new Set(levels.flatMap((level) => (level === undefined ? [] : [Number(level)])))
}

function isGap({ source, unique_id, frame_name }: CandidateJson): boolean {
  return source === 'gap_fill' || /^\d+_\d+_gap/.test(unique_id ?? '') || /^gap_\d/.test(frame_name ?? '')
}

/** The arrays of a frame's masks.npz, in the form of either variant. */
export type MaskArrays = {
  /** uint8 [N, ceil(H * W / 8)], with `shape` [H, W]. */
  readonly packed?: NumberArray
  readonly shape?: NumberArray
  /** The older variant: bool or uint8 [N, H, W]. */
  readonly plain?: NumberArray
  /** bool [N]; false: the row stands for no mask. */
  readonly present?: NumberArray
}

/** Row by row. Throws MY3DIS_FILE_DAMAGED when the arrays do not fit each other; `path` names them. */
export function masksFromArrays(path: string, { packed, shape, plain, present }: MaskArrays): readonly (Rle | undefined)[] {
  const damaged = (reason: string) => new Fault('MY3DIS_FILE_DAMAGED', { path, reason })
  const source = packed ?? plain
  if (source === undefined) throw damaged('it has neither packed_masks nor masks')
  if (!(source.values instanceof Uint8Array)) throw damaged(`its masks are numbers of the kind ${source.kind}`)
  const sides = packed === undefined ? source.shape.slice(1) : Array.from(shape?.values ?? [], Number)
  const [height = 0, width = 0] = sides
  const rowBytes = packed === undefined ? height * width : Math.ceil((height * width) / 8)
  const fits = packed === undefined ? source.shape.length === 3 : source.shape.length === 2 && source.shape[1] === rowBytes
  if (sides.length !== 2 || height < 1 || width < 1 || !fits)
    throw damaged(`its masks of shape [${source.shape.join(', ')}] do not fit a size of [${sides.join(', ')}]`)
  const rows = source.shape[0]!
  if (present !== undefined && present.values.length !== rows)
    throw damaged(`has_mask has ${present.values.length} entries for ${rows} masks`)
  const { values } = source
  return Array.from({ length: rows }, (_, row) => {
    if (present !== undefined && Number(present.values[row]) === 0) return undefined
    const bytes = values.subarray(row * rowBytes, (row + 1) * rowBytes)
    return packed === undefined ? rleFromMask(bytes, width, height) : rleFromPacked(bytes, width, height)
  })
}

/** A mask of filtered.json; undefined when there is none. Throws MY3DIS_FILE_DAMAGED. */
export function maskFromItem(path: string, candidate: CandidateJson): Rle | undefined {
  if (candidate.mask === undefined || candidate.mask === null) return undefined
  const damaged = (reason: string) => new Fault('MY3DIS_FILE_DAMAGED', { path, reason: `a mask ${reason}` })
  if (!isPacked(candidate.mask)) throw damaged('has no packed_bits_b64 or no shape')
  try {
    return maskFromMy3dis({ packed_bits_b64: candidate.mask.packed_bits_b64, shape: candidate.mask.shape }).mask
  } catch (error) {
    if (error instanceof RangeError) throw damaged(`does not hold: ${error.message.replace(/\.$/, '')}`)
    throw error
  }
}

function isPacked(value: unknown): value is PackedMaskJson {
  if (typeof value !== 'object' || value === null) return false
  if (!('packed_bits_b64' in value) || !('shape' in value) || typeof value.packed_bits_b64 !== 'string') return false
  return Array.isArray(value.shape) && value.shape.every((side) => typeof side === 'number')
}
