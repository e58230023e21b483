// One answer to compare: a stage of a run, ours or of My3DIS, or a folder of annotated masks, asked frame by frame.
import { join, resolve } from 'node:path'
import { reasonOfError, Fault } from '#core/base/fault'
import type { AnswerMask } from '#core/compare/compare-types'
import { rleFromString } from '#core/mask/rle'
import type { RunRecord } from '#core/run/run'
import type { MaskStage, RunReader } from '#core/run/run-reader'
import { FrameMasks } from '#core/segment/frame-masks'
import { listMasks, objectsOf, readRaster, stemOf } from './mask-folder.ts'

export type Answer = {
  readonly folder: string
  /** What people call it, in one line. */
  readonly title: string
  /** undefined for annotations. */
  readonly stage: MaskStage | undefined
  readonly record: RunRecord | undefined
  /** Ascending; undefined for annotations, which have none and are held against each level. */
  readonly levels: readonly number[] | undefined
  /** Frames it speaks of, by the stem of the frame's name, in order. A frame without a single mask may be among them. */
  readonly frames: ReadonlyMap<string, AnswerFrame>
  /** Masks of one level of a frame; the level is what they are told under, and which masks they are unless it is a folder of annotations. */
  masks(frame: AnswerFrame, level: number): Promise<AnswerMask[]>
}

export type AnswerFrame = {
  /** In the scene, from 0; for annotations the place of the file. */
  readonly frameIndex: number
  readonly name: string
  /** The picture where it was when the run was made; undefined for annotations. */
  readonly picture: string | undefined
  /** The annotation. */
  readonly annotation: string | undefined
}

/** Throws TRUTH_MISMATCH when the folder holds no masks. */
export function annotationsOf(given: string): Answer {
  const folder = resolve(given)
  const frames = new Map(
    listMasks(folder).map((file, i) => [stemOf(file), { frameIndex: i, name: stemOf(file), picture: undefined, annotation: file }]),
  )
  return {
    folder,
    title: `annotations ${folder}`,
    stage: undefined,
    record: undefined,
    levels: undefined,
    frames,
    masks: async ({ annotation }, level) =>
      annotation === undefined ? [] : [...objectsOf(readRaster(annotation))].map(([id, mask]) => ({ id, level, mask })),
  }
}

/** Throws ARTIFACT_MISSING when the run has no mask of the stage. The reader stays whose it is. */
export async function runAnswer(
  { folder, record, reader }: { readonly folder: string; readonly record: RunRecord; readonly reader: RunReader },
  stage: MaskStage,
): Promise<Answer> {
  const places = (await reader.places()).filter((place) => place.stage === stage)
  if (places.length === 0) throw new Fault('ARTIFACT_MISSING', { artifact: `masks of stage ${stage} of ${folder}` })
  // The tracker speaks of every selected frame, the others only of those they looked at.
  const spoken = new Set(stage === 'tracker' ? record.frameIndices : places.flatMap(({ frameIndices }) => frameIndices))
  const frames = new Map<string, AnswerFrame>()
  for (const [i, frameIndex] of record.frameIndices.entries()) {
    if (!spoken.has(frameIndex)) continue
    const name = record.frameNames[i] ?? String(frameIndex)
    frames.set(stemOf(name), { frameIndex, name, picture: join(record.scene.framesPath, name), annotation: undefined })
  }
  return {
    folder,
    title: `${record.name || record.id} (${stage})`,
    stage,
    record,
    levels: [...new Set(places.map(({ level }) => level))].sort((a, b) => a - b),
    frames,
    masks: async ({ frameIndex }, level) => {
      const found = await reader.masks(stage, level, frameIndex)
      return found === undefined ? [] : decoded(found.bytes, { stage, level, frameIndex })
    },
  }
}

/** Throws EXPORT_MASKS_INVALID, which names what to do, where they cannot be read. */
function decoded(
  bytes: Uint8Array,
  place: { readonly stage: MaskStage; readonly level: number; readonly frameIndex: number },
): AnswerMask[] {
  try {
    const { masks, size } = FrameMasks.parse(JSON.parse(new TextDecoder().decode(bytes)))
    return masks.map(({ id, counts }) => ({ id, level: place.level, mask: rleFromString(counts, size) }))
  } catch (error) {
    throw new Fault('EXPORT_MASKS_INVALID', { ...place, reason: reasonOfError(error) }, error)
  }
}
