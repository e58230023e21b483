// The candidates of one frame as a table: what the filter decided about each and why, and which track it began.
import { csvLine } from '#core/export/track-csv'
import { type FrameMasks, labelOfId } from '#core/segment/frame-masks'
import type { Track } from '#core/segment/track'

const head = [
  ...['frame', 'id', 'label', 'level', 'area_pixels', 'score', 'stability', 'parent', 'class'],
  ...['decision', 'reason', 'value', 'limit', 'began_track'],
]
const reasons = {
  areaTooSmall: 'area is under the limit (pixels of a frame whose short side is 640)',
  unstable: 'stability is under the limit',
  parentDropped: 'its parent was dropped',
  empty: 'it has no pixel',
} as const

/**
 * `candidates` and `kept` are what ssam and filter wrote for the frame, a part for each level. A candidate whose level the filter did not write
 * has no decision; what is not known is empty.
 */
export function csvOfCandidates(candidates: readonly FrameMasks[], kept: readonly FrameMasks[], tracks: readonly Track[]): string {
  const filtered = new Map(kept.map((one) => [one.level, one]))
  const rows = candidates.flatMap(({ level, frameIndex, masks }) => {
    const decided = filtered.get(level)
    const keptIds = new Set(decided?.masks.map((one) => one.id))
    const began = new Map(
      tracks.flatMap(({ id, prompt }) => (prompt?.frameIndex === frameIndex ? [[prompt.candidateId, id] as const] : [])),
    )
    return masks.map(({ id, area, score, stability, parent, className }) => {
      const drop = decided?.dropped?.find((one) => one.id === id)
      const decision = drop ? 'dropped' : keptIds.has(id) ? 'kept' : undefined
      return [
        ...[
          frameIndex,
          id,
          labelOfId(id),
          level,
          area,
          score,
          stability,
          parent,
          className === undefined ? undefined : plainCell(className),
        ],
        ...[decision, drop && reasons[drop.reason], drop?.value, drop?.limit, began.get(id)],
      ]
    })
  })
  return [head, ...rows].map(csvLine).join('')
}

/** Words of others that a spreadsheet would take for a formula get an apostrophe before them (OWASP, "CSV Injection"). */
function plainCell(words: string): string {
  return /^[=+\-@\t\r]/.test(words) ? `'${words}` : words
}
