// Finds out how far a run folder can be trusted: which stages are finished, and up to which commit the stage in progress is whole.
import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { readArtifact } from '#core/archive/archive-reader'
import { archiveOf, type ManifestEntry, manifestEntryFromLine } from '#core/archive/manifest'
import { Fault } from '#core/base/fault'
import { ifThere } from '../disk/if-there.ts'
import { openFileSource } from './file-source.ts'
import { wholeLines } from './line-file.ts'
import { CommitPoint, commitsFile, manifestFile, recordOfStage, StageRecord, stagesFolder, tarOfStage, workFolder } from './run-files.ts'

export type Recovered = {
  /** Records of the finished stages, in order: the longest beginning of the pipeline that is whole. */
  readonly finished: readonly StageRecord[]
  /** The last trustworthy commit of the stage after them, with its state; undefined when that stage has to begin anew. */
  readonly point:
    | (CommitPoint & {
        readonly stateBytes: Uint8Array | undefined
        readonly commitsLength: number
        /** State of the last synced commit up to there: until the next one it is what a power cut would leave. */
        readonly safeState: string | undefined
      })
    | undefined
  /** Entries up to there, the manifest's length in bytes, and the number of its last line. */
  readonly entries: readonly ManifestEntry[]
  readonly manifestLength: number
  readonly seq: number
  /** Lines of the manifest after that: written, but not committed or not whole. */
  readonly doubted: number
}

type Line = { readonly entry: ManifestEntry; readonly end: number }

/** Reads only. `stages` in the order of the pipeline. */
export async function recoverRun(folder: string, stages: readonly string[]): Promise<Recovered> {
  const lines = await manifestLines(join(folder, manifestFile))
  const finished: StageRecord[] = []
  for (const stage of stages) {
    const record = await readStageRecord(folder, stage)
    const expected = finished.at(-1)?.manifest.end ?? 0
    const covered = record !== undefined && (record.manifest.end === 0 || lines.some((line) => line.end === record.manifest.end))
    if (!covered || record.manifest.start !== expected || !(await tarIsThere(folder, record))) break
    finished.push(record)
  }
  const base = finished.at(-1)?.manifest ?? { end: 0, seq: 0 }
  const next = stages[finished.length]
  const point = next === undefined ? undefined : await lastCommit(folder, next, lines)
  const manifestLength = point?.manifestLength ?? base.end
  return {
    finished,
    point,
    entries: lines.filter((line) => line.end <= manifestLength).map((line) => line.entry),
    manifestLength,
    seq: point?.seq ?? base.seq,
    doubted: lines.filter((line) => line.end > manifestLength).length,
  }
}

/** Undefined when there is none, or it is not one of ours. */
export async function readStageRecord(folder: string, stage: string): Promise<StageRecord | undefined> {
  const bytes = await ifThere(readFile(join(folder, stagesFolder, recordOfStage(stage))))
  const parsed = bytes && StageRecord.safeParse(parseJson(new TextDecoder().decode(bytes)))
  return parsed?.success ? parsed.data : undefined
}

/** Every record that is there, in the order of their lines in the manifest. */
export async function readStageRecords(folder: string): Promise<StageRecord[]> {
  const names = (await ifThere(readdir(join(folder, stagesFolder)))) ?? []
  const stages = names.filter((name) => name.endsWith('.json') && !name.startsWith('.')).map((name) => name.slice(0, -5))
  const records = await Promise.all(stages.map((stage) => readStageRecord(folder, stage)))
  return records
    .filter((record) => record !== undefined)
    .sort((a, b) => a.manifest.start - b.manifest.start || a.manifest.end - b.manifest.end)
}

async function tarIsThere(folder: string, record: StageRecord): Promise<boolean> {
  if (!record.tar) return true
  const found = await ifThere(stat(join(folder, record.tar.file)))
  return found?.size === record.tar.sizeBytes
}

async function manifestLines(path: string): Promise<Line[]> {
  const bytes = await ifThere(readFile(path))
  const lines: Line[] = []
  for (const { text, end } of bytes ? wholeLines(bytes) : []) {
    const entry = manifestEntryFromLine(text)
    if (typeof entry === 'string') break
    lines.push({ entry, end })
  }
  return lines
}

async function lastCommit(folder: string, stage: string, lines: readonly Line[]): Promise<Recovered['point']> {
  const bytes = await ifThere(readFile(join(folder, workFolder, stage, commitsFile)))
  if (!bytes) return undefined
  const points: { readonly point: CommitPoint; readonly end: number }[] = []
  for (const { text, end } of wholeLines(bytes)) {
    const parsed = CommitPoint.safeParse(parseJson(text))
    if (!parsed.success || parsed.data.stage !== stage) break
    points.push({ point: parsed.data, end })
  }
  const tarPath = join(folder, tarOfStage(stage))
  const tarSize = (await ifThere(stat(tarPath)))?.size ?? 0
  while (points.length > 0) {
    const { point, end } = points.pop()!
    if (point.tarLength > tarSize || (point.manifestLength > 0 && !lines.some((line) => line.end === point.manifestLength))) continue
    const state = await readState(folder, point)
    if (state === 'gone') continue
    // What was not synced before this commit may be on the disk or not; it is only believed after a look.
    const safe = point.synced ? point : points.findLast((earlier) => earlier.point.synced)?.point
    const sure = safe?.seq ?? 0
    const doubtful = lines.filter(({ entry, end: at }) => entry.stage === stage && entry.seq > sure && at <= point.manifestLength)
    if (
      await allAreWhole(
        folder,
        doubtful.map((line) => line.entry),
      )
    )
      return { ...point, stateBytes: state, commitsLength: end, safeState: safe?.state?.file }
  }
  return undefined
}

async function readState(folder: string, point: CommitPoint): Promise<Uint8Array | undefined | 'gone'> {
  if (!point.state) return undefined
  const bytes = await ifThere(readFile(join(folder, workFolder, point.stage, point.state.file)))
  if (!bytes || bytes.length < point.state.sizeBytes) return 'gone'
  const state = bytes.subarray(0, point.state.sizeBytes)
  return createHash('sha256').update(state).digest('hex') === point.state.sha256 ? state : 'gone'
}

async function allAreWhole(folder: string, entries: readonly ManifestEntry[]): Promise<boolean> {
  for (const entry of entries) {
    const bytes = await bytesIfWhole(folder, entry)
    if (!bytes || bytes.length !== entry.length || createHash('sha256').update(bytes).digest('hex') !== entry.sha256) return false
  }
  return true
}

/** A sector that a power cut left unreadable is like bytes that differ; a failure that says nothing about the bytes (EMFILE, EACCES, …) rejects. */
async function bytesIfWhole(folder: string, entry: ManifestEntry): Promise<Uint8Array | undefined> {
  try {
    return await ifThere(artifactBytes(folder, entry))
  } catch (error) {
    if (error instanceof Fault || (error instanceof Error && 'code' in error && error.code === 'EIO')) return undefined
    throw error
  }
}

async function artifactBytes(folder: string, entry: ManifestEntry): Promise<Uint8Array> {
  if (entry.place === 'file') return readFile(join(folder, entry.name))
  const source = await openFileSource(join(folder, archiveOf(entry)))
  try {
    return await readArtifact(source, entry)
  } finally {
    await source.close()
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
