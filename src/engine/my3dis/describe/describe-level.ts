// What one level of a run has, where it lies, and what is wrong with it; nothing is opened that is larger than a manifest.
import { stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { reasonOfError } from '#core/base/fault'
import { openZip } from '#core/foreign/zip/zip-reader'
import { fullSizeOfPacked } from '#core/mask/packed'
import { findArchive } from '#core/my3dis/archive-lookup'
import type { LevelDescription } from '#core/my3dis/description'
import {
  chunkFromName,
  compareFolders,
  compareFromName,
  levelFolder,
  rawFrameFromFile,
  runManifestName,
  type SegmentsKind,
} from '#core/my3dis/layout'
import type { Repair } from '#core/my3dis/repair-table'
import type { RunManifest } from '#core/my3dis/run-manifest'
import { openFileSource } from '../../archive/file-source.ts'
import { zipTools } from '../byte-sources.ts'
import { filteredName } from '../candidates/filtered-source.ts'
import { isFile, isFolder, namesOf, peekMember, peekText } from '../peek.ts'
import { repairsOfRawManifest } from '../candidates/raw-source.ts'

export type Tell = (repair: Repair) => void

export async function describeLevel(
  runFolder: string,
  level: number,
  manifest: RunManifest | undefined,
  tell: Tell,
): Promise<LevelDescription> {
  const folder = join(runFolder, levelFolder(level))
  const places = ['', 'tracking'].map((place) => ({ place, names: namesOf(join(folder, place)) }))
  const files: string[] = []
  for (const { place, names } of places)
    for (const name of await names) files.push([levelFolder(level), place, name].filter((part) => part !== '').join('/'))
  const find = (kind: SegmentsKind) => {
    const stated = manifest?.tracking_artifacts?.[levelFolder(level)]?.[`${kind}_segments`]
    return archiveOf(runFolder, level, kind, files, stated, tell)
  }
  const video = find('video')
  const objects = find('object')
  const tracking = video && { ...video, bytes: (await stat(video.file)).size }
  if (tracking) await checkVideo(tracking.file, tell)
  if (objects && tracking) await checkLink(objects.file, tracking.file, tell)
  const index = files.includes(`${levelFolder(level)}/index.json`) ? join(folder, 'index.json') : undefined
  if (index !== undefined) await checkIndex(index, tell)
  return {
    level,
    folder,
    raw: await describeRaw(join(folder, 'raw'), tell),
    filtered: await describeFiltered(join(folder, 'filtered'), tell),
    tracking,
    objects,
    index,
    comparisons: await describeComparisons(folder),
  }
}

function archiveOf(runFolder: string, level: number, kind: SegmentsKind, files: readonly string[], stated: string | undefined, tell: Tell) {
  const found = findArchive(kind, level, files, stated)
  if (found === undefined) return undefined
  if (stated !== undefined && !files.includes(stated)) tell({ code: 'ARCHIVE_MOVED', params: { level, kind, stated, found: found.path } })
  if (found.others.length > 0)
    tell({ code: 'ARCHIVE_AMBIGUOUS', params: { level, kind, found: found.path, others: found.others.join(', ') } })
  return { file: join(runFolder, found.path), rule: found.rule }
}

export async function describeRaw(folder: string, tell: Tell): Promise<LevelDescription['raw']> {
  const names = await namesOf(folder)
  const chunks = names.filter((name) => chunkFromName(name) !== undefined)
  const hasManifest = names.includes(runManifestName)
  if (chunks.length > 0 || hasManifest) {
    for (const repair of await repairsOfRawManifest(folder, names)) tell(repair)
    return { form: 'chunks', folder, chunks: chunks.length, hasManifest }
  }
  const frames = names.filter((name) => rawFrameFromFile(name)?.part === 'meta').length
  return frames > 0 ? { form: 'files', folder, frames } : undefined
}

async function describeFiltered(folder: string, tell: Tell): Promise<LevelDescription['filtered']> {
  const names = await namesOf(folder)
  if (!names.includes(filteredName)) {
    if (await isFolder(folder)) tell({ code: 'FILTERED_MISSING', params: { path: folder } })
    return undefined
  }
  const form = names.some((name) => /^seg_frame_\d+\.npy$/.test(name)) ? 'arrays' : 'masks'
  return { form, file: join(folder, filteredName) }
}

async function describeComparisons(folder: string): Promise<LevelDescription['comparisons']> {
  for (const place of compareFolders) {
    const pictures = (await namesOf(join(folder, place))).filter(
      (name) => compareFromName(name) !== undefined || /^\d{6}_L\d+\.png$/.test(name),
    )
    if (pictures.length > 0) return { folder: join(folder, place), pictures }
  }
  return undefined
}

/** Opens the directory of an archive and looks at the first mask of its first frame, for the full size that My3DIS writes wrong. */
async function checkVideo(file: string, tell: Tell): Promise<void> {
  try {
    const source = await openFileSource(file)
    try {
      const zip = await openZip(source, zipTools)
      const [first] = zip.members.keys()
      if (first === undefined || !first.startsWith('frames/')) return
      const found = /"shape": ?\[([\d, ]+)\], ?"full_resolution_shape": ?\[([\d, ]+)\]/.exec(await peekMember(zip, first))
      if (!found) return
      const [shape, claimed] = [numbersOf(found[1]!), numbersOf(found[2]!)]
      if (fullSizeOfPacked(shape, claimed) === undefined)
        tell({ code: 'FULL_SIZE_WRONG', params: { path: file, shape: `[${found[1]}]`, claimed: `[${found[2]}]` } })
    } finally {
      await source.close()
    }
  } catch (error) {
    tell({ code: 'ARCHIVE_DAMAGED', params: { path: file, reason: reasonOfError(error).replace(/\.$/, '') } })
  }
}

const numbersOf = (text: string) => text.split(',').map(Number)

/** The name of the video archive was noted before the layout was changed. */
async function checkLink(file: string, video: string, tell: Tell): Promise<void> {
  try {
    const source = await openFileSource(file)
    try {
      const zip = await openZip(source, zipTools)
      if (!zip.members.has(runManifestName)) return
      const name = /"linked_video": ?"([^"\\]+)"/.exec((await peekMember(zip, runManifestName)).slice(0, 4096))?.[1]
      if (name !== undefined && !(await isFile(join(dirname(file), basename(name)))))
        tell({ code: 'ARCHIVE_LINK_DEAD', params: { path: file, name, found: video } })
    } finally {
      await source.close()
    }
  } catch (error) {
    tell({ code: 'ARCHIVE_DAMAGED', params: { path: file, reason: reasonOfError(error).replace(/\.$/, '') } })
  }
}

/** The index begins with its meta; what follows can be tens of megabytes. */
async function checkIndex(path: string, tell: Tell): Promise<void> {
  const sources = /"sources": ?\{([^}]*)\}/.exec(await peekText(path, 4096))?.[1] ?? ''
  const dead: string[] = []
  for (const [, name] of sources.matchAll(/: ?"([^"\\]+)"/g)) if (name && !(await isFile(join(dirname(path), name)))) dead.push(name)
  if (dead.length > 0) tell({ code: 'INDEX_SOURCES_DEAD', params: { path, names: dead.join(', '), count: dead.length } })
}
