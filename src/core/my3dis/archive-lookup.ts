// In which order the places are tried where a level's tracking archive may lie: as data, and as a search over a listing.
import { levelDigits, levelFolder, type SegmentsKind } from './layout.ts'

/** One place. `pattern` matches names inside `folder` (relative to the level folder, '' = itself); without one, the manifest says where. */
export type ArchivePlace = {
  /** Stable, for reports of what was repaired. */
  readonly rule: 'settled' | 'manifest' | 'tracking-settled' | 'tracking-scaled' | 'tracking-plain' | 'any-in-level'
  readonly folder: string
  readonly pattern: RegExp | undefined
}

/** First to last. Decide the generation from the content of what is found, never from its name. */
export function archivePlaces(kind: SegmentsKind, level: number): readonly ArchivePlace[] {
  const stem = `${kind}_segments`
  const settled = new RegExp(`^${stem}_L${levelDigits(level)}\\.npz$`)
  return [
    { rule: 'settled', folder: '', pattern: settled },
    { rule: 'manifest', folder: '', pattern: undefined },
    { rule: 'tracking-settled', folder: 'tracking', pattern: settled },
    { rule: 'tracking-scaled', folder: 'tracking', pattern: new RegExp(`^${stem}_scale[0-9.]+x\\.npz$`) },
    { rule: 'tracking-plain', folder: 'tracking', pattern: new RegExp(`^${stem}\\.npz$`) },
    { rule: 'any-in-level', folder: '', pattern: new RegExp(`^${stem}.*\\.npz$`) },
  ]
}

export type FoundArchive = {
  /** Relative to the run folder, with '/'. */
  readonly path: string
  readonly rule: ArchivePlace['rule']
  /** Others that would have done, by the same or a later rule, in order. */
  readonly others: readonly string[]
}

/**
 * `files`: paths relative to the run folder, with '/'. `manifestPath`: what the run's manifest says, relative to the run folder; it
 * counts only when it is in the listing, so an absolute path or one with ".." never leads outside. Of several names that fit a
 * pattern the first by code units wins, as My3DIS takes the first by name.
 */
export function findArchive(
  kind: SegmentsKind,
  level: number,
  files: readonly string[],
  manifestPath: string | undefined,
): FoundArchive | undefined {
  const known = new Set(files)
  const found = new Map<string, ArchivePlace['rule']>()
  for (const { rule, folder, pattern } of archivePlaces(kind, level)) {
    const base = [levelFolder(level), folder].filter((part) => part !== '').join('/')
    const paths = pattern ? namesIn(base, files).filter((name) => pattern.test(name)) : []
    for (const name of paths.sort()) if (!found.has(`${base}/${name}`)) found.set(`${base}/${name}`, rule)
    if (!pattern && manifestPath !== undefined && known.has(manifestPath) && !found.has(manifestPath)) found.set(manifestPath, rule)
  }
  const [first, ...others] = found
  return first && { path: first[0], rule: first[1], others: others.map(([path]) => path) }
}

function namesIn(folder: string, files: readonly string[]): string[] {
  const start = `${folder}/`
  return files.filter((file) => file.startsWith(start) && !file.includes('/', start.length)).map((file) => file.slice(start.length))
}
