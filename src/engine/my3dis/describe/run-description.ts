// Describes whatever of My3DIS lies at a path: a run, an experiment of runs, a level, or a single file. The source is only read.
import { open, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { Fault } from '#core/base/fault'
import { openZip } from '#core/foreign/zip/zip-reader'
import type { Description, FramesDescription, LevelDescription, MissingPart } from '#core/my3dis/description'
import { chunkFromName, levelFromFolder, runManifestName } from '#core/my3dis/layout'
import type { Repair } from '#core/my3dis/repair-table'
import { candidateIndices, readRunManifest } from '#core/my3dis/run-manifest'
import { describeFrames } from './describe-frames.ts'
import { generationOf } from './describe-generation.ts'
import { describeLevel, type Tell } from './describe-level.ts'
import { checkFamilyTree, readPapers } from './describe-summary.ts'
import { openFileSource } from '../../archive/file-source.ts'
import { zipTools } from '../byte-sources.ts'
import { isFile, isFolder, namesOf, peekChunk, peekMember, peekText } from '../peek.ts'

export type DescribeOptions = {
  /** Where the pictures are now, when they are not where the run says: found there by file name. */
  readonly framesRoot?: string | undefined
}

/** Throws MY3DIS_UNRECOGNISED when nothing of My3DIS is there. */
export async function describeMy3dis(path: string, { framesRoot }: DescribeOptions = {}): Promise<Description> {
  const place = resolve(path)
  const found = await stat(place).catch(() => undefined)
  if (found === undefined) throw new Fault('MY3DIS_UNRECOGNISED', { path, reason: 'it is not there' })
  if (found.isFile()) return describeFile(place, framesRoot)
  if (await isRunFolder(place)) return describeRun(place, framesRoot)
  const level = levelFromFolder(basename(place))
  if (level !== undefined) return describeOneLevel(place, level, framesRoot)
  const scenes = await runsBelow(place)
  if (scenes.length === 0) throw new Fault('MY3DIS_UNRECOGNISED', { path, reason: 'it has neither levels nor runs in it' })
  return { ...nothing(place, 'experiment'), scenes }
}

/** A manifest counts only when it names levels: many programs have a file of that name. */
export async function isRunFolder(folder: string): Promise<boolean> {
  const names = await namesOf(folder)
  for (const name of names) if (levelFromFolder(name) !== undefined && (await isFolder(join(folder, name)))) return true
  if (!names.includes(runManifestName)) return false
  return readRunManifest(await peekText(join(folder, runManifestName), 2 ** 24)).manifest !== undefined
}

async function runsBelow(folder: string): Promise<Description['scenes']> {
  const scenes: { name: string; path: string }[] = []
  for (const name of await namesOf(folder)) {
    const path = join(folder, name)
    if ((await isFolder(path)) && (await isRunFolder(path))) scenes.push({ name, path })
  }
  return scenes
}

async function describeRun(runFolder: string, framesRoot: string | undefined, only?: number): Promise<Description> {
  const repairs: Repair[] = []
  const tell: Tell = (repair) => void repairs.push(repair)
  const papers = await readPapers(runFolder, tell)
  const { manifest } = papers
  const levels: LevelDescription[] = []
  for (const level of await levelsOf(runFolder, manifest?.levels, tell))
    if (only === undefined || only === level) levels.push(await describeLevel(runFolder, level, manifest, tell))
  const frames = await describeFrames(runFolder, manifest, framesRoot, tell)
  await checkFamilyTree(runFolder, tell)
  const generation = await generationOf(runFolder, levels)
  if (generation === 'E0') tell({ code: 'INDICES_LOCAL', params: { path: runFolder } })
  const missing = missingOf(levels, {
    hasManifest: papers.manifestIsWhole,
    needsRaw: manifest?.raw_storage?.enabled ?? false,
    // Before October there was no summary.
    lacksSummary: !papers.hasSummary && (generation === 'G-Oct' || generation === 'G-Nov'),
  })
  const report = join(runFolder, 'report.md')
  const { indices, names, from } = selectionOf(frames)
  return {
    ...nothing(runFolder, 'run'),
    runFolder,
    name: papers.experiment ?? basename(runFolder),
    scene: papers.scene ?? basename(runFolder),
    generation,
    manifest,
    levels,
    frames,
    candidateIndices: manifest ? candidateIndices(manifest, { indices, names, from }) : [],
    timings: papers.timings,
    startedAt: papers.startedAt,
    endedAt: papers.endedAt,
    reportFile: (await isFile(report)) ? report : undefined,
    state: { complete: missing.length === 0, missing },
    repairs,
  }
}

function selectionOf({ frames, indicesFrom }: FramesDescription) {
  const from = indicesFrom === 'none' ? ('assumed' as const) : indicesFrom
  return { indices: frames.map(({ frameIndex }) => frameIndex), names: frames.map(({ name }) => name), from }
}

async function levelsOf(runFolder: string, stated: readonly number[] | undefined, tell: Tell): Promise<readonly number[]> {
  const folders: number[] = []
  for (const name of await namesOf(runFolder)) {
    const level = levelFromFolder(name)
    if (level !== undefined && (await isFolder(join(runFolder, name)))) folders.push(level)
  }
  for (const level of folders) if (stated && !stated.includes(level)) tell({ code: 'LEVEL_UNLISTED', params: { level } })
  for (const level of stated ?? []) if (!folders.includes(level)) tell({ code: 'LEVEL_FOLDER_MISSING', params: { level } })
  return [...new Set([...folders, ...(stated ?? [])])].sort((a, b) => a - b)
}

type Expected = { readonly hasManifest: boolean; readonly needsRaw: boolean; readonly lacksSummary: boolean }

function missingOf(levels: readonly LevelDescription[], { hasManifest, needsRaw, lacksSummary }: Expected): readonly MissingPart[] {
  const missing: MissingPart[] = hasManifest ? [] : [{ part: 'manifest' }]
  for (const { level, raw, filtered, tracking } of levels) {
    if (!raw && needsRaw) missing.push({ part: 'raw', level })
    if (!filtered) missing.push({ part: 'filtered', level })
    if (!tracking) missing.push({ part: 'tracking', level })
  }
  return lacksSummary ? [...missing, { part: 'summary' }] : missing
}

async function describeOneLevel(folder: string, level: number, framesRoot: string | undefined): Promise<Description> {
  return { ...(await describeRun(dirname(folder), framesRoot, level)), kind: 'level', path: folder }
}

/** A file inside of a run is described with the run's frames; its level is that of the run's folder it lies in, or told by itself. */
async function describeFile(file: string, framesRoot: string | undefined): Promise<Description> {
  const kind = await kindOfFile(file)
  if (kind === undefined) throw new Fault('MY3DIS_UNRECOGNISED', { path: file, reason: 'it is no archive, chunk or list of candidates' })
  const repairs: Repair[] = []
  const home = homeOf(file)
  const level = home?.level ?? (await levelInside(file, kind))
  if (level === undefined) repairs.push({ code: 'LEVEL_ASSUMED', params: { path: file, level: 1 } })
  const part = await partOf(file, kind, level ?? 1)
  const run = home && (await describeRun(home.runFolder, framesRoot, home.level))
  return {
    ...(run ?? nothing(file, kind)),
    kind,
    path: file,
    name: basename(file),
    generation: run?.generation ?? (await generationOf(undefined, [part])),
    levels: [part],
    state: { complete: true, missing: [] },
    repairs: [...(run?.repairs.filter(({ code }) => /^(FRAMES|LINKS|INDICES|RUN_MANIFEST)/.test(code)) ?? []), ...repairs],
  }
}

async function kindOfFile(file: string): Promise<'archive' | 'chunk' | 'filtered' | undefined> {
  const handle = await open(file, 'r')
  try {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(512), 0, 512, 0)
    const start = Buffer.from(buffer.subarray(0, bytesRead)).toString('latin1')
    if (start.startsWith('PK\x03\x04')) return 'archive'
    if (/^\s*\{\s*"frames"/.test(start)) return 'filtered'
    const packed = ['\x1f\x8b', 'BZh', '\xfd7zXZ'].some((magic) => start.startsWith(magic))
    if (packed || start.slice(257, 262) === 'ustar' || chunkFromName(basename(file))) return 'chunk'
    return undefined
  } finally {
    await handle.close()
  }
}

/** The run around a file: the folder above the nearest level folder. */
function homeOf(file: string): { readonly runFolder: string; readonly level: number } | undefined {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    const level = levelFromFolder(basename(folder))
    if (level !== undefined) return { runFolder: dirname(folder), level }
  }
  return undefined
}

