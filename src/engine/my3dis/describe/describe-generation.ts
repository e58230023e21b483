// Which generation of My3DIS wrote a run: told by the beginnings of its archives, chunks and lists, never by a name.
import { join } from 'node:path'
import { openZip } from '#core/foreign/zip/zip-reader'
import type { LevelDescription, My3disGeneration } from '#core/my3dis/description'
import { chunkFromName } from '#core/my3dis/layout'
import { openFileSource } from '../../archive/file-source.ts'
import { zipTools } from '../byte-sources.ts'
import { oldSubsetFolder } from './describe-frames.ts'
import { isFile, isFolder, namesOf, peekChunk, peekMember, peekText } from '../peek.ts'

/** Enough for the first candidates of a list or chunk, and for the first masks of a pickle. */
const lookBytes = 65_536

/**
 * E2 and E3 differ only in that E3 makes masks smaller; E3 at ratio 1 is called E2. Undefined when nothing is there that would tell.
 * What cannot be read tells nothing: it is reported where it is opened.
 */
export async function generationOf(
  runFolder: string | undefined,
  levels: readonly LevelDescription[],
): Promise<My3disGeneration | undefined> {
  const isTar = await anyOf(levels, ({ raw }) => raw?.form === 'chunks' || raw?.form === 'chunk')
  const archive = await firstOf(levels, archiveForm)
  if (archive === 'json' || (archive === undefined && isTar)) {
    const november = (await hasTrees(runFolder)) || (await anyOf(levels, hasUniqueIds))
    // An archive of tracks alone is the same in both.
    const isTold = runFolder !== undefined || levels.some(({ raw, filtered }) => raw ?? filtered)
    return november ? 'G-Nov' : isTold ? 'G-Oct' : undefined
  }
  if (archive === 'smaller') return 'E3'
  if (archive === 'packed') return 'E2'
  const arrays = await anyOf(levels, ({ filtered }) => filtered?.form === 'arrays')
  if (archive === 'dense' || arrays) return (await isFirstWeek(runFolder, levels)) ? 'E0' : 'E1'
  if (await anyOf(levels, ({ raw }) => raw?.form === 'files')) return 'E2'
  return (await anyOf(levels, hasUniqueIds)) ? 'G-Nov' : undefined
}

/** json: since October; dense, packed, smaller: pickles of arrays, of packed masks, and of those with a full size. */
async function archiveForm({ tracking }: LevelDescription): Promise<'json' | 'dense' | 'packed' | 'smaller' | undefined> {
  if (tracking === undefined) return undefined
  const source = await openFileSource(tracking.file)
  try {
    const zip = await openZip(source, zipTools)
    if ([...zip.members.keys()].some((name) => name.startsWith('frames/') || name === 'manifest.json')) return 'json'
    const [member] = zip.members.keys()
    if (member === undefined) return undefined
    const start = await peekMember(zip, member)
    if (!start.includes('packed_bits')) return 'dense'
    return start.includes('full_resolution_shape') ? 'smaller' : 'packed'
  } finally {
    await source.close()
  }
}

async function hasTrees(runFolder: string | undefined): Promise<boolean> {
  if (runFolder === undefined) return false
  return (await namesOf(join(runFolder, 'relations'))).some((name) => /^(family_tree|(unified_)?provenance_tree.*)\.json$/.test(name))
}

async function hasUniqueIds({ filtered, raw }: LevelDescription): Promise<boolean> {
  if (filtered?.form === 'masks' && (await peekText(filtered.file, lookBytes)).includes('"unique_id"')) return true
  const chunk = raw?.form === 'chunk' ? raw.file : raw?.form === 'chunks' ? await firstChunk(raw.folder) : undefined
  return chunk !== undefined && (await peekChunk(chunk, lookBytes)).includes('"unique_id"')
}

async function firstChunk(folder: string): Promise<string | undefined> {
  const name = (await namesOf(folder)).find((candidate) => chunkFromName(candidate) !== undefined)
  return name === undefined ? undefined : join(folder, name)
}

/** The first week counted frames within the selection, so that its lists name none of them. */
async function isFirstWeek(runFolder: string | undefined, levels: readonly LevelDescription[]): Promise<boolean> {
  if (runFolder !== undefined && (await isFolder(join(runFolder, oldSubsetFolder)))) return true
  for (const { filtered } of levels)
    if (filtered && (await isFile(filtered.file)))
      return !(await peekText(filtered.file, lookBytes)).split('"items"', 1)[0]?.includes('"frame_name"')
  return false
}

async function anyOf(levels: readonly LevelDescription[], test: (level: LevelDescription) => boolean | Promise<boolean>): Promise<boolean> {
  return (await firstOf(levels, async (level) => (await test(level)) || undefined)) ?? false
}

async function firstOf<T>(
  levels: readonly LevelDescription[],
  tell: (level: LevelDescription) => Promise<T | undefined>,
): Promise<T | undefined> {
  for (const level of levels) {
    // Damage tells no generation; the next level may.
    const found = await tell(level).catch(() => undefined)
    if (found !== undefined) return found
  }
  return undefined
}
