// The JSON of My3DIS's tracking archives and of a level's index, as far as it is relied on; keys beyond that are left aside.
import { z } from 'zod'

const FrameIndex = z.number().int().nonnegative()
/** Ids are text in My3DIS; whole numbers are taken for the same. */
const Id = z.union([z.string(), z.number().int()]).transform(String)
/**
 * A run of 100,000 masks lists as many ids, and a schema for each would take most of the time of opening it. What comes out are texts
 * like those of `Id`.
 */
export const IdList = z.unknown().transform((value, context): readonly string[] => {
  const list: readonly unknown[] | undefined = Array.isArray(value) ? value : undefined
  const wrong = list === undefined ? -1 : list.findIndex((id) => typeof id !== 'string' && !Number.isSafeInteger(id))
  if (list !== undefined && wrong < 0) return list.map(String)
  const path = wrong < 0 ? [] : [wrong]
  context.issues.push({ code: 'custom', path, message: 'Ids are text or whole numbers', input: value })
  return z.NEVER
})
const Shape = z.array(z.number()).max(8)
/** What is wrong here only costs a hint, so it must not cost the archive. */
const Level = z.number().int().optional().catch(undefined)
const Ratio = z.number().positive().max(1).optional().catch(undefined)

/** Core's `PackedMaskJson`; how many bytes belong to the shape is checked when the mask is made. */
export const PackedMaskEntry = z.object({
  packed_bits_b64: z.string(),
  shape: Shape,
  full_resolution_shape: Shape.nullish().transform((shape) => shape ?? undefined),
})
export type PackedMaskEntry = z.infer<typeof PackedMaskEntry>

/** One `frames/frame_000000.json` of a video archive. Objects are in the order in which they were carried to it. */
export const VideoFrame = z.object({
  frame_index: FrameIndex,
  frame_name: z.string().nullish(),
  objects: z.record(z.string(), PackedMaskEntry),
})

export type VideoFrame = z.infer<typeof VideoFrame>

const ArchiveMeta = z.object({ level: Level, mask_scale_ratio: Ratio, linked_video: z.string().optional().catch(undefined) })
const meta = ArchiveMeta.optional().catch(undefined)

/** `manifest.json` of a video archive: which member holds which frame, and the objects on it. */
export const VideoManifest = z.object({
  meta,
  frames: z.array(z.object({ frame_index: FrameIndex, frame_name: z.string().nullish(), entry: z.string(), objects: IdList })),
})
export type VideoManifest = z.infer<typeof VideoManifest>

/** `manifest.json` of an object archive, its only member: the frames of each object, and no masks. */
export const ObjectManifest = z.object({
  meta,
  objects: z.record(z.string(), z.array(z.object({ frame_index: FrameIndex, frame_entry: z.string().optional() }))),
})

/** `level_<L>/index.json`. Its `sources` name places before the layout moved them, and `parent_id` is always null. */
export const LevelIndex = z.object({
  meta: z.object({ level: Level, mask_scale_ratio: Ratio, generated_at: z.string().optional().catch(undefined) }).optional(),
  objects: z.record(z.string(), z.object({ parent_id: z.number().int().nullish(), frames: z.array(FrameIndex) })),
  frames: z.record(z.string(), z.object({ frame_name: z.string().nullish(), objects: z.array(Id) })).optional(),
})
export type LevelIndex = z.infer<typeof LevelIndex>
