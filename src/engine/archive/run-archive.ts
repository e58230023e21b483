// Writes what a run finds: stage after stage, each into a tar of its own, with a commit after each frame from which it can go on.
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { lineFromEntry, type ManifestEntry } from '#core/archive/manifest'
import { reasonOfError } from '#core/base/fault'
import { type ArchiveParts, guarded, makeFolder, type NewEntry } from './archive-parts.ts'
import { type Disk, jsonBytes, writeAtomic } from '../disk/disk.ts'
import { ifThere } from '../disk/if-there.ts'
import { type LineFile, openLines } from './line-file.ts'
import { type Recovered, recoverRun } from './recover.ts'
import { manifestFile, recordOfStage, type StageRecord, stagesFolder, tarOfStage, workFolder } from './run-files.ts'
import { createStageWriter, type StageWriter } from './stage-writer.ts'
import { type TakenOver, takeOver } from './take-over.ts'

export type RunArchive = {
  /** Newest entry of each name; grows while the run goes on. */
  readonly entries: ReadonlyMap<string, ManifestEntry>
  readonly finished: ReadonlyMap<string, StageRecord>
  /** The stage in progress: what it was begun with, and how far it is committed. */
  readonly point: { readonly stage: string; readonly fingerprint: string; readonly position: number } | undefined
  /** Artifacts of that stage that were found but not believed. */
  readonly doubted: number
  /** The next stage's writer. It goes on at `resume` when the stage was begun earlier with the same fingerprint, else from the start. */
  begin(stage: string, fingerprint: string): Promise<StageWriter>
  /**
   * Takes the result of a finished stage over from another run folder: links or copies, never moves. `refused` says why it could not; then
   * nothing of it stays, and the stage can begin.
   */
  adopt(record: StageRecord, from: { readonly runId: string; readonly folder: string }): Promise<TakenOver | { readonly refused: string }>
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
    if (await ifThere(stat(join(folder, stagesFolder)))) await disk.syncFolder(join(folder, stagesFolder))
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
  // The end of one stage is still being written while the next one works.
  const writers: StageWriter[] = []
  let begun = false
  let closed = false
  let ended: Promise<unknown> = Promise.resolve()
  const noteAll = async (added: readonly NewEntry[]) => {
    const numbered = added.map((entry, i): ManifestEntry => ({ ...entry, seq: counter.seq + 1 + i }))
    await manifest.append(numbered.map(lineFromEntry).join(''))
    counter.seq += numbered.length
    for (const entry of numbered) entries.set(entry.name, entry)
    return numbered
  }
  const note = async (entry: NewEntry) => (await noteAll([entry]))[0]!
  const finish = async (record: StageRecord): Promise<StageRecord> => {
    await manifest.sync()
    await makeFolder(disk, folder, stagesFolder)
    await writeAtomic(disk, join(folder, stagesFolder, recordOfStage(record.stage)), jsonBytes(record))
    finished.set(record.stage, record)
    return record
  }
  // Begun with other settings or code: nothing of it may stay.
  const startAnew = async () => {
    const kept = recovered.finished.at(-1)?.manifest ?? { end: 0, seq: 0 }
    const { stage } = recovered.point!
    for (const entry of recovered.entries) if (entry.stage === stage) entries.delete(entry.name)
    await manifest.cut(kept.end)
    counter.seq = kept.seq
    await disk.remove(join(folder, tarOfStage(stage)))
    await disk.remove(join(folder, workFolder, stage))
  }
  const adopt: RunArchive['adopt'] = async (record, from) => {
    const before = { length: manifest.length, seq: counter.seq }
    const made = [join(folder, stagesFolder, recordOfStage(record.stage))]
    try {
      return await takeOver(shared, record, from, (path) => made.push(path))
    } catch (error) {
      // What is computed instead must find its place free, and must never write into bytes that are the other run's too.
      for (const path of made) await disk.remove(path)
      for (const entry of [...entries.values()]) if (entry.seq > before.seq) entries.delete(entry.name)
      finished.delete(record.stage)
      await manifest.cut(before.length)
      counter.seq = before.seq
      return { refused: reasonOfError(error) }
    }
  }
  const shared: ArchiveParts = { disk, folder, manifest, counter, note, noteAll, finish }
  return {
    entries,
    finished,
    point: recovered.point,
    doubted: recovered.doubted,
    begin: (stage, fingerprint) =>
      guarded(folder, async () => {
        const found = recovered.point?.stage === stage && !begun ? recovered.point : undefined
        begun = true
        const point = found?.fingerprint === fingerprint ? found : undefined
        if (found && !point) await startAnew()
        const own = point ? recovered.entries.filter((entry) => entry.stage === stage) : []
        const manifestStart = point ? (recovered.finished.at(-1)?.manifest.end ?? 0) : manifest.length
        const before = ended
        const writer = await createStageWriter(shared, stage, fingerprint, point, { manifestStart, entries: own, ended: before })
        writers.push(writer)
        const finish: StageWriter['finish'] = (result) => {
          const end = writer.finish(result)
          ended = Promise.all([before, end])
          // Told to whoever finishes the stage; here it only waits for the next commit that is to be sure.
          ended.catch(() => {})
          return end
        }
        return { ...writer, finish }
      }),
    adopt: (record, from) =>
      guarded(folder, async () => {
        await ended
        return adopt(record, from)
      }),
    close: () =>
      guarded(folder, async () => {
        for (const writer of writers.splice(0)) await writer.close()
        if (!closed) await manifest.close()
        closed = true
      }),
  }
}
