// The manifest of a My3DIS run as far as it is relied on, what can be saved of one that was cut, and the frames it selects.
import { z } from 'zod'
import { frameIndicesOfSlice, frameSliceFromText } from '../scene/frame-slice.ts'
import { parsePythonJson } from './text/python-json.ts'

/** A field of an unexpected kind is as good as none. */
const lenient = <T extends z.ZodType>(type: T) => type.optional().catch(undefined)
const Index = z.number().int().nonnegative()
const text = lenient(z.string())
const whole = lenient(z.number().int())
const number = lenient(z.number())

const Artifacts = z.object({ video_segments: text, object_segments: text })
const FilterStats = z.object({ frames: whole, kept: whole, dropped: whole })

/** A file of that name belongs to My3DIS only when it names levels; web pages have manifests, too. */
export const RunManifest = z.object({
  levels: z.array(z.number().int().nonnegative()),
  frames: text,
  min_area: number,
  fill_area: number,
  stability_threshold: number,
  data_path: text,
  selected_frames: lenient(z.array(z.string())),
  selected_indices: lenient(z.array(Index)),
  ssam_indices: lenient(z.array(Index)),
  ssam_absolute_indices: lenient(z.array(Index)),
  ssam_freq: whole,
  sam2_max_propagate: whole,
  sam_ckpt: text,
  ts_epoch: number,
  gap_fill: lenient(z.object({ fill_area: number, add_gaps: lenient(z.boolean()) })),
  mask_scale_ratio: number,
  mask_downscale: lenient(z.object({ enabled: lenient(z.boolean()), ratio: number })),
  filtering: lenient(
    z.object({
      applied: lenient(z.boolean()),
      min_area: number,
      stability_threshold: number,
      use_cascade: lenient(z.boolean()),
      stats: lenient(z.record(z.string(), FilterStats)),
    }),
  ),
  raw_storage: lenient(z.object({ enabled: lenient(z.boolean()) })),
  scene: text,
  frames_total: whole,
  generation_summary: lenient(z.array(z.object({ level: z.number().int(), raw_candidates: whole, filtered_masks: whole }))),
  tracking_artifacts: lenient(z.record(z.string(), lenient(Artifacts))),
})
export type RunManifest = z.infer<typeof RunManifest>

export type ManifestReading = {
  readonly manifest: RunManifest | undefined
  /** Why the whole of it cannot be read; then `manifest` is what came before, if that is enough. */
  readonly reason: string | undefined
}

/** A manifest is rewritten in place, so a crash leaves its beginning: the fields that are whole are taken. */
export function readRunManifest(json: string): ManifestReading {
  let reason: string
  try {
    const parsed = RunManifest.safeParse(parsePythonJson(json))
    return parsed.success ? { manifest: parsed.data, reason: undefined } : { manifest: undefined, reason: 'it names no levels' }
  } catch (error) {
    reason = error instanceof Error ? error.message : String(error)
  }
  return { manifest: beginningOf(json), reason }
}

/** Fields of the whole are indented by two; what begins with the last of them is given up. */
function beginningOf(json: string): RunManifest | undefined {
  const last = json.lastIndexOf('\n  "')
  if (last < 0) return undefined
  try {
    return RunManifest.safeParse(parsePythonJson(`${json.slice(0, last).trimEnd().replace(/,$/, '')}}`)).data
  } catch {
    // Cut elsewhere, or not indented like a manifest: there is nothing to be saved.
    return undefined
  }
}

export type SelectedFrames = {
  readonly indices: readonly number[]
  /** In the same order; file names in the colour folder. */
  readonly names: readonly string[]
  /** Where the indices come from. `assumed`: counted from 0 for want of anything better. */
  readonly from: 'manifest' | 'listing' | 'slice' | 'assumed'
}

/**
 * The selection with absolute indices. September's manifests name the files only: their index is the place in the colour folder's
 * `listing` (sorted, undefined when the folder is gone), else what the slice says.
 */
export function selectedFrames(manifest: RunManifest, listing: readonly string[] | undefined): SelectedFrames {
  const names = manifest.selected_frames ?? []
  if (manifest.selected_indices?.length === names.length) return { indices: manifest.selected_indices, names, from: 'manifest' }
  const listed = indicesInListing(names, listing)
  if (listed) return { indices: listed, names, from: 'listing' }
  const slice = frameSliceFromText(manifest.frames ?? '')
  // The slice may reach beyond the selection where its end was cut by the number of frames.
  const sliced = slice ? frameIndicesOfSlice({ ...slice, end: -1 }, slice.start + slice.step * names.length) : []
  if (slice && sliced.length === names.length) return { indices: sliced, names, from: 'slice' }
  return { indices: names.map((_, i) => i), names, from: 'assumed' }
}

/** The place of each name in the listing; undefined unless all are there. */
export function indicesInListing(names: readonly string[], listing: readonly string[] | undefined): readonly number[] | undefined {
  if (listing === undefined || names.length === 0) return undefined
  const places = new Map(listing.map((name, place) => [name, place]))
  const indices = names.flatMap((name) => places.get(name) ?? [])
  return indices.length === names.length ? indices : undefined
}

/** Absolute indices of the frames that got candidates; all selected ones when nothing is said. */
export function candidateIndices(manifest: RunManifest, selected: SelectedFrames): readonly number[] {
  if (manifest.ssam_absolute_indices) return manifest.ssam_absolute_indices
  if (!manifest.ssam_indices) return selected.indices
  return manifest.ssam_indices.flatMap((local) => selected.indices[local] ?? [])
}
