// Power cuts replayed: the trace of some runs is recorded once, and every crash state made of it is held against what had been promised.
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type EngineClient, faultFromCall } from '#api/client'
import { recoverRun } from '../archive/recover.ts'
import { resultHash } from '../archive/result-hash.ts'
import type { FakeWork } from '../fake-worker.ts'
import { openRunFolder } from '../runs/open-run-folder.ts'
import { type Disk, realDisk } from './disk.ts'
import { type DrillPlace, finishRun, restOf, within } from './drill-fixture.ts'
import { recordingDisk, type Trace } from './recording-disk.ts'
import type { Random } from './seeded-random.ts'
import { type RunPromise, promisesAt } from './trace-promises.ts'
import { crashState, type Mood, moods, writeTree } from './trace-replay.ts'

const stages = ['ssam', 'filter', 'tracker', 'report']
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

export type Recording = { readonly trace: Trace; readonly hash: string }

/**
 * A run that is paused in its tracker and continued, begun again from its filter, and taken over by a second run: all ways in which files of a
 * run are written. Units take `unitMs` each, so that some commits are synced and some are not.
 */
export async function recordRuns(place: DrillPlace, unitMs = 90, base: Disk = realDisk): Promise<Recording> {
  const folder = await mkdtemp(join(place.folder, 'recorded-'))
  const output = join(folder, 'out')
  await mkdir(output)
  const disk = recordingDisk(base, output)
  const inTracker = Promise.withResolvers<void>()
  const before: FakeWork['before'] = async ({ stage }, unit) => {
    await pause(unitMs)
    if (stage === 'tracker' && unit >= 3) inTracker.resolve()
  }
  const engine = await place.engine(join(folder, 'state'), disk, { before })
  try {
    const { client } = engine
    const { runId } = await client.call.runs.start(place.config(output))
    await inTracker.promise
    await client.call.runs.pause({ runId, mode: 'afterFrame' })
    await finishRun(client, runId)
    await client.call.runs.retry({ runId, stage: 'filter' })
    const { folder: first } = await succeeded(client, runId)
    const second = await client.call.runs.start(place.config(output))
    const { folder: other } = await succeeded(client, second.runId)
    const hash = await resultHash(first)
    if ((await resultHash(other)) !== hash) throw new Error('the run that took over found something else')
    return { trace: disk.trace, hash }
  } finally {
    await engine.close()
  }
}

async function succeeded(client: EngineClient, runId: string) {
  const summary = await restOf(client, runId)
  if (summary.state !== 'succeeded') throw new Error(`a recorded run is ${summary.state}: ${JSON.stringify(summary.fault)}`)
  return summary
}

export type CrashDrill = { readonly moment: number; readonly mood: Mood; readonly violations: readonly string[] }

/** One crash state at a random moment. With `goOn` a new engine finishes each run that is there. */
export async function drillCrash(place: DrillPlace, { trace, hash }: Recording, random: Random, goOn: boolean): Promise<CrashDrill> {
  const moment = random.below(trace.moments + 1)
  const mood = random.chance(0.6) ? 'mixed' : random.pick(moods)
  const folder = await mkdtemp(join(place.folder, 'crash-'))
  const output = join(folder, 'out')
  await mkdir(output)
  try {
    writeTree(output, crashState(trace, moment, mood, random))
    const promises = promisesAt(trace, moment)
    const violations: string[] = []
    for (const name of new Set([...promises.keys(), ...(await readdir(output))])) {
      const promised = promises.get(name) ?? { stages: new Map(), seq: 0 }
      const found = await readingViolations(join(output, name), promised)
      violations.push(...found.map((text) => `reading ${name}: ${text}`))
    }
    if (goOn && violations.length === 0) violations.push(...(await goingOnViolations(place, folder, hash, promises)))
    return { moment, mood, violations }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function readingViolations(folder: string, promised: RunPromise): Promise<string[]> {
  const found: string[] = []
  const opened = await openRunFolder(folder).catch(faultFromCall)
  if ('code' in opened) {
    if (opened.code !== 'RUN_FOLDER_EXPECTED' && opened.code !== 'ARCHIVE_TRUNCATED') found.push(`unclear fault: ${opened.message}`)
    if (promised.seq > 0 || promised.stages.size > 0) found.push(`it cannot be opened: ${opened.message}`)
    if (promised.stages.size === 0) return found
  } else if (opened.record.seq < promised.seq) found.push(`events up to ${promised.seq} were told, ${opened.record.seq} are there`)
  const { finished, point, entries } = await recoverRun(folder, stages)
  for (const [stage, position] of promised.stages) {
    const reached = finished.some((record) => record.stage === stage)
      ? Number.POSITIVE_INFINITY
      : point?.stage === stage
        ? point.position
        : 0
    if (reached < position) found.push(`${stage} was committed up to ${position}, and is at ${reached}`)
    if (Number.isFinite(reached) && entries.filter((entry) => entry.stage === stage).length < reached) found.push(`${stage} lacks lines`)
  }
  for (const [i, entry] of entries.entries()) {
    if (entry.seq !== i + 1) found.push(`line ${i + 1} of the manifest has the number ${entry.seq}`)
    const bytes = 'code' in opened ? undefined : await opened.readArtifact(entry).catch(() => undefined)
    if (!bytes || createHash('sha256').update(bytes).digest('hex') !== entry.sha256) found.push(`${entry.name} is committed and not whole`)
  }
  if (!('code' in opened)) await opened.close()
  return found
}

async function goingOnViolations(
  place: DrillPlace,
  folder: string,
  expected: string,
  promises: ReadonlyMap<string, RunPromise>,
): Promise<string[]> {
  const found: string[] = []
  const output = join(folder, 'out')
  const engine = await place.engine(join(folder, 'state'))
  try {
    for (const name of await readdir(output)) {
      const opened = await openRunFolder(join(output, name)).catch(faultFromCall)
      if (!('code' in opened)) await opened.close()
      // A run that nobody was told of may be lost.
      else if ((promises.get(name)?.seq ?? 0) === 0) continue
      const { runId } = await engine.client.call.runs.open({ path: join(output, name) })
      const hash = await within(20_000, 'going on', finishRun(engine.client, runId))
      if (hash !== expected) found.push(`${name}: the result differs from the undisturbed one`)
    }
  } catch (error) {
    const { code, params, message } = faultFromCall(error)
    found.push(`going on: ${code} ${JSON.stringify(params)} ${message}`)
  } finally {
    await engine.close()
  }
  return found
}
