// Finds run folders in an output root, one or two levels down; what cannot be read is told and stops nothing.
import { readdir, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { reasonOfError } from '#core/base/fault'
import { type FoundRun, readAnyRun } from './run-finding.ts'
import { removedPrefix } from './run-removal.ts'

export type ScanProblem = { readonly folder: string; readonly reason: string }
export type Findings = {
  readonly runs: readonly FoundRun[]
  readonly problems: readonly ScanProblem[]
  /** Folders of runs whose deletion was cut short. */
  readonly leftovers: readonly string[]
}

const depthLimit = 2

/**
 * Looks at the root itself and two levels below; nothing is searched inside of a run. Links to folders are followed once. Throws
 * the signal's reason when aborted, and what the system says when the root itself cannot be read. `progress`: folders looked at,
 * runs found. `inside`: the root itself is not looked at, although it may be a run.
 */
export async function findRuns(
  root: string,
  signal?: AbortSignal,
  progress?: (looked: number, found: number) => void,
  inside = false,
): Promise<Findings> {
  const runs: FoundRun[] = []
  const problems: ScanProblem[] = []
  const leftovers: string[] = []
  const seen = new Set<string>()
  let looked = 0

  const visit = async (path: string, level: number): Promise<void> => {
    signal?.throwIfAborted()
    const folder = await realpath(path)
    if (seen.has(folder)) return
    seen.add(folder)
    const found = inside && level === 0 ? undefined : await readAnyRun(folder)
    looked += 1
    if (found) {
      runs.push(found)
      if (found.problem !== undefined) problems.push({ folder, reason: found.problem })
    }
    progress?.(looked, runs.length)
    if (found || level === depthLimit) return
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const inside = join(folder, entry.name)
      if (entry.isDirectory() && entry.name.startsWith(removedPrefix)) leftovers.push(inside)
      if (entry.name.startsWith('.')) continue
      try {
        if (entry.isDirectory() || (entry.isSymbolicLink() && (await stat(inside)).isDirectory())) await visit(inside, level + 1)
      } catch (error) {
        signal?.throwIfAborted()
        // A link that leads nowhere is common beside copied runs, and no folder.
        if (!entry.isSymbolicLink()) problems.push({ folder: inside, reason: reasonOfError(error) })
      }
    }
  }
  await visit(root, 0)
  return { runs, problems, leftovers }
}
