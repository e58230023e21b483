// What `inspect verify` checks of a run of ours: every artifact's length and SHA-256, a cut archive, missing files; each finding with a code that never changes.
import { createHash } from 'node:crypto'
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type ByteSource, manifestMember, scanTar, type TarMember } from '#core/archive/archive-reader'
import { archiveOf, type ManifestEntry, manifestFromLines, newestEntries, soleArchive } from '#core/archive/manifest'
import { Fault } from '#core/base/fault'
import { fileBytes, resultHash } from '#engine/engine'
import { manifestName, type RunFolder, withRun } from '../run-folders.ts'

export type FindingCode =
  | 'RUN_UNREADABLE'
  | 'RUN_INCOMPLETE'
  | 'MANIFEST_CUT'
  | 'ARCHIVE_CUT'
  | 'ARCHIVE_DAMAGED'
  | 'ARCHIVE_UNFINISHED'
  | 'ARCHIVE_DIFFERS'
  | 'ARCHIVE_MISSING'
  | 'STAGE_RECORD_MISSING'
  | 'ARTIFACT_GONE'
  | 'ARTIFACT_DIFFERS'
  | 'ARTIFACT_MISPLACED'
  | 'FILE_MISSING'
  | 'FILE_LENGTH_DIFFERS'
  | 'FILE_DIFFERS'

/** `broken`: something that was written cannot be trusted or read any more. A run that never ended is told, but is not broken. */
export type Finding = { readonly code: FindingCode; readonly broken: boolean; readonly where: string; readonly reason: string }
export type Verification = {
  readonly folder: string
  readonly checked: number
  /** One hash over everything it found, the same for equal results; undefined unless the run succeeded and is whole. */
  readonly result: string | undefined
  readonly findings: readonly Finding[]
}

export async function verifyRun(folder: string): Promise<Verification> {
  try {
    return await withRun(folder, verifyOpened)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return {
      folder,
      checked: 0,
      result: undefined,
      findings: [{ code: 'RUN_UNREADABLE', broken: true, where: folder, reason: error.message }],
    }
  }
}

async function verifyOpened(run: RunFolder): Promise<Verification> {
  const findings: Finding[] = []
  const tell: Tell = (code, where, reason, broken = true) => findings.push({ code, broken, where, reason })
  // A run that is going, rests, or was killed has no end yet; only an ended run promises one.
  const ended = run.record.state === 'succeeded' || (run.record.endedAt !== undefined && run.record.state !== 'interrupted')
  if (!ended) tell('RUN_INCOMPLETE', run.folder, `the run is ${run.record.state}; it wrote no end`, false)
  for (const stage of run.record.stages)
    if (stage.state === 'succeeded' && isOfNow(run) && !run.stages.some((record) => record.stage === stage.id))
      tell('STAGE_RECORD_MISSING', `stages/${stage.id}.json`, `the journal says that ${stage.id} succeeded, but its record is not there`)

  const entries = entriesOf(run, tell, ended)
  const names = new Set(entries.flatMap((entry) => (entry.place === 'archive' ? [archiveOf(entry)] : [])))
  const tars = new Map<string, Tar>()
  for (const name of names) {
    const record = run.stages.find((one) => one.tar?.file === name)
    tars.set(name, await openTar(run, name, record ? true : name === soleArchive && ended, tell))
    if (record?.tar) await verifyTar(run.folder, record.tar, tell)
  }
  for (const entry of entries) {
    if (entry.place === 'file') verifyFile(run.folder, entry, tell)
    else await verifyArchived(tars.get(archiveOf(entry))!, entry, tell)
  }
  const broken = findings.some((finding) => finding.broken)
  const whole = run.record.state === 'succeeded' && !broken
  return { folder: run.folder, checked: entries.length, result: whole ? await resultHash(run.folder) : undefined, findings }
}

/** Runs of version 0.1 had one tar and no records of stages. */
function isOfNow(run: RunFolder): boolean {
  return run.stages.length > 0 || !existsSync(join(run.folder, soleArchive))
}

