// The runs this machine knows: a small file of summaries that can be rebuilt from the run folders, which stay the truth.
import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import { z } from 'zod'
import { RunSummary } from '#api/api'
import { hasEnded, type RunRecord } from '#core/run/run'
import { journalFile } from './run-folder.ts'

const Entry = z.object({ summary: RunSummary, /** Process of the engine that carries it out. */ ownerPid: z.number().int() })
const ListFile = z.object({ format: z.literal('scenewright.runs'), version: z.literal(1), runs: z.array(Entry) })
type Entry = z.infer<typeof Entry>

export type RunList = {
  /** Newest first. A run whose engine is gone is told as interrupted; one whose folder is gone is left out. */
  list(): Promise<RunSummary[]>
  find(runId: string): Promise<RunSummary | undefined>
  put(summary: RunSummary): Promise<void>
  forget(runId: string): Promise<void>
}

const listFile = 'runs.json'

export function openRunList(stateFolder: string, isAlive: (pid: number) => boolean = isProcessAlive): RunList {
  const path = join(stateFolder, listFile)
  let last: Promise<unknown> = Promise.resolve()

  // Other engines write the same file (a command line run beside a server), so every change starts from what is there now.
  const change = (edit: (runs: Entry[]) => Entry[]): Promise<void> => {
    const next = last.then(async () =>
      writeFileAtomic(path, JSON.stringify({ format: 'scenewright.runs', version: 1, runs: edit(await load(path)) })),
    )
    last = next.catch(() => {})
    return next
  }
  const list = async () => {
    await last
    const entries = await load(path)
    const there = await Promise.all(
      entries.map((entry) =>
        access(join(entry.summary.folder, journalFile)).then(
          () => true,
          () => false,
        ),
      ),
    )
    return entries
      .filter((_, i) => there[i])
      .map(
        ({ summary, ownerPid }): RunSummary =>
          hasEnded(summary.state) || isAlive(ownerPid) ? summary : { ...summary, state: 'interrupted', stage: undefined },
      )
      .sort((a, b) => b.queuedAt - a.queuedAt)
  }
  return {
    list,
    find: async (runId) => (await list()).find((summary) => summary.id === runId),
    put: (summary) => change((runs) => [...runs.filter((entry) => entry.summary.id !== summary.id), { summary, ownerPid: process.pid }]),
    forget: (runId) => change((runs) => runs.filter((entry) => entry.summary.id !== runId)),
  }
}

async function load(path: string): Promise<Entry[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return []
  const parsed = ListFile.safeParse(parseJson(text))
  // Only an index: when it cannot be read the runs are still in their folders, and each can be opened again.
  return parsed.success ? parsed.data.runs : []
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

export function summaryFromRecord(record: RunRecord, folder: string): RunSummary {
  const running = record.stages.find((stage) => stage.state === 'running')
  return {
    id: record.id,
    name: record.name,
    state: record.state,
    folder,
    sceneName: record.scene.name,
    scenePath: record.config.scene,
    frameCount: record.frameIndices.length,
    levels: [...record.config.levels],
    queuedAt: record.queuedAt,
    startedAt: record.startedAt,
    endedAt: record.endedAt,
    stage: running?.id,
    done: running?.done ?? 0,
    total: running?.total ?? 0,
    counts: Object.assign({}, ...record.stages.map((stage) => stage.counts)) as Record<string, number>,
    backends: Object.fromEntries(record.stages.flatMap((stage) => (stage.backend === undefined ? [] : [[stage.id, stage.backend]]))),
    fault: record.fault && { code: record.fault.code, params: { ...record.fault.params } },
    warningCount: record.warnings.length,
  }
}
