// Turns a run of My3DIS into an indexed run folder of ours: every frame is one range read, and everything is held against the source afterwards.
import { createHash, randomUUID } from 'node:crypto'
import { rmdir } from 'node:fs/promises'
import { dirname, resolve, sep } from 'node:path'
import { artifactName } from '#core/archive/manifest'
import { canonicalJson } from '#core/base/canonical-json'
import { Fault } from '#core/base/fault'
import type { RunEvent, RunHappening } from '#core/run/run-event'
import type { MaskStage, RunReader } from '#core/run/run-reader'
import { guarded } from '../../archive/archive-parts.ts'
import { openRunArchive, type RunArchive } from '../../archive/run-archive.ts'
import type { StageWriter } from '../../archive/stage-writer.ts'
import { realDisk } from '../../disk/disk.ts'
import { createExportFolder } from '../../export/export-folder.ts'
import { openOwnReader } from '../../runs/own-reader.ts'
import { createRunFolder, type Journal } from '../../runs/run-folder.ts'
import { checkRepacked, type Checked, type MaskPlace, readPlace } from './repack-check.ts'
import { findingsFromRepairs, groupFindings, type RepackFinding, unreadable } from './repack-finding.ts'
import { htmlFromRepackReport, repackReport, type RepackResult } from './repack-report.ts'
import { type OpenedMy3dis, openMy3dis, type OpenMy3disOptions } from '../my3dis-run.ts'

export type RepackRequest = OpenMy3disOptions & {
  /** The new run folder; must not be there yet, nor lie inside of the source. */
  readonly out: string
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: (done: number, total: number) => void
}

const maskStages: readonly MaskStage[] = ['ssam', 'filter', 'tracker']
const json = { mediaType: 'application/json' } as const

/**
 * The source is only read, pictures stay where they are. What cannot be read is a finding, and the rest is written. Throws EXPORT_EXISTS,
 * EXPORT_EMPTY when no mask can be read, REPACK_DIFFERS, MY3DIS_UNRECOGNISED, USAGE for a place inside of the source, CANCELLED, DISK_FULL,
 * FOLDER_NOT_WRITABLE; nothing is left behind then.
 */
export async function repackMy3dis({ out: given, signal, onProgress, ...source }: RepackRequest): Promise<RepackResult> {
  const out = resolve(given)
  const path = resolve(source.path)
  if (`${out}${sep}`.startsWith(`${path}${sep}`))
    throw new Fault('USAGE', { reason: `${out} lies inside of the run, which is never written to` })
  const opened = await openMy3dis({ ...source, path })
  try {
    return await guarded(out, async () => {
      const folder = await createExportFolder(out)
      try {
        // A run folder is only ever made where nothing is.
        await rmdir(folder.path)
        const result = await repackInto(folder.path, { ...source, path, opened, out, signal, onProgress })
        await folder.finish()
        return result
      } finally {
        await folder.discard()
      }
    })
  } finally {
    await opened.reader.close()
  }
}

type Work = Omit<RepackRequest, 'out'> & { readonly opened: OpenedMy3dis; readonly out: string }

async function repackInto(folder: string, work: Work): Promise<RepackResult> {
  const { opened, out } = work
  const runId = randomUUID().slice(0, 13)
  const [queued, ...told] = opened.events
  if (queued?.type !== 'runQueued') throw new RangeError('the events of a run begin with runQueued')
  const first = { ...queued, runId, config: { ...queued.config, output: dirname(out) } }
  const journal = await createRunFolder(realDisk, folder, first)
  const open: { close(): Promise<void> }[] = [journal]
  try {
    const archive = await openRunArchive(realDisk, folder, [...maskStages, 'report'])
    open.unshift(archive)
    const written = await writeStages(archive, told, work)
    const checked = await checkAgainstSource(folder, written.places, work)
    const findings = groupFindings([...written.findings, ...findingsFromRepairs(await opened.problems(), written.findings)])
    const { masks, tracks } = written
    const result = { out, runId, generation: opened.description.generation, masks, tracks, checked, findings }
    await writeReport(archive, result, work)
    await tellAll(journal, eventsOfRepacked(told, result, opened.description.path), queued.at)
    return result
  } finally {
    for (const one of open) await one.close()
  }
}

type Written = {
  /** Those that were written. */
  readonly places: readonly MaskPlace[]
  readonly masks: Record<MaskStage, number>
  readonly tracks: number
  readonly findings: readonly RepackFinding[]
}

async function writeStages(archive: RunArchive, told: readonly RunEvent[], work: Work): Promise<Written> {
  const { reader } = work.opened
  // Level by level and frame by frame, as chunks hold them: each is unpacked once.
  const wanted = (await reader.places()).flatMap(({ stage, level, frameIndices }) =>
    frameIndices.map((frameIndex): MaskPlace => ({ stage, level, frameIndex })),
  )
  const written = { places: [] as MaskPlace[], masks: { ssam: 0, filter: 0, tracker: 0 }, tracks: 0, findings: [] as RepackFinding[] }
  let done = 0
  for (const stage of maskStages) {
    const finished = told.find((event) => event.type === 'stageFinished' && event.stage === stage)
    const own = wanted.filter((place) => place.stage === stage)
    if (finished === undefined && own.length === 0) continue
    const keys = keysOf(work, stage)
    const writer = await archive.begin(stage, createHash('sha256').update(canonicalJson(keys)).digest('hex'))
    for (const place of own) {
      if (work.signal?.aborted) throw new Fault('CANCELLED')
      const frame = await readPlace(reader, place).catch(unreadable(place, written.findings))
      if (frame) {
        const counts = { masks: frame.masks.masks.length }
        await writer.append({ name: artifactName(stage, 'masks', place), kind: 'masks', ...place, ...json, counts, bytes: frame.bytes })
        written.places.push(place)
        written.masks[stage] += counts.masks
      }
      work.onProgress?.(++done, wanted.length * 2)
    }
    if (stage === 'tracker') written.tracks = await writeTracks(reader, writer, written.findings)
    const durationMs = finished?.type === 'stageFinished' ? finished.durationMs : 0
    await writer.finish({ keys, counts: countsOf(stage, written), backend: undefined, durationMs })
  }
  if (written.places.length === 0) throw new Fault('EXPORT_EMPTY', { what: 'masks that can be read' })
  return written
}