type Tar = { readonly source: ByteSource | undefined; readonly places: ReadonlyMap<number, TarMember> }

/** `promised`: its stage is finished, so it has an end. */
async function openTar(run: RunFolder, name: string, promised: boolean, tell: Tell): Promise<Tar> {
  if (!existsSync(join(run.folder, name))) {
    tell('ARCHIVE_MISSING', name, 'the manifest names it, but it is not in the run folder')
    return { source: undefined, places: new Map() }
  }
  const source = fileBytes(join(run.folder, name))
  const tar = await scanTar(source)
  const ended = tar.end === 'complete' && tar.members.at(-1)?.name === manifestMember
  if (tar.end === 'damaged') tell('ARCHIVE_DAMAGED', name, `the member header at byte ${tar.at} is not valid`)
  else if (!ended) tell(promised ? 'ARCHIVE_CUT' : 'ARCHIVE_UNFINISHED', name, `it ends at byte ${tar.at} without its manifest`, promised)
  return { source, places: new Map(tar.members.map((member) => [member.offset, member])) }
}

async function verifyTar(
  folder: string,
  promised: { readonly file: string; readonly sizeBytes: number; readonly sha256: string },
  tell: Tell,
): Promise<void> {
  const path = join(folder, promised.file)
  const size = statSync(path, { throwIfNoEntry: false })?.size
  if (size === undefined) return
  if (size !== promised.sizeBytes) tell('ARCHIVE_DIFFERS', promised.file, `${promised.sizeBytes} bytes are expected, ${size} are there`)
  else if ((await hashOfFile(path)) !== promised.sha256)
    tell('ARCHIVE_DIFFERS', promised.file, "its SHA-256 is not the one of the stage's record")
}

async function hashOfFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array)
  return hash.digest('hex')
}

type Tell = (code: FindingCode, where: string, reason: string, broken?: boolean) => void

/** From the manifest beside the archive, with the entries that a cut archive has lost: the opened listing leaves those out. */
function entriesOf(run: RunFolder, tell: Tell, promised: boolean): ManifestEntry[] {
  if (run.listing.from === 'member') {
    if (run.listing.problem) tell('MANIFEST_CUT', manifestMember, run.listing.problem)
    return [...run.listing.entries.values()]
  }
  const { entries, reason } = manifestFromLines(readFileSync(join(run.folder, manifestName), 'utf8'))
  if (reason) tell('MANIFEST_CUT', manifestName, reason, promised)
  return [...newestEntries(entries).values()]
}

async function verifyArchived({ source, places }: Tar, entry: Extract<ManifestEntry, { place: 'archive' }>, tell: Tell): Promise<void> {
  if (!source) return tell('ARTIFACT_GONE', entry.name, `${archiveOf(entry)} is gone`)
  const member = places.get(entry.offset)
  const bytes = await source.read(entry.offset, entry.length)
  if (bytes.length !== entry.length) {
    tell('ARTIFACT_GONE', entry.name, `${entry.length} bytes at ${entry.offset} are expected, ${bytes.length} are there`)
    return
  }
  if (hashOf(bytes) !== entry.sha256) tell('ARTIFACT_DIFFERS', entry.name, `its SHA-256 is not the one of the manifest`)
  else if (member && (member.name !== entry.name || member.length !== entry.length))
    tell('ARTIFACT_MISPLACED', entry.name, `the archive calls the member at ${entry.offset} ${member.name} of ${member.length} bytes`)
}

function verifyFile(folder: string, entry: ManifestEntry, tell: Tell): void {
  const path = join(folder, entry.name)
  const state = statSync(path, { throwIfNoEntry: false })
  if (!state?.isFile()) tell('FILE_MISSING', entry.name, 'it is not in the run folder')
  else if (state.size !== entry.length)
    tell('FILE_LENGTH_DIFFERS', entry.name, `${entry.length} bytes are expected, ${state.size} are there`)
  else if (hashOf(readFileSync(path)) !== entry.sha256) tell('FILE_DIFFERS', entry.name, 'its SHA-256 is not the one of the manifest')
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
