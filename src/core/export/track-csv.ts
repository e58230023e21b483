// Tracks as tables: one row for each track, and one for each track on each frame.
import { csvFromFields } from '../registry/csv.ts'
import { idsPerLevel, type FrameMasks } from '../segment/frame-masks.ts'
import type { Track } from '../segment/track.ts'

export const trackColumns = [
  'track_id',
  'level',
  'number',
  'source_id',
  'parent_id',
  'orphan',
  'prompt_frame',
  'prompt_candidate',
  'frame_count',
  'first_frame',
  'last_frame',
  'visible_positions',
  'mean_score',
  'mean_area',
  'max_area',
  'merged',
] as const

/** Frames are absolute indices; `visible_positions` are ranges, both ends included, of places among the selected frames. */
export function trackRow(track: Track): string {
  const { id, level, sourceId, parent, orphan, prompt, visible } = track
  return csvLine([
    id,
    level,
    id % idsPerLevel,
    sourceId,
    parent,
    orphan,
    prompt?.frameIndex,
    prompt?.uniqueId,
    track.frameCount,
    track.firstFrame,
    track.lastFrame,
    visible.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(' '),
    track.meanScore,
    track.meanArea,
    track.maxArea,
    track.merged,
  ])
}

export const trackFrameColumns = ['frame_index', 'frame_name', 'level', 'track_id', 'x', 'y', 'width', 'height', 'area', 'score'] as const

/** One row for each mask; box and area in pixels of the stored masks. */
export function trackFrameRows({ frameIndex, frameName, level, masks }: FrameMasks): string {
  return masks.map(({ id, box, area, score }) => csvLine([frameIndex, frameName, level, id, ...box, area, score])).join('')
}

type Cell = string | number | boolean | undefined

/** Ends in CR LF. */
export function csvLine(cells: readonly Cell[]): string {
  return `${csvFromFields(cells.map((cell) => (cell === undefined ? '' : String(cell))))}\r\n`
}
