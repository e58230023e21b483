// The list of objects as a table for other programs.
import { csvLine } from '#core/export/track-csv'
import type { Filterable } from '../filter/mask-filter.ts'

const head = ['id', 'label', 'level', 'frames', 'area_pixels', 'score', 'stability', 'parent', 'orphan', 'on_this_frame']

/** One line per object, ids as they are stored; what is not known is empty. */
export function csvOfObjects(objects: readonly Filterable[]): string {
  const known = (value: number | undefined) => (value === undefined || Number.isNaN(value) ? undefined : value)
  const rows = objects.map((one) => [
    ...[one.id, one.label, one.level, known(one.frames), known(one.area), known(one.score), known(one.stability), one.parent],
    ...[one.isOrphan ? 'yes' : 'no', one.isOnFrame ? 'yes' : 'no'],
  ])
  return [head, ...rows].map(csvLine).join('')
}
