// Writes what a run finds: stage after stage, each into a tar of its own, with a commit after each frame from which it can go on.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { lineFromEntry, type ManifestEntry } from '#core/archive/manifest'
import { type ArchiveParts, guarded, makeFolder, type NewEntry } from './archive-parts.ts'
import { type Disk, jsonBytes, writeAtomic } from '../disk/disk.ts'
import { type LineFile, openLines } from './line-file.ts'
import { type Recovered, recoverRun } from './recover.ts'
import { manifestFile, recordOfStage, type StageRecord, stagesFolder, tarOfStage, workFolder } from './run-files.ts'
import { createStageWriter, type StageWriter } from './stage-writer.ts'
import { takeOver } from './take-over.ts'

export type RunArchive = {
  /** Newest entry of each name; grows while the run goes on. */
  readonly entries: ReadonlyMap<string, ManifestEntry>
  readonly finished: ReadonlyMap<string, StageRecord>
  /** The next stage's writer; it goes on at `resume` when that stage was begun earlier. */
  begin(stage: string): Promise<StageWriter>
  /** Takes the result of a finished stage over from another run folder: links or copies, never moves. */
  adopt(record: StageRecord, from: { readonly runId: string; readonly folder: string }): Promise<StageRecord>
  close(): Promise<void>
}

/** Opens the archive of a run folder for going on: what is not committed is cut off. An empty folder is a run that has not begun. */
export async function openRunArchive(disk: Disk, folder: string, stages: readonly string[]): Promise<RunArchive> {
  return guarded(folder, async () => {
    const recovered = await recoverRun(folder, stages)
    await dropAfter(disk, folder, stages, recovered)
    const manifest = await openLines(disk, join(folder, manifestFile), recovered.manifestLength)
    return archiveOn(disk, folder, manifest, recovered)
  })
}

/** Forgets `stage` and all after it, so that they begin anew. Records go first: a crash in between leaves stages that count as not finished. */
export async function forgetStages(disk: Disk, folder: string, stages: readonly string[], stage: string): Promise<void> {
  const from = stages.slice(stages.indexOf(stage))
  await guarded(folder, async () => {
    for (const id of from.toReversed()) await disk.remove(join(folder, stagesFolder, recordOfStage(id)))
    if (await isThere(join(folder, stagesFolder))) await disk.syncFolder(join(folder, stagesFolder))
    await disk.remove(join(folder, workFolder))
  })
}

/** Tars of stages that are neither finished nor in progress, and work left over, would only be in the way. */
async function dropAfter(disk: Disk, folder: string, stages: readonly string[], recovered: Recovered): Promise<void> {
  const kept = recovered.finished.length + (recovered.point ? 1 : 0)
  for (const stage of stages.slice(kept)) {
    await disk.remove(join(folder, stagesFolder, recordOfStage(stage)))
    // Removed, not cut: the bytes may be another run's too, by a link.
    await disk.remove(join(folder, tarOfStage(stage)))
  }
  if (!recovered.point) await disk.remove(join(folder, workFolder))
}

async function archiveOn(disk: Disk, folder: string, manifest: LineFile, recovered: Recovered): Promise<RunArchive> {
  const entries = new Map(recovered.entries.map((entry) => [entry.name, entry]))
  const finished = new Map(recovered.finished.map((record) => [record.stage, record]))
  const counter = { seq: recovered.seq }
  let open: StageWriter | undefined
  const note = async (entry: NewEntry) => {
    const numbered: ManifestEntry = { ...entry, seq: counter.seq + 1 }
    await manifest.append(lineFromEntry(numbered))
    counter.seq += 1
    entries.set(numbered.name, numbered)
    return numbered
  }
  const finish = async (record: StageRecord): Promise<StageRecord> => {
    await manifest.sync()
    await makeFolder(disk, folder, stagesFolder)
    await writeAtomic(disk, join(folder, stagesFolder, recordOfStage(record.stage)), jsonBytes(record))
    finished.set(record.stage, record)
    return record
  }
  const shared: ArchiveParts = { disk, folder, manifest, counter, note, finish }
  return {
    entries,
    finished,
    begin: (stage) =>
      guarded(folder, async () => {
        const point = recovered.point?.stage === stage && open === undefined ? recovered.point : undefined
        const own = point ? recovered.entries.filter((entry) => entry.stage === stage) : []
        const manifestStart = point ? (recovered.finished.at(-1)?.manifest.end ?? 0) : manifest.length
        open = await createStageWriter(shared, stage, point, { manifestStart, entries: own })
        return open
      }),
    adopt: (record, from) => guarded(folder, () => takeOver(shared, record, from)),
    close: () =>
      guarded(folder, async () => {
        await open?.close()
        await manifest.close()
      }),
  }
}

async function isThere(path: string): Promise<boolean> {
  return readFile(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code === 'EISDIR',
  )
}
