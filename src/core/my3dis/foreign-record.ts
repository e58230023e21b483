// The events of a My3DIS run as one of ours would have told them, from what its files say; folded, they are its record.
import { foldRun, type RunRecord } from '../run/run.ts'
import { RunConfig } from '../run/run-config.ts'
import type { RunEvent, RunHappening } from '../run/run-event.ts'
import { frameSliceFromText } from '../scene/frame-slice.ts'
import type { Description, MissingPart } from './description.ts'
import { sentenceOfRepair } from './repair-table.ts'
import type { RunManifest } from './run-manifest.ts'

export type ForeignFacts = {
  readonly id: string
  readonly description: Description
  /** The run's frames: of the description, or what its stores say. */
  readonly frameIndices: readonly number[]
  readonly frameNames: readonly string[]
  /** Of the pictures; 0 when nothing tells. */
  readonly width: number
  readonly height: number
  /** The folder that the run's folder lies in. */
  readonly output: string
  /** When nothing in the run tells its time. Milliseconds since 1970. */
  readonly modifiedAt: number
}

const stageIds = ['ssam', 'filter', 'tracker', 'report'] as const
type Stage = (typeof stageIds)[number]
const backends: Readonly<Partial<Record<Stage, string>>> = { ssam: 'Semantic-SAM', tracker: 'SAM 2' }

/** What `eventsFromMy3dis` gives, folded. */
export function recordFromEvents([first, ...rest]: ReturnType<typeof eventsFromMy3dis>): RunRecord {
  return rest.reduce<RunRecord>((record, event) => foldRun(record, event), foldRun(undefined, first))
}

/** Succeeded, or interrupted when a part is missing; each repair is a warning, and so is what is missing. */
export function eventsFromMy3dis(facts: ForeignFacts): readonly [RunEvent, ...RunEvent[]] {
  const { description } = facts
  const { startedAt, endedAt, timings, state } = description
  const begin = startedAt ?? timings[0]?.startedAt ?? facts.modifiedAt
  const stages = stageIds.filter((stage) => hasStage(description, stage))
  const end = endedAt ?? timings.at(-1)?.endedAt ?? (startedAt === undefined ? facts.modifiedAt : startedAt)
  const events: [RunEvent, ...RunEvent[]] = [{ ...queued(facts), seq: 1, at: begin }]
  const add = (event: RunHappening, at: number) => {
    events.push({ ...event, seq: events.length + 1, at } as RunEvent)
  }
  add({ type: 'runStarted', device: '', gpu: '' }, begin)
  for (const stage of stages) {
    const timing = timings.find((one) => one.stage === stage)
    const total = stage === 'ssam' || stage === 'filter' ? description.candidateIndices.length : facts.frameIndices.length
    const backend = backends[stage] === undefined ? {} : { backend: backends[stage], backendReason: 'a run of My3DIS' }
    const from = timing?.startedAt ?? begin
    const durationMs = (timing?.seconds ?? 0) * 1000
    add({ type: 'stageStarted', stage, total, unit: stage === 'report' ? 'parts' : 'frames', generation: 0, ...backend }, from)
    add({ type: 'stageProgressed', stage, done: total, total }, timing?.endedAt ?? from + durationMs)
    add(
      { type: 'stageFinished', stage, state: 'succeeded', durationMs, counts: countsOf(description.manifest, stage) },
      timing?.endedAt ?? end,
    )
  }
  for (const repair of description.repairs) {
    const { title, message, outcome } = sentenceOfRepair(repair)
    add({ type: 'warningRaised', code: repair.code, title, message, remedy: outcome }, end)
  }
  if (!state.complete) add(incompleteWarning(state.missing), end)
  add({ type: 'runFinished', state: state.complete ? 'succeeded' : 'interrupted' }, end)
  return events
}

