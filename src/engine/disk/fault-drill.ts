// One small run on a disk that fails at a chosen act: what is told, what is left, and whether the next engine goes on from it.
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { type EngineClient, faultFromCall } from '#api/client'
import { isDegradedCode } from '#core/base/degraded-table'
import { isFaultCode } from '#core/base/fault'
import { openRunFolder } from '../runs/open-run-folder.ts'
import { resultHash } from '../archive/result-hash.ts'
import { type Disk, realDisk } from './disk.ts'
import { type DrillPlace, finishRun, restOf, within } from './drill-fixture.ts'
import { type FaultPlan, faultyDisk } from './faulty-disk.ts'

/** What is done to the disk that fails; gives the run that is to be gone on with, or undefined when none came to be. */
export type Scenario = {
  readonly name: string
  /** On a healthy disk, before. */
  readonly prepare?: (client: EngineClient, output: string, place: DrillPlace) => Promise<string>
  /** The act is on the run that was prepared. */
  readonly goesOn?: boolean
  readonly act: (client: EngineClient, output: string, place: DrillPlace, prepared: string | undefined) => Promise<string>
}

export type FaultDrill = {
  /** `refused`: there was no run; `failed`: it ended so; `passed`: it succeeded although an act failed; `untouched`: no act failed. */
  readonly end: 'refused' | 'failed' | 'passed' | 'untouched'
  /** Codes of the fault and of warnings. */
  readonly told: readonly string[]
  /** In words; empty when all is as promised. */
  readonly violations: readonly string[]
}

export const freshRun: Scenario = {
  name: 'a run',
  act: async (client, output, place) => (await client.call.runs.start(place.config(output))).runId,
}

/** Begins again from its tracker what has succeeded. */
export const retriedRun: Scenario = {
  name: 'a run from a stage on',
  goesOn: true,
  prepare: startAndEnd,
  act: async (client, _output, _place, prepared) => {
    await client.call.runs.retry({ runId: prepared!, stage: 'tracker' })
    return prepared!
  },
}

/** Takes all of it over from an earlier run. */
export const reusingRun: Scenario = { name: 'a run that takes over', prepare: startAndEnd, act: freshRun.act }

async function startAndEnd(client: EngineClient, output: string, place: DrillPlace): Promise<string> {
  const { runId } = await client.call.runs.start(place.config(output))
  await restOf(client, runId)
  return runId
}

const hangsAfterMs = 20_000
/** What a disk may be blamed with. Each has to name a path. */
const clearCodes: ReadonlySet<string> = new Set(['DISK_FULL', 'FOLDER_NOT_WRITABLE'])

/** How many acts the scenario takes on a healthy disk, and the hash of what it finds. */
export async function measure(
  place: DrillPlace,
  scenario: Scenario,
  base: Disk = realDisk,
): Promise<{ readonly acts: number; readonly hash: string }> {
  const disk = faultyDisk(base)
  const { hash } = await inFolders(place, async (state, output) => {
    const prepared = await prepare(place, scenario, state, output)
    const engine = await place.engine(state, disk)
    const runId = await scenario.act(engine.client, output, place, prepared)
    const { state: end, folder, fault } = await restOf(engine.client, runId)
    await engine.close()
    if (end !== 'succeeded') throw new Error(`${scenario.name} on a healthy disk is ${end}: ${JSON.stringify(fault)}`)
    return { hash: await resultHash(folder) }
  })
  return { acts: disk.acts.length, hash }
}

/** `base`: what is under the faults; a drill of the engine's answers need not wait for a real disk's syncs. */
export async function drillFault(
  place: DrillPlace,
  scenario: Scenario,
  plan: FaultPlan,
  expected: string,
  base: Disk = realDisk,
): Promise<FaultDrill> {
  return inFolders(place, async (state, output) => {
    const prepared = await prepare(place, scenario, state, output)
    const disk = faultyDisk(base, plan)
    const first = await within(hangsAfterMs, 'the run', stretchOn(place, scenario, { state, output, disk, prepared }))
    const told = [...(first.fault ? [first.fault.code] : []), ...first.warnings]
    const end = disk.failed === 0 ? 'untouched' : first.state === 'refused' ? 'refused' : first.fault ? 'failed' : 'passed'
    const left = disk.left.map((path) => `${relative(output, path)} was left open`)
    const violations = [
      ...violationsOf(first, disk.failed),
      ...left,
      ...(await afterwards(place, scenario, { state, output, prepared, runId: first.runId, expected })),
    ]
    return { end, told, violations }
  })
}

