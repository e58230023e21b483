// A run on disk: run.json (what it is), journal.ndjson (what happened), its tars, and the report. Spec: docs/formats/run.md.
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Fault, reasonOfError } from '#core/base/fault'
import { foldRun, hasEnded, type RunRecord } from '#core/run/run'
import { RunEvent } from '#core/run/run-event'
import { guarded } from '../archive/archive-parts.ts'
import { wholeLines } from '../archive/line-file.ts'
import { type Disk, jsonBytes, orClose, writeAtomic } from '../disk/disk.ts'
import { ifThere } from '../disk/if-there.ts'
import { type Journal, journalFile, openJournal } from './journal.ts'

export { type Journal, journalFile } from './journal.ts'
export const runFile = 'run.json'
export const runFormat = 'scenewright.run'
export const runFormatVersion = 2

/** Makes the folder and its first two files. Throws when the folder is there already: a run never writes over another. */
export async function createRunFolder(disk: Disk, folder: string, first: Extract<RunEvent, { type: 'runQueued' }>): Promise<Journal> {
  return guarded(folder, async () => {
    await disk.makeFolder(folder)
    const { type: _type, seq: _seq, at, ...facts } = first
    const record = { format: runFormat, version: runFormatVersion, queuedAt: new Date(at).toISOString(), ...facts }
    await writeAtomic(disk, join(folder, runFile), jsonBytes(record))
    const journal = await openJournal(disk, folder, 0)
    return orClose(journal, async () => {
      await journal.append(first)
      await disk.syncFolder(folder)
      await disk.syncFolder(dirname(folder))
      return journal
    })
  })
}

export type StoredRun = {
  readonly record: RunRecord
  readonly events: readonly RunEvent[]
  readonly problems: readonly string[]
  /** Bytes of the journal that are whole lines: where it goes on. */
  readonly journalLength: number
}

/**
 * Reads a run folder. A journal whose end was cut is read up to there. A run that was going when its engine went is told as
 * interrupted: nothing is changed on disk. Throws RUN_FOLDER_EXPECTED when it is no run folder, RUN_TOO_NEW when a later version wrote it.
 */
export async function readRunFolder(folder: string): Promise<StoredRun> {
  await checkVersion(folder)
  const bytes = await readFile(join(folder, journalFile)).catch((error: NodeJS.ErrnoException) => {
    throw new Fault(
      'RUN_FOLDER_EXPECTED',
      { path: folder, reason: error.code === 'ENOENT' ? `it has no ${journalFile}` : reasonOfError(error) },
      error,
    )
  })
  const { events, problem, length } = eventsFromJournal(bytes)
  if (events.length === 0) throw new Fault('RUN_FOLDER_EXPECTED', { path: folder, reason: problem ?? `${journalFile} is empty` })
  let record: RunRecord | undefined
  for (const event of events) record = foldRun(record, event)
  if (!record) throw new Fault('RUN_FOLDER_EXPECTED', { path: folder, reason: `${journalFile} is empty` })
  const rests = hasEnded(record.state) || record.state === 'paused' || record.state === 'queued'
  const told = rests ? record : { ...record, state: 'interrupted' as const, endedAt: events.at(-1)!.at }
  return { record: told, events, problems: problem === undefined ? [] : [problem], journalLength: length }
}

async function checkVersion(folder: string): Promise<void> {
  const text = await ifThere(readFile(join(folder, runFile), 'utf8')).catch((error: unknown) => {
    throw new Fault('RUN_FOLDER_EXPECTED', { path: folder, reason: reasonOfError(error) }, error)
  })
  // The journal alone is enough to tell a run; what run.json adds is the promise of its version.
  const found = text === undefined ? undefined : /"version"\s*:\s*(\d+)/.exec(text)?.[1]
  if (found !== undefined && Number(found) > runFormatVersion)
    throw new Fault('RUN_TOO_NEW', { path: folder, version: Number(found), known: runFormatVersion })
}

/** Parses journal lines up to the first that is not whole. */
export function eventsFromJournal(journal: Uint8Array | string): {
  readonly events: RunEvent[]
  readonly problem: string | undefined
  readonly length: number
} {
  const bytes = typeof journal === 'string' ? new TextEncoder().encode(journal) : journal
  const events: RunEvent[] = []
  let length = 0
  for (const [index, { text, end }] of wholeLines(bytes).entries()) {
    const event = eventFromLine(text)
    if (typeof event === 'string') return { events, problem: `${journalFile} line ${index + 1}: ${event}`, length }
    if (events.length === 0 && event.type !== 'runQueued')
      return { events, problem: `${journalFile} does not begin with runQueued`, length }
    events.push(event)
    length = end
  }
  const cut = length < bytes.length
  return { events, problem: cut ? `${journalFile} line ${events.length + 1} has no end` : undefined, length }
}

function eventFromLine(line: string): RunEvent | string {
  try {
    const parsed = RunEvent.safeParse(JSON.parse(line))
    return parsed.success ? parsed.data : `${parsed.error.issues[0]?.path.join('.')}: ${parsed.error.issues[0]?.message}`
  } catch (error) {
    return reasonOfError(error)
  }
}
