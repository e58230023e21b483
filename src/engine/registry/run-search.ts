// A search of the registry: one fixed statement per order; what a person types only ever travels as a value.
import type { RegistryQuery, RegistryRow } from '#api/api'
import type { Database } from '../state/database.ts'
import { foldText } from './registry-tables.ts'
import { type Now, registryRowFrom } from './run-rows.ts'

const orders = {
  newest: 'queued_at DESC, id',
  oldest: 'queued_at, id',
  name: 'name_text, queued_at DESC, id',
  scene: 'scene_text, queued_at DESC, id',
  longest: 'duration_ms DESC NULLS LAST, queued_at DESC, id',
} as const satisfies Record<RegistryQuery['sort'], string>

/** Values: gone ids, dead ids, words, states, tags; each a JSON list. A run being deleted whose folder went already is no row any more. */
const matching = `FROM (
    SELECT r.*, CASE
      WHEN r.id IN (SELECT value FROM json_each(?1)) THEN 'incomplete'
      WHEN r.id IN (SELECT value FROM json_each(?2)) THEN 'interrupted'
      ELSE r.state END AS shown
    FROM registry_runs r
    WHERE NOT (r.removing = 1 AND r.id IN (SELECT value FROM json_each(?1)))
  ) r
  WHERE NOT EXISTS (
    SELECT 1 FROM json_each(?3) word WHERE NOT (
      instr(r.name_text, word.value) OR instr(r.scene_text, word.value) OR instr(r.folder_text, word.value)
      OR instr(r.note_text, word.value)
      OR EXISTS (SELECT 1 FROM registry_tags t WHERE t.run_id = r.id AND instr(t.tag_text, word.value))))
  AND (?4 = '[]' OR shown IN (SELECT value FROM json_each(?4)))
  AND NOT EXISTS (
    SELECT 1 FROM json_each(?5) wanted
    WHERE NOT EXISTS (SELECT 1 FROM registry_tags t WHERE t.run_id = r.id AND t.tag = wanted.value))`

const tagsOfRow = '(SELECT json_group_array(tag) FROM (SELECT tag FROM registry_tags t WHERE t.run_id = r.id ORDER BY tag)) AS tags'

/** Every word of the text has to occur somewhere, every tag has to be there, and the state has to be one of those given (none = any). */
export function searchRows(database: Database, query: RegistryQuery, now: Now): { rows: RegistryRow[]; total: number } {
  const words = foldText(query.text)
    .split(/\s+/)
    .filter((word) => word !== '')
  const values = [[...now.gone], [...now.dead], words, query.states, query.tags].map((list) => JSON.stringify(list))
  const total = Number(database.get(`SELECT COUNT(*) AS total ${matching}`, ...values)?.total ?? 0)
  const rows = database.all(
    `SELECT r.*, ${tagsOfRow} ${matching} ORDER BY ${orders[query.sort]} LIMIT ?6 OFFSET ?7`,
    ...values,
    query.limit,
    query.offset,
  )
  return { rows: rows.map((row) => registryRowFrom(row, now)), total }
}

/** One row, or undefined. */
export function findRow(database: Database, runId: string, now: Now): RegistryRow | undefined {
  const row = database.get(`SELECT r.*, ${tagsOfRow} FROM registry_runs r WHERE id = ?`, runId)
  return row && !(row.removing === 1 && now.gone.has(runId)) ? registryRowFrom(row, now) : undefined
}
