// `inspect verify`: every artifact's length and SHA-256, a cut archive, missing files; each finding with a code that never changes.
import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type ByteSource, manifestMember, scanTar } from '#core/archive/archive-reader'
import { type ManifestEntry, manifestFromLines, newestEntries } from '#core/archive/manifest'
import { Fault } from '#core/base/fault'
import { formatCount } from '#core/base/format'
import { fileBytes } from '../file-bytes.ts'
import { type ExitCode, exitCodes, type Output, tableText } from '../output.ts'
import { archiveName, manifestName, type RunFolder, runFolderOf, withRun } from '../run-folders.ts'

export type FindingCode =
  | 'RUN_UNREADABLE'
  | 'RUN_INCOMPLETE'
  | 'MANIFEST_CUT'
  | 'ARCHIVE_CUT'
  | 'ARCHIVE_DAMAGED'
  | 'ARCHIVE_UNFINISHED'
  | 'ARTIFACT_GONE'
  | 'ARTIFACT_DIFFERS'
  | 'ARTIFACT_MISPLACED'
  | 'FILE_MISSING'
  | 'FILE_LENGTH_DIFFERS'
  | 'FILE_DIFFERS'

/** `broken`: something that was written cannot be trusted or read any more. A run that never ended is told, but is not broken. */
export type Finding = { readonly code: FindingCode; readonly broken: boolean; readonly where: string; readonly reason: string }
export type Verification = { readonly folder: string; readonly checked: number; readonly findings: readonly Finding[] }

export async function inspectVerify(output: Output, path: string, json: boolean): Promise<ExitCode> {
  const result = await verifyRun(runFolderOf(path))
  const broken = result.findings.filter((finding) => finding.broken).length
  if (json) output.printJson({ ...result, broken })
  else {
    if (result.findings.length > 0) output.print(tableText(result.findings.map(({ code, where, reason }) => [code, where, reason])))
    output.print(`${formatCount(result.checked)} artifacts checked, ${formatCount(broken)} broken.`)
  }
  return broken > 0 ? exitCodes.failed : exitCodes.done
}

export async function verifyRun(folder: string): Promise<Verification> {
  try {
    return await withRun(folder, verifyOpened)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return { folder, checked: 0, findings: [{ code: 'RUN_UNREADABLE', broken: true, where: folder, reason: error.message }] }
  }
}

async function verifyOpened(run: RunFolder): Promise<Verification> {
  const findings: Finding[] = []
  const tell = (code: FindingCode, where: string, reason: string, broken = true) => findings.push({ code, broken, where, reason })
  const source = fileBytes(join(run.folder, archiveName))
  const tar = await scanTar(source)
  const ended = tar.end === 'complete' && tar.members.at(-1)?.name === manifestMember
  // A run that is going, or was killed, leaves a tar without its end; only an ended run promises one.
  const promised = run.record.state !== 'interrupted' && run.record.endedAt !== undefined
  if (!promised) tell('RUN_INCOMPLETE', run.folder, `the run is ${run.record.state}; it wrote no end`, false)
  if (tar.end === 'damaged') tell('ARCHIVE_DAMAGED', archiveName, `the member header at byte ${tar.at} is not valid`)
  else if (!ended)
    tell(promised ? 'ARCHIVE_CUT' : 'ARCHIVE_UNFINISHED', archiveName, `it ends at byte ${tar.at} without its manifest`, promised)

  const entries = entriesOf(run, tell, promised)
  const places = new Map(tar.members.map((member) => [member.offset, member]))
  for (const entry of entries) {
    if (entry.place === 'file') verifyFile(run.folder, entry, tell)
    else await verifyArchived(source, entry, places.get(entry.offset), tell)
  }
  return { folder: run.folder, checked: entries.length, findings }
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

async function verifyArchived(
  source: ByteSource,
  entry: Extract<ManifestEntry, { place: 'archive' }>,
  member: { readonly name: string; readonly length: number } | undefined,
  tell: Tell,
): Promise<void> {
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
