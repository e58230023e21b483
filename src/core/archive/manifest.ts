// The manifest: one line for each artifact of a run, with its place in the archive. Spec: docs/formats/manifest.md.
import { z } from 'zod'

export const manifestVersion = 1

const shared = {
  /** Counts artifacts from 1 in the order they were written; a later line with the same name replaces the earlier one. */
  seq: z.number().int().positive(),
  /** stage/kind[/level_L][/frame].ext, also the member name in the tar. */
  name: z.string().min(1).max(99),
  stage: z.string(),
  kind: z.string(),
  level: z.number().int().optional(),
  frameIndex: z.number().int().optional(),
  mediaType: z.string(),
  /** Bytes of the artifact itself. */
  length: z.number().int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Small numbers about the artifact, so that a listing need not open it. */
  counts: z.record(z.string(), z.number()).optional(),
}

export const ArchivedEntry = z.object({
  ...shared,
  place: z.literal('archive'),
  /** Name of the tar in the run folder, `<stage>.tar`; absent in runs of version 0.1, which had one `archive.tar`. */
  archive: z
    .string()
    .regex(/^[A-Za-z0-9_-]+\.tar$/)
    .optional(),
  /** Bytes before the artifact's first byte. */ offset: z.number().int().nonnegative(),
})
/** Things people open with other programs stay files: path relative to the run folder. */
export const ExternalEntry = z.object({ ...shared, place: z.literal('file') })
export const ManifestEntry = z.discriminatedUnion('place', [ArchivedEntry, ExternalEntry])
export type ManifestEntry = z.infer<typeof ManifestEntry>
export type ArchivedEntry = z.infer<typeof ArchivedEntry>

/** The tar of all stages, in runs of version 0.1. */
export const soleArchive = 'archive.tar'
export function archiveOf(entry: ArchivedEntry): string {
  return entry.archive ?? soleArchive
}

/** stage/kind/level_L/000037.json and its shorter forms. */
export function artifactName(
  stage: string,
  kind: string,
  at: { readonly level?: number; readonly frameIndex?: number } = {},
  extension = 'json',
): string {
  const level = at.level === undefined ? '' : `/level_${at.level}`
  const frame = at.frameIndex === undefined ? '' : `/${String(at.frameIndex).padStart(6, '0')}`
  return `${stage}/${kind}${level}${frame}.${extension}`
}

/** Parses manifest lines. A line that is not complete (a crash cut it) ends the reading; `complete` says whether that happened. */
export function manifestFromLines(text: string): {
  readonly entries: ManifestEntry[]
  readonly complete: boolean
  readonly reason?: string
} {
  const entries: ManifestEntry[] = []
  const lines = text.split('\n')
  const tail = lines.pop()
  for (const [index, line] of lines.entries()) {
    const entry = manifestEntryFromLine(line)
    if (typeof entry === 'string') return { entries, complete: false, reason: `line ${index + 1}: ${entry}` }
    entries.push(entry)
  }
  return tail === '' ? { entries, complete: true } : { entries, complete: false, reason: `line ${lines.length + 1} has no end` }
}

export function manifestEntryFromLine(line: string): ManifestEntry | string {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch (error) {
    return `not JSON (${error instanceof Error ? error.message : String(error)})`
  }
  const parsed = ManifestEntry.safeParse(value)
  return parsed.success ? parsed.data : `${parsed.error.issues[0]?.path.join('.')}: ${parsed.error.issues[0]?.message}`
}

/** Keys always in one order: an entry that was read back gives the same bytes as when it was new. */
export function lineFromEntry(entry: ManifestEntry): string {
  const { seq, name, stage, kind, level, frameIndex, mediaType, length, sha256, counts, place } = entry
  const shared = { seq, name, stage, kind, level, frameIndex, mediaType, length, sha256, counts, place }
  return `${JSON.stringify(place === 'archive' ? { ...shared, archive: entry.archive, offset: entry.offset } : shared)}\n`
}

/** The newest entry of each name, in order of first appearance. */
export function newestEntries(entries: Iterable<ManifestEntry>): Map<string, ManifestEntry> {
  const byName = new Map<string, ManifestEntry>()
  for (const entry of entries) byName.set(entry.name, entry)
  return byName
}