type Stretch = {
  readonly runId: string | undefined
  readonly state: string
  readonly fault: { readonly code: string; readonly params: Readonly<Record<string, unknown>> } | undefined
  readonly warnings: readonly string[]
}

async function stretchOn(
  place: DrillPlace,
  scenario: Scenario,
  at: { readonly state: string; readonly output: string; readonly disk: Disk; readonly prepared: string | undefined },
): Promise<Stretch> {
  const engine = await place.engine(at.state, at.disk)
  try {
    let runId: string
    try {
      runId = await scenario.act(engine.client, at.output, place, at.prepared)
    } catch (error) {
      const { code, params } = faultFromCall(error)
      return { runId: scenario.goesOn ? at.prepared : undefined, state: 'refused', fault: { code, params }, warnings: [] }
    }
    const { state, fault, folder } = await restOf(engine.client, runId)
    // Closed first: then the journal is written as far as it can be.
    await engine.close()
    const warnings = await openRunFolder(folder).then(
      async (run) => {
        await run.close()
        return run.record.warnings.map(({ code }) => String(code))
      },
      () => [],
    )
    return { runId, state, fault, warnings }
  } finally {
    await engine.close()
  }
}

function violationsOf({ state, fault, warnings }: Stretch, failed: number): string[] {
  const found: string[] = []
  if (state !== 'succeeded' && state !== 'failed' && state !== 'refused') found.push(`the run rests as ${state}`)
  if (state === 'failed' && !fault) found.push('it failed without a fault')
  if (fault && (!isFaultCode(fault.code) || !clearCodes.has(fault.code)))
    found.push(`unclear fault ${fault.code} ${JSON.stringify(fault.params)}`)
  if (fault && typeof fault.params.path !== 'string') found.push(`fault without a path: ${JSON.stringify(fault)}`)
  for (const code of warnings) if (!isDegradedCode(code)) found.push(`unknown warning ${code}`)
  if (failed === 0 && (fault || state !== 'succeeded')) found.push(`no act failed, and yet it is ${state}`)
  return found
}

/** On a healthy disk again: each folder is read without surprise, the run goes on, or a new one begins where none came to be. */
async function afterwards(
  place: DrillPlace,
  scenario: Scenario,
  at: {
    readonly state: string
    readonly output: string
    readonly prepared: string | undefined
    readonly runId: string | undefined
    readonly expected: string
  },
): Promise<string[]> {
  const found: string[] = []
  for (const name of await readdir(at.output).catch(() => [])) {
    const opened = await openRunFolder(join(at.output, name)).catch(faultFromCall)
    if ('code' in opened) {
      if (at.runId !== undefined || opened.code !== 'RUN_FOLDER_EXPECTED') found.push(`${name} cannot be opened: ${opened.message}`)
    } else await opened.close()
  }
  const engine = await place.engine(at.state)
  try {
    const runId = at.runId ?? (await scenario.act(engine.client, at.output, place, undefined))
    if (at.runId === undefined) await restOf(engine.client, runId)
    const hash = await within(hangsAfterMs, 'going on', finishRun(engine.client, runId))
    if (hash !== at.expected) found.push('the result differs from the undisturbed one')
    if (at.prepared !== undefined && (await finishRun(engine.client, at.prepared)) !== at.expected)
      found.push('the earlier run was changed')
  } catch (error) {
    found.push(`going on: ${wordsOf(error)}`)
  } finally {
    await engine.close()
  }
  return found
}

function wordsOf(error: unknown): string {
  const { code, params, message } = faultFromCall(error)
  return code === 'UNEXPECTED' ? `${message} ${error instanceof Error ? error.stack : ''}` : `${code} ${JSON.stringify(params)}`
}

/** `work` on each, four at a time: a drill mostly waits. */
export async function inLanes<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = items.values()
  const lane = async () => {
    for (const item of left) await work(item)
  }
  await Promise.all([lane(), lane(), lane(), lane()])
}

async function prepare(place: DrillPlace, scenario: Scenario, state: string, output: string): Promise<string | undefined> {
  if (!scenario.prepare) return undefined
  const engine = await place.engine(state)
  try {
    return await scenario.prepare(engine.client, output, place)
  } finally {
    await engine.close()
  }
}

async function inFolders<T>(place: DrillPlace, work: (state: string, output: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(place.folder, 'drill-'))
  try {
    return await work(join(folder, 'state'), join(folder, 'out'))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
