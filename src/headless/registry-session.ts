// One command's time with the registry, without an engine; and how a person names a run.
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { RegistryRow } from '#api/api'
import { Fault } from '#core/base/fault'
import { openRegistryAt, type RegistryDoor } from '#engine/engine'
import { type Output, tableText } from './output.ts'
import { placesOf } from './places.ts'

export type { RegistryDoor } from '#engine/engine'

/** Opens the registry of this person, gives it to `use`, and closes it whatever happens. */
export async function withRegistry<T>(output: Output, use: (registry: RegistryDoor) => Promise<T>): Promise<T> {
  const registry = openRegistryAt(placesOf().stateFolder)
  try {
    for (const problem of registry.problems) output.tell(problem)
    return await use(registry)
  } finally {
    registry.close()
  }
}

/** The most rows one question may bring. */
const pageLimit = 1000

/**
 * A run by its id, by the beginning of an id that only one has, or by its folder, which is taken in when it is not known. Throws
 * RUN_NOT_FOUND, RUN_FOLDER_EXPECTED, USAGE when several begin like that.
 */
export async function runNamed(registry: RegistryDoor, name: string): Promise<RegistryRow> {
  const rows: RegistryRow[] = []
  for (let offset = 0, total = 1; offset < total; offset += pageLimit) {
    const page = await registry.search({ limit: pageLimit, offset })
    rows.push(...page.rows)
    total = page.total
  }
  const exact = rows.find((row) => row.id === name)
  if (exact) return exact
  const begun = name === '' ? [] : rows.filter((row) => row.id.startsWith(name))
  if (begun.length === 1) return begun[0]!
  if (begun.length > 1)
    throw new Fault('USAGE', { reason: `${begun.length} runs begin with ${name}: ${begun.map((row) => row.id).join(', ')}.` })
  const folder = resolve(name)
  const known = rows.find((row) => row.folder === folder)
  if (known) return known
  if (!existsSync(folder)) throw new Fault('RUN_NOT_FOUND', { run: name })
  const { id } = await registry.open(folder)
  const { rows: found } = await registry.search({ text: folder, limit: pageLimit })
  const row = found.find((one) => one.id === id)
  if (!row) throw new Fault('RUN_NOT_FOUND', { run: name })
  return row
}

/** Rows as a table for people; newest columns last, so that long names do not push the state away. */
export function tableOfRuns(rows: readonly RegistryRow[]): string {
  const cells = rows.map((row) => [
    row.id,
    row.state,
    row.queuedAt === 0 ? '' : new Date(row.queuedAt).toISOString().slice(0, 16).replace('T', ' '),
    row.sceneName,
    `${row.frameCount} frames`,
    row.tags.join(', '),
    oneLine(row.name),
    row.state === 'incomplete' ? oneLine(String(row.fault?.params.reason ?? '')) : row.folder,
  ])
  return tableText([['run', 'state', 'queued (UTC)', 'scene', 'selected', 'tags', 'name', 'folder, or what is wrong'], ...cells])
}

/** Control characters of a name could move the cursor of a terminal. */
export function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ')
}
