// A folder of annotated masks as a run sees it: which of its frames are annotated, and the masks of one of them.
import type { BytesAnswer, BytesQuery, ReferenceSummary } from '#api/api'
import { Fault } from '#core/base/fault'
import { boundsOfRle, areaOfRle, stringFromRle } from '#core/mask/rle'
import { type FrameMasks, idInLevel } from '#core/segment/frame-masks'
import { frameWithMasks } from '../frame-answer.ts'
import type { KnownRun } from '../runs/run-store.ts'
import { annotationsOf, type AnswerFrame } from './answer.ts'
import { frameIn } from './compare-answers.ts'
import { objectsOf, readRaster, stemOf } from './mask-folder.ts'

/** Throws TRUTH_MISMATCH when the folder holds no masks, or none of a frame of the run. */
export function openReference(path: string, run: KnownRun): ReferenceSummary {
  const annotated = annotatedFrames(path, run)
  const frameIndices = [...annotated.keys()]
  if (frameIndices.length === 0)
    throw new Fault('TRUTH_MISMATCH', { path, reason: `none of its names is that of a frame of ${run.record.name}` })
  return { path, name: stemOf(path), frameIndices, files: annotationsOf(path).frames.size }
}

/** The masks are told under each level that is asked for, with ids that carry it, as those of runs do. */
export async function answerReference(query: Extract<BytesQuery, { what: 'reference' }>, run: KnownRun): Promise<BytesAnswer> {
  const frame = annotatedFrames(query.path, run).get(query.frameIndex)
  if (frame?.annotation === undefined) throw new Fault('ARTIFACT_MISSING', { artifact: `the annotation of frame ${query.frameIndex}` })
  const raster = readRaster(frame.annotation)
  const objects = [...objectsOf(raster)]
  return frameWithMasks(run, query, async (level) => {
    const masks: FrameMasks = {
      frameIndex: query.frameIndex,
      frameName: frame.name,
      level,
      size: [raster.height, raster.width],
      masks: objects.map(([id, mask]) => ({
        id: idInLevel(level, id),
        counts: stringFromRle(mask),
        area: areaOfRle(mask),
        box: [...(boundsOfRle(mask) ?? [0, 0, 0, 0])],
      })),
    }
    return { maskCount: objects.length, bytes: new TextEncoder().encode(JSON.stringify(masks)) }
  })
}

/** By frame of the run, ascending. */
function annotatedFrames(path: string, { record }: KnownRun): ReadonlyMap<number, AnswerFrame> {
  const annotations = annotationsOf(path)
  return new Map(
    record.frameIndices.flatMap((frameIndex, i) => {
      const name = record.frameNames[i] ?? String(frameIndex)
      const frame = frameIn(annotations, { name, frameIndex }, record.scene.frameCount)
      return frame === undefined ? [] : [[frameIndex, frame] as const]
    }),
  )
}
