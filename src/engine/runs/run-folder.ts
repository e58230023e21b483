// A run on disk: run.json (what it is), journal.ndjson (what happened), the archive, and the report. Spec: docs/formats/run.md.
import { type FileHandle, mkdir, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import { Fault, reasonOfError } from '#core/base/fault'
import { foldRun, hasEnded, type RunRecord } from '#core/run/run'
import { RunEvent } from '#core/run/run-event'

export const runFile = 'run.json'
export const journalFile = 'journal.ndjson'
export const runFormat = 'scenewright.run'
export const runFormatVersion = 1

export type Journal = {
  /** Appends one event; resolves when the system has it. Calls are carried out in order. */
  append(event: RunEvent): Promise<void>
  close(): Promise<void>
}

/** Makes the folder and its first two files. Throws when the folder is there already: a run never writes over another. */
export async function createRunFolder(folder: string, first: Extract<RunEvent, { type: 'runQueued' }>): Promise<Journal> {
  await mkdir(folder, { recursive: false }).catch((error: unknown) => {
    throw new Fault('FOLDER_NOT_WRITABLE', { path: folder, reason: reasonOfError(error) }, error)
  })
  const { runId, name, config, scene, frameIndices, frameNames, appVersion, buildId, at } = first
  const record = {
    format: runFormat,
    version: runFormatVersion,
    runId,
    name,
    queuedAt: new Date(at).toISOString(),
    appVersion,
    buildId,
    config,
    scene,
    frameIndices,
    frameNames,
  }
  await writeFileAtomic(join(folder, runFile), `${JSON.stringify(record, undefined, 2)}\n`)
  return openJournal(await open(join(folder, journalFile), 'ax'))
}

function openJournal(file: FileHandle): Journal {
  let last: Promise<unknown> = Promise.resolve()
  return {
    append: (event) => {
      const next = last.then(() => file.appendFile(`${JSON.stringify(event)}\n`))
      last = next.catch(() => {})
      return next
    },
    close: () => last.then(() => file.close()),
  }
}

export type StoredRun = { readonly record: RunRecord; readonly events: readonly RunEvent[]; readonly problems: readonly string[] }

/**
 * Reads a run folder. A journal whose end was cut is read up to there. A run that was going when its engine went is told as
 * interrupted: nothing is changed on disk. Throws RUN_FOLDER_EXPECTED when it is no run folder.
 */
export async function readRunFolder(folder: string): Promise<StoredRun> {
  const text = await readFile(join(folder, journalFile), 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new Fault(
      'RUN_FOLDER_EXPECTED',
      { path: folder, reason: error.code === 'ENOENT' ? `it has no ${journalFile}` : reasonOfError(error) },
      error,
    )
  })
  const { events, problem } = eventsFromJournal(text)
  if (events.length === 0) throw new Fault('RUN_FOLDER_EXPECTED', { path: folder, reason: problem ?? `${journalFile} is empty` })
  let record: RunRecord | undefined
  for (const event of events) record = foldRun(record, event)
  if (!record) throw new Fault('RUN_FOLDER_EXPECTED', { path: folder, reason: `${journalFile} is empty` })
  const interrupted = hasEnded(record.state) ? record : { ...record, state: 'interrupted' as const, endedAt: events.at(-1)!.at }
  return { record: interrupted, events, problems: problem === undefined ? [] : [problem] }
}

/** Parses journal lines up to the first that is not whole. */
export function eventsFromJournal(text: string): { readonly events: RunEvent[]; readonly problem: string | undefined } {
  const events: RunEvent[] = []
  const lines = text.split('\n')
  for (const [index, line] of lines.entries()) {
    if (line === '' && index === lines.length - 1) break
    const event = eventFromLine(line)
    if (typeof event === 'string') return { events, problem: `${journalFile} line ${index + 1}: ${event}` }
    if (events.length === 0 && event.type !== 'runQueued') return { events, problem: `${journalFile} does not begin with runQueued` }
    events.push(event)
  }
  return { events, problem: undefined }
}

function eventFromLine(line: string): RunEvent | string {
  try {
    const parsed = RunEvent.safeParse(JSON.parse(line))
    return parsed.success ? parsed.data : `${parsed.error.issues[0]?.path.join('.')}: ${parsed.error.issues[0]?.message}`
  } catch (error) {
    return reasonOfError(error)
  }
}
