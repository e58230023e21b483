// What kind of run a folder holds: one of ours, one of My3DIS, one that is not whole, or none.
import { lstat, readdir, readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { z } from 'zod'
import type { RunSummary } from '#api/api'
import { Fault, reasonOfError } from '#core/base/fault'
import { journalFile, readRunFolder, runFile, runFormat } from '../runs/run-folder.ts'
import { foreignManifest, isForeignManifest, readForeignRun } from './foreign-run.ts'
import { notesFile, type RunNotes, readNotes } from './run-notes.ts'
import { asIncomplete, idOfFolder, partialSummary, summaryFromRecord } from './run-summary.ts'

export type FoundRun = {
  readonly summary: RunSummary
  readonly notes: RunNotes | undefined
  /** What could not be read beside the run itself. */
  readonly problem: string | undefined
}

/** Undefined when the folder holds no run. Throws what the system says when it cannot be read at all. */
export async function readAnyRun(folder: string): Promise<FoundRun | undefined> {
  const names = await readdir(folder)
  const summary =
    names.includes(journalFile) || names.includes(runFile)
      ? ((await readOwnRun(folder)) ?? (await readForeignRun(folder, names))?.run)
      : (await readForeignRun(folder, names))?.run
  if (!summary) return undefined
  try {
    return { summary, notes: await readNotes(folder), problem: undefined }
  } catch (error) {
    return { summary, notes: undefined, problem: `${notesFile}: ${reasonOfError(error)}` }
  }
}

/** Undefined when neither file is of our making. */
async function readOwnRun(folder: string): Promise<RunSummary | undefined> {
  try {
    return summaryFromRecord((await readRunFolder(folder)).record, folder)
  } catch (error) {
    const known = await readRunFile(folder)
    if (known === 'foreign') return undefined
    const reason = error instanceof Fault ? String(error.params.reason ?? error.message) : reasonOfError(error)
    return asIncomplete(known, reason)
  }
}

const RunFile = z.object({
  format: z.literal(runFormat),
  runId: z.string().min(1),
  name: z.string().catch(''),
  queuedAt: z.string().catch(''),
  scene: z.object({ name: z.string().catch('') }).catch({ name: '' }),
  config: z.object({ scene: z.string().catch(''), levels: z.array(z.number().int()).catch([]) }).catch({ scene: '', levels: [] }),
  frameIndices: z.array(z.number()).catch([]),
})

/** What run.json tells of a run whose journal does not; 'foreign' when it is the file of some other program. */
async function readRunFile(folder: string): Promise<RunSummary | 'foreign'> {
  const path = join(folder, runFile)
  const nothing = async () =>
    partialSummary({
      id: idOfFolder(folder),
      name: basename(folder),
      state: 'incomplete',
      folder,
      queuedAt: Math.round((await stat(folder)).mtimeMs),
    })
  const text = await readFile(path, 'utf8').catch(() => undefined)
  if (text === undefined) return nothing()
  const value = parsedOrUndefined(text)
  if (value === undefined) return nothing()
  const parsed = RunFile.safeParse(value)
  if (!parsed.success) return hasOwnFormat(value) ? nothing() : 'foreign'
  const { runId, name, queuedAt, scene, config, frameIndices } = parsed.data
  return partialSummary({
    id: runId,
    name: name || basename(folder),
    state: 'incomplete',
    folder,
    sceneName: scene.name,
    scenePath: config.scene,
    levels: config.levels,
    frameCount: frameIndices.length,
    queuedAt: Number.isNaN(Date.parse(queuedAt)) ? 0 : Date.parse(queuedAt),
  })
}

function hasOwnFormat(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'format' in value && value.format === runFormat
}

function parsedOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * Why the folder may not be deleted as a run, or undefined. Stricter than finding: only a file that says what it is counts, never
 * folder names.
 */
export async function reasonAgainstRemoval(folder: string): Promise<string | undefined> {
  if ((await lstat(folder)).isSymbolicLink()) return 'it is a link'
  if (hasOwnFormat(await jsonOf(join(folder, runFile)))) return undefined
  if (isForeignManifest(await jsonOf(join(folder, foreignManifest)))) return undefined
  const journal = await readFile(join(folder, journalFile), 'utf8').catch(() => '')
  if (/^\{[^\n]*"type":"runQueued"/.test(journal)) return undefined
  return `it has no ${runFile} and no ${foreignManifest} of a run`
}

/** Undefined when the file is not there or holds no JSON. */
export async function jsonOf(path: string): Promise<unknown> {
  return parsedOrUndefined(await readFile(path, 'utf8').catch(() => ''))
}
