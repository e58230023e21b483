// The texts of My3DIS's tracking archives and of a level's index, in their order of members and keys.
import { frameEntryName } from '../layout.ts'
import { relationTime } from '../text/my3dis-time.ts'
import { type PythonValue, pythonFloat, pythonJson, pythonJsonStyles } from '../text/python-json.ts'

/** The member of a video archive that comes last, and the only one of an object archive. */
export const archiveManifest = 'manifest.json'

/** A mask of an object on a frame, already as JSON (`maskText`). */
export type ObjectText = { readonly id: string; readonly text: string }

/** One member `frames/frame_NNNNNN.json`; objects stay in the order given. Ids are digits. */
export function videoFrameText(frameIndex: number, frameName: string | null, objects: readonly ObjectText[]): string {
  const inside = objects.map(({ id, text }) => `"${id}": ${text}`).join(', ')
  return `{"frame_index": ${frameIndex}, "frame_name": ${JSON.stringify(frameName)}, "objects": {${inside}}}`
}

export type VideoFrame = { readonly frameIndex: number; readonly frameName: string | null; readonly ids: readonly string[] }
/** `extra`: keys of ours behind those of My3DIS. */
export type ArchiveMeta = { readonly level: number; readonly ratio: number; readonly extra?: { readonly [key: string]: PythonValue } }

/** The last member of a video archive. Frames ascending; the ids of a frame are sorted as text. */
export function videoManifestText({ level, ratio, extra }: ArchiveMeta, frames: readonly VideoFrame[]): string {
  return pythonJson(
    {
      meta: { level, mask_scale_ratio: pythonFloat(ratio), ...extra },
      frames: frames.map(({ frameIndex, frameName, ids }) => ({
        frame_index: frameIndex,
        frame_name: frameName,
        entry: frameEntryName(frameIndex),
        objects: [...ids].sort(),
      })),
    },
    pythonJsonStyles.entry,
  )
}

/** Frames (absolute, ascending) by id, in the order of ids. */
export type FramesOfObjects = ReadonlyMap<string, readonly number[]>

/** `linkedVideo`: the name of the video archive. It holds references only, no masks. */
export function objectManifestText({ level, ratio, extra }: ArchiveMeta, linkedVideo: string, objects: FramesOfObjects): string {
  const references = [...objects].map(([id, frames]): [string, PythonValue] => [
    id,
    frames.map((frameIndex) => ({ frame_index: frameIndex, frame_entry: frameEntryName(frameIndex) })),
  ])
  return pythonJson(
    { meta: { level, linked_video: linkedVideo, mask_scale_ratio: pythonFloat(ratio), ...extra }, objects: new Map(references) },
    pythonJsonStyles.entry,
  )
}

/** Paths relative to the level folder. */
export type IndexSources = { readonly video: string; readonly object: string; readonly filtered: string | undefined }

/** level_L/index.json. `parents`: ids of the coarser level, where known. */
export function levelIndexText(
  meta: {
    readonly level: number
    readonly ratio: number
    readonly sources: IndexSources
    readonly epochMs: number
    readonly micros?: number
  },
  objects: FramesOfObjects,
  frames: readonly VideoFrame[],
  parents: ReadonlyMap<string, number> = new Map(),
): string {
  const numbered = [...objects].map(([id, on]): [string, PythonValue] => [
    id,
    { parent_id: parents.get(id) ?? null, frames: on, frame_count: on.length, first_frame: on[0], last_frame: on.at(-1) },
  ])
  const listed = frames.map(({ frameIndex, frameName, ids }): [string, PythonValue] => [
    String(frameIndex),
    { frame_name: frameName, objects: ids.map(Number) },
  ])
  const { video, object, filtered } = meta.sources
  const index = {
    meta: {
      level: meta.level,
      mask_scale_ratio: pythonFloat(meta.ratio),
      generated_at: relationTime(meta.epochMs, meta.micros),
      sources: { video_segments: video, object_segments: object, filtered_candidates: filtered },
    },
    objects: new Map(numbered),
    frames: new Map(listed),
  }
  return pythonJson(index, pythonJsonStyles.relation)
}
