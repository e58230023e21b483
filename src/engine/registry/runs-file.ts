// Takes over runs.json, in which versions before the registry kept their list, once; the file stays for those versions.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { RunSummary } from '#api/api'
import { reasonOfError } from '#core/base/fault'
import type { Database } from '../state/database.ts'
import { putRow } from './run-rows.ts'

const runsFile = 'runs.json'
const RunsFile = z.object({
  format: z.literal('scenewright.runs'),
  version: z.literal(1),
  runs: z.array(z.object({ summary: RunSummary, ownerPid: z.number().int() })),
})
const takenOver = 'runsFileTakenOver'

/** Gives what could not be taken over, in words. Runs the registry knows already are left as they are. */
export function takeOverRunsFile(database: Database, stateFolder: string): readonly string[] {
  const path = join(stateFolder, runsFile)
  const text = readOrUndefined(path)
  if (text === undefined) return []
  return database.transact(() => {
    if (database.get('SELECT 1 FROM registry_facts WHERE key = ?', takenOver)) return []
    database.run('INSERT INTO registry_facts (key, value) VALUES (?, ?)', takenOver, path)
    try {
      for (const { summary, ownerPid } of RunsFile.parse(JSON.parse(text)).runs)
        if (!database.get('SELECT 1 FROM registry_runs WHERE id = ?', summary.id)) putRow(database, summary, { pid: ownerPid, started: '' })
      return []
    } catch (error) {
      return [`${path} could not be taken over (${reasonOfError(error)}); scan the output folders instead.`]
    }
  })
}

function readOrUndefined(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
