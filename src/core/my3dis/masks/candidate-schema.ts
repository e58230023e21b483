// Candidates as My3DIS's JSON tells them, raw and filtered, of every generation: what is missing or of another kind is left out.
import { z } from 'zod'
import { Fault } from '../../base/fault.ts'
import { parsePythonJson } from '../text/python-json.ts'

/** A field of an unexpected kind, NaN and null among them, is as good as none. */
const lenient = <T extends z.ZodType>(type: T) => type.optional().catch(undefined)
const Count = z.number().int().nonnegative()

export const CandidateJson = z.object({
  frame_name: lenient(z.string()),
  /** Row of the mask; raw store only. */
  raw_index: lenient(Count),
  /** Counts within the frame from 0; filtered only. */
  id: lenient(Count),
  stability_score: lenient(z.number()),
  stability: lenient(z.number()),
  predicted_iou: lenient(z.number()),
  unique_id: lenient(z.string()),
  parent_unique_id: lenient(z.string()),
  source: lenient(z.string()),
  /** A packed mask; filtered only. Looked at when it is unpacked, so that damage is told and not passed over. */
  mask: z.unknown().optional(),
})
export type CandidateJson = z.infer<typeof CandidateJson>

export const RawFrameMeta = z.object({ frame_idx: lenient(Count), frame_name: lenient(z.string()), candidates: z.array(CandidateJson) })
export type RawFrameMeta = z.infer<typeof RawFrameMeta>

export const FilteredFrame = z.object({ frame_idx: Count, frame_name: lenient(z.string()), items: z.array(CandidateJson) })
export type FilteredFrame = z.infer<typeof FilteredFrame>

export const RawManifest = z.object({
  frames: z.array(
    z.object({
      frame_idx: Count,
      frame_name: lenient(z.string()),
      candidate_count: lenient(Count),
      mask_count: lenient(Count),
      chunk: z.string(),
    }),
  ),
  chunks: lenient(z.array(z.object({ name: z.string() }))),
})
export type RawManifest = z.infer<typeof RawManifest>

/** `path` names the text in faults. Throws MY3DIS_FILE_DAMAGED when it is no JSON, or of another shape. */
export function jsonFromBytes<T>(path: string, bytes: Uint8Array, schema: z.ZodType<T>): T {
  let value: unknown
  try {
    value = parsePythonJson(new TextDecoder().decode(bytes))
  } catch (error) {
    throw new Fault('MY3DIS_FILE_DAMAGED', { path, reason: `it is no JSON (${error instanceof Error ? error.message : error})` }, error)
  }
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new Fault('MY3DIS_FILE_DAMAGED', { path, reason: `${issue?.path.join('.') || 'its content'}: ${issue?.message}` })
}