async function writeTracks(reader: RunReader, writer: StageWriter, findings: RepackFinding[]): Promise<number> {
  const list = await reader.tracks().catch(unreadable({ stage: 'tracker', level: undefined, frameIndex: undefined }, findings))
  if (!list) return 0
  const bytes = new TextEncoder().encode(JSON.stringify(list))
  const counts = { tracks: list.tracks.length }
  await writer.append({ name: artifactName('tracker', 'tracks'), stage: 'tracker', kind: 'tracks', ...json, counts, bytes })
  return list.tracks.length
}

/** What the result depends on; never equal to what a stage of ours is computed from, so it is never taken over for one. */
function keysOf({ opened: { description } }: Work, stage: string) {
  return [
    { key: 'repacked from', value: description.path },
    { key: 'format', value: `My3DIS ${description.generation ?? ''}`.trim() },
    { key: 'stage', value: stage },
  ]
}

function countsOf(stage: MaskStage, { masks, tracks }: Pick<Written, 'masks' | 'tracks'>): Readonly<Record<string, number>> {
  if (stage === 'ssam') return { candidates: masks.ssam }
  return stage === 'filter' ? { kept: masks.filter } : { tracks }
}

/** Both sides are opened anew: what the first reading kept in memory proves nothing. */
async function checkAgainstSource(folder: string, places: readonly MaskPlace[], work: Work): Promise<Checked> {
  const { path, cacheFolder, framesRoot, signal, onProgress } = work
  const own = await openOwnReader(folder)
  try {
    const source = await openMy3dis({ path, cacheFolder, framesRoot })
    try {
      const step = (done: number) => onProgress?.(places.length + done, places.length * 2)
      return await checkRepacked({ own: own.reader, source: source.reader, places, signal, step })
    } finally {
      await source.reader.close()
    }
  } finally {
    await own.reader.close()
  }
}

async function writeReport(archive: RunArchive, result: RepackResult, work: Work): Promise<void> {
  const keys = keysOf(work, 'report')
  const writer = await archive.begin('report', createHash('sha256').update(canonicalJson(keys)).digest('hex'))
  const text = repackReport(result, work.opened)
  const file = (name: string, mediaType: string, content: string) =>
    writer.addFile({ name, stage: 'report', kind: 'file', mediaType, bytes: new TextEncoder().encode(content) })
  await file('report.md', 'text/markdown', text)
  await file('report.html', 'text/html', htmlFromRepackReport(text))
  await writer.finish({ keys, counts: {}, backend: undefined, durationMs: 0 })
}

/** What was told of the source, with the counts of what was written, and what could not be read; the report is the one of the repacking. */
function eventsOfRepacked(told: readonly RunEvent[], result: RepackResult, source: string): (RunHappening & { readonly at: number })[] {
  const end = told.at(-1)
  if (end?.type !== 'runFinished') throw new RangeError('the events of a finished run end with runFinished')
  const before = told.slice(0, -1).flatMap((event) => {
    if (!('stage' in event) || event.stage === undefined) return [event]
    if (event.stage === 'report') return []
    const stage = maskStages.find((one) => one === event.stage)
    return [event.type === 'stageFinished' && stage ? { ...event, counts: countsOf(stage, result) } : event]
  })
  const { at } = end
  // What was found when the source was opened is a warning already.
  const isTold = (reason: string) => before.some((event) => event.type === 'warningRaised' && event.message === reason)
  const untold = result.findings.filter(({ reason }) => !isTold(reason))
  const warnings = untold.map((finding) => ({
    type: 'warningRaised' as const,
    at,
    stage: finding.stage,
    code: finding.code,
    title: 'A part of the run could not be repacked',
    message: finding.reason,
    remedy: `It is not in this run folder. The source is as it was: ${source}`,
  }))
  return [
    ...before,
    { type: 'stageStarted', at, stage: 'report', total: 1, unit: 'parts', generation: 0 },
    { type: 'stageProgressed', at, stage: 'report', done: 1, total: 1 },
    { type: 'stageFinished', at, stage: 'report', state: 'succeeded', durationMs: 0, counts: {} },
    ...warnings,
    {
      type: 'logWritten',
      at,
      source: 'repack',
      severity: 'info',
      text: `Repacked from ${source}; ${result.checked.masks} masks were compared.`,
    },
    { ...end, state: result.findings.length > 0 ? 'interrupted' : end.state },
  ]
}

async function tellAll(journal: Journal, happenings: readonly (RunHappening & { readonly at: number })[], queuedAt: number): Promise<void> {
  for (const [i, happening] of happenings.entries())
    await journal.append({ ...happening, seq: i + 2, at: Math.max(queuedAt, happening.at) } as RunEvent)
}
