// Candidates of a run as My3DIS's stores describe them, raw and filtered.
import { areaOfRle, rleFromString } from '../mask/rle.ts'
import type { FrameMasks, MaskEntry } from '../segment/frame-masks.ts'
import { gapFrameName } from '../my3dis/layout.ts'
import { my3disFromMask } from '../my3dis/masks/my3dis-mask.ts'
import { type PythonValue, pythonFloat } from '../my3dis/text/python-json.ts'
import type { CandidateFields, RawFrame } from '../my3dis/raw-members.ts'
import { inclusiveBox, type WrittenCandidate, writtenCandidate } from './my3dis-masks.ts'

/** A candidate of any level of the same frame, by its id: what a finer one may have as its parent. */
export type Kin = ReadonlyMap<number, { readonly uniqueId: string | undefined; readonly parent: number | undefined }>

export type CandidateWriting = {
  /** [height, width] */
  readonly frameSize: readonly [height: number, width: number]
  /** Of stored masks to a frame whose short side is 640. */
  readonly scale: number
  /** Counts the frames with candidates from 0. */
  readonly ordinal: number
  readonly isCoarsest: boolean
  readonly kin: Kin
}

export function kinOf(frames: readonly Pick<FrameMasks, 'masks'>[]): Kin {
  return new Map(frames.flatMap(({ masks }) => masks.map(({ id, uniqueId, parent }) => [id, { uniqueId, parent }] as const)))
}

/** Throws RangeError when run lengths do not fit. */
export function rawFrameFromMasks(frame: FrameMasks, writing: CandidateWriting): RawFrame {
  const candidates = frame.masks.map((entry) => {
    const written = writtenCandidate(rleFromString(entry.counts, frame.size), writing.frameSize, writing.scale)
    return { fields: candidateFields(frame, entry, written, writing), mask: written.mask }
  })
  return { frameIndex: frame.frameIndex, frameName: frame.frameName, candidates }
}

/** A frame of filtered.json: areas and boxes are those of the stored mask there. */
export function filteredFrame(frame: FrameMasks, writing: CandidateWriting): PythonValue {
  const items = frame.masks.map((entry, id): PythonValue => {
    const written = writtenCandidate(rleFromString(entry.counts, frame.size), writing.frameSize, writing.scale)
    const { packed_bits_b64, shape } = my3disFromMask(written.mask)
    return {
      ...candidateFields(frame, entry, written, writing),
      id,
      area: areaOfRle(written.mask),
      bbox_xyxy: inclusiveBox(written.mask),
      stability: pythonFloat(entry.stability ?? 1),
      mask: { shape, packed_bits_b64 },
    }
  })
  return { frame_idx: frame.frameIndex, frame_name: frame.frameName, count: items.length, items }
}

function candidateFields(frame: FrameMasks, entry: MaskEntry, written: WrittenCandidate, writing: CandidateWriting): CandidateFields {
  const isGap = entry.source === 'gapFill'
  return {
    frame_idx: frame.frameIndex,
    frame_name: isGap ? gapFrameName(frame.frameIndex) : frame.frameName,
    bbox: written.bbox,
    area: written.area,
    stability_score: pythonFloat(entry.stability ?? 1),
    level: frame.level,
    mask_scale_ratio: pythonFloat(written.ratio),
    ...(entry.score === undefined ? {} : { predicted_iou: pythonFloat(entry.score) }),
    ...(entry.uniqueId === undefined
      ? {}
      : { unique_id: entry.uniqueId, ssam_frame_idx: writing.ordinal, ...kinship(entry, written, writing) }),
    ...(isGap ? { source: 'gap_fill' } : {}),
  }
}

/** Roots have an empty lineage and no parent key; finer candidates without a parent say so by null. */
function kinship(entry: MaskEntry, written: WrittenCandidate, { isCoarsest, kin }: CandidateWriting): CandidateFields {
  if (isCoarsest) return { lineage: [] }
  const lineage = lineageOf(entry.parent, kin)
  return { parent_unique_id: lineage.at(-1) ?? null, lineage, bbox_xyxy: written.boxAtSsam }
}

/** Root first. Ends at a parent that is not known, and at one that was met before. */
function lineageOf(parent: number | undefined, kin: Kin): string[] {
  const met = new Set<number>()
  const lineage: string[] = []
  for (let at = parent; at !== undefined && !met.has(at); ) {
    met.add(at)
    const one = kin.get(at)
    if (one?.uniqueId === undefined) break
    lineage.unshift(one.uniqueId)
    at = one.parent
  }
  return lineage
}