function queued({ id, description, frameIndices, frameNames, width, height, output }: ForeignFacts) {
  const { frames, name, scene } = description
  const framesPath = frames.folder ?? frames.statedFolder ?? ''
  return {
    type: 'runQueued' as const,
    runId: id,
    name,
    config: configFromMy3dis(description, output),
    scene: {
      name: scene,
      kind: 'frames',
      framesPath,
      frameCount: description.manifest?.frames_total ?? frameIndices.length,
      width,
      height,
    },
    frameIndices: [...frameIndices],
    frameNames: [...frameNames],
    appVersion: description.generation === undefined ? 'My3DIS' : `My3DIS ${description.generation}`,
    buildId: '',
  }
}

/** As near as our settings allow: values outside of their ranges are brought to the nearest one inside; levels outside 1..6 are left out. */
export function configFromMy3dis({ manifest, levels, frames, path, name }: Description, output: string): RunConfig {
  const known = [...new Set(levels.map(({ level }) => level))].filter((level) => level >= 1 && level <= 6).sort((a, b) => a - b)
  const slice = frameSliceFromText(manifest?.frames ?? '')
  const count = (value: number | undefined, least: number) => (value === undefined ? undefined : Math.max(least, Math.round(value)))
  const part = (value: number | undefined) => (value === undefined ? undefined : Math.min(1, Math.max(0, value)))
  return RunConfig.parse({
    scene: frames.folder ?? frames.statedFolder ?? path,
    output,
    name: name.slice(0, 120),
    levels: known.length > 0 ? known : undefined,
    frames: slice && { ...slice, end: Math.max(-1, slice.end) },
    stages: {
      ssam: {
        every: manifest?.ssam_freq === undefined ? undefined : Math.min(1000, Math.max(1, manifest.ssam_freq)),
        minArea: count(manifest?.min_area, 0),
        addGaps: manifest?.gap_fill?.add_gaps,
        fillArea: count(manifest?.gap_fill?.fill_area ?? manifest?.fill_area, 1),
      },
      filter: {
        minArea: count(manifest?.filtering?.min_area ?? manifest?.min_area, 0),
        stabilityThreshold: part(manifest?.filtering?.stability_threshold ?? manifest?.stability_threshold),
        cascade: manifest?.filtering?.use_cascade ?? false,
      },
      tracker: { maxPropagate: count(manifest?.sam2_max_propagate, 0) ?? 0 },
    },
  })
}

function hasStage({ levels, reportFile }: Description, stage: Stage): boolean {
  if (stage === 'report') return reportFile !== undefined
  if (levels.length === 0) return false
  if (stage === 'tracker') return levels.every(({ tracking }) => tracking !== undefined)
  if (stage === 'filter') return levels.every(({ filtered }) => filtered !== undefined)
  return levels.every(({ raw, filtered }) => raw !== undefined || filtered !== undefined)
}

function countsOf(manifest: RunManifest | undefined, stage: Stage): Readonly<Record<string, number>> {
  const sum = (values: readonly (number | undefined)[]) => values.reduce<number>((total, value) => total + (value ?? 0), 0)
  if (stage === 'ssam' && manifest?.generation_summary)
    return { candidates: sum(manifest.generation_summary.map(({ raw_candidates }) => raw_candidates)) }
  const stats = manifest?.filtering?.stats
  return stage === 'filter' && stats ? { kept: sum(Object.values(stats).map(({ kept }) => kept)) } : {}
}

const partNames: Readonly<Record<MissingPart['part'], string>> = {
  manifest: 'a whole manifest',
  raw: 'raw candidates',
  filtered: 'filtered candidates',
  tracking: 'tracks',
  summary: 'the summary at the end',
}

function incompleteWarning(missing: readonly MissingPart[]): RunHappening {
  const parts = missing.map(({ part, level }) => `${partNames[part]}${level === undefined ? '' : ` of level ${level}`}`)
  return {
    type: 'warningRaised',
    title: 'The run is not complete',
    message: `Missing: ${parts.join(', ')}.`,
    remedy: 'What is there can be looked at. Copy the missing parts from where the run was made, if they were ever written.',
  }
}