/** Lists and chunks name the level of each candidate, archives say it in their manifest, or in their name after the last layout. */
async function levelInside(file: string, kind: 'archive' | 'chunk' | 'filtered'): Promise<number | undefined> {
  const named = /_L(\d{2})\.npz$/.exec(basename(file))?.[1]
  // What cannot be read is told where it is opened.
  const start = await startOf(file, kind).catch(() => '')
  const level = named ?? /"level": ?(\d{1,4})\b/.exec(start)?.[1]
  return level === undefined ? undefined : Number(level)
}

async function startOf(file: string, kind: 'archive' | 'chunk' | 'filtered'): Promise<string> {
  if (kind === 'filtered') return peekText(file, 65_536)
  if (kind === 'chunk') return peekChunk(file, 65_536)
  const source = await openFileSource(file)
  try {
    const zip = await openZip(source, zipTools)
    return zip.members.has(runManifestName) ? await peekMember(zip, runManifestName) : ''
  } finally {
    await source.close()
  }
}

async function partOf(file: string, kind: 'archive' | 'chunk' | 'filtered', level: number): Promise<LevelDescription> {
  const folder = dirname(file)
  const empty = { level, folder, raw: undefined, filtered: undefined, tracking: undefined, objects: undefined, index: undefined }
  const part = { ...empty, comparisons: undefined }
  if (kind === 'chunk') return { ...part, raw: { form: 'chunk', file } }
  if (kind === 'archive') return { ...part, tracking: { file, bytes: (await stat(file)).size, rule: undefined } }
  const arrays = (await namesOf(folder)).some((name) => /^seg_frame_\d+\.npy$/.test(name))
  return { ...part, filtered: { form: arrays ? 'arrays' : 'masks', file } }
}

function nothing(path: string, kind: Description['kind']): Description {
  return {
    kind,
    path,
    runFolder: undefined,
    name: basename(path),
    scene: basename(path),
    generation: undefined,
    manifest: undefined,
    levels: [],
    frames: { from: 'none', folder: undefined, statedFolder: undefined, indicesFrom: 'none', frames: [] },
    candidateIndices: [],
    timings: [],
    startedAt: undefined,
    endedAt: undefined,
    reportFile: undefined,
    state: { complete: true, missing: [] },
    repairs: [],
    scenes: [],
  }
}
