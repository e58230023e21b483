// One hash over everything a run found: equal for equal results, whenever, wherever and with how many interruptions they were computed.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { archiveOf, lineFromEntry, manifestFromLines } from '#core/archive/manifest'
import { manifestFile } from './run-files.ts'

/**
 * SHA-256 over the manifest's lines and the bytes of each tar, stage by stage. The report is left out: it tells times. Rejects with ENOENT when
 * the folder has no manifest.
 */
export async function resultHash(folder: string): Promise<string> {
  const { entries } = manifestFromLines(await readFile(join(folder, manifestFile), 'utf8'))
  const found = entries.filter((entry) => entry.stage !== 'report')
  const hash = createHash('sha256')
  for (const entry of found) hash.update(lineFromEntry(entry))
  const tars = new Set(found.flatMap((entry) => (entry.place === 'archive' ? [archiveOf(entry)] : [])))
  for (const tar of tars) for await (const chunk of createReadStream(join(folder, tar))) hash.update(chunk as Uint8Array)
  return hash.digest('hex')
}
