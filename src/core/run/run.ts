// A run, folded from its events: engine, page and terminal use this one fold, so they tell one truth.
import { type StageId, stagesOf } from '../pipeline/pipeline.ts'
import type { Provenance } from './provenance.ts'
import type { RunConfig } from './run-config.ts'
import type { PauseMode, RunEvent } from './run-event.ts'
import type { StagePlan } from './run-plan.ts'
import { noResources, type ResourceSummary, withSample } from './sample.ts'

export type RunState = 'queued' | 'running' | 'pausing' | 'paused' | 'cancelling' | 'succeeded' | 'failed' | 'cancelled' | 'interrupted'
/** reused: taken over from another run. For the stages after it that is as good as succeeded. */
export type StageState = 'waiting' | 'running' | 'paused' | 'succeeded' | 'reused' | 'failed' | 'cancelled'

export type StageRecord = {
  readonly id: StageId
  readonly state: StageState
  readonly done: number
  readonly total: number
  readonly unit: string
  readonly frameIndex: number | undefined
  readonly startedAt: number | undefined
  /** Working time, pauses not counted. */
  readonly durationMs: number | undefined
  /** Of it, what earlier tries took. */
  readonly spentMs: number | undefined
  readonly backend: string | undefined
  readonly backendReason: string | undefined
  readonly counts: Readonly<Record<string, number>>
  readonly plan: StagePlan | undefined
  /** Why it has not begun although it is its turn. */
  readonly waitsFor: string | undefined
  readonly lease: StageLease | undefined
  /** From 1; 0 before the first. */
  readonly attempt: number
  readonly reusedFrom: { readonly runId: string; readonly folder: string } | undefined
  readonly fault: FaultInRecord | undefined
  readonly resources: ResourceSummary
  /** Times of the newest progress steps, for rate and remaining time; at most `paceLength`. */
  readonly pace: readonly { readonly at: number; readonly done: number }[]
}

export type StageLease = { readonly device: string; readonly memoryBytes: number; readonly cores: number }
export type FaultInRecord = { readonly code: string; readonly params: Readonly<Record<string, string | number>> }

export type RunWarning = {
  readonly stage: string | undefined
  /** Row of the table of degraded paths. */
  readonly code: string | undefined
  readonly title: string
  readonly message: string
  readonly remedy: string
}

export type RunRecord = {
  readonly id: string
  readonly name: string
  readonly state: RunState
  readonly config: RunConfig
  readonly scene: {
    readonly name: string
    readonly kind: string
    readonly framesPath: string
    readonly frameCount: number
    readonly width: number
    readonly height: number
  }
  readonly frameIndices: readonly number[]
  readonly frameNames: readonly string[]
  readonly appVersion: string
  readonly buildId: string
  readonly device: string | undefined
  /** What the GPU probe said: a name, or why there is none. */
  readonly gpu: string | undefined
  readonly queuedAt: number
  readonly startedAt: number | undefined
  readonly endedAt: number | undefined
  readonly stages: readonly StageRecord[]
  readonly warnings: readonly RunWarning[]
  readonly fault: FaultInRecord | undefined
  readonly provenance: Provenance | undefined
  readonly pauseMode: PauseMode | undefined
  /** How often it went on after a pause, a retry or a stop of its engine. */
  readonly continued: number
  /** Sequence number of the last folded event. */
  readonly seq: number
}

const paceLength = 24

/** The record after one more event; events at or before `seq` change nothing, so a resumed stream may overlap. */
export function foldRun(record: RunRecord | undefined, event: RunEvent): RunRecord {
  if (!record) {
    if (event.type !== 'runQueued') throw new RangeError(`the first event of a run is runQueued, not ${event.type}`)
    return startOf(event)
  }
  if (event.seq <= record.seq) return record
  return { ...changed(record, event), seq: event.seq }
}

function startOf(event: Extract<RunEvent, { type: 'runQueued' }>): RunRecord {
  const { runId, name, config, scene, frameIndices, frameNames, appVersion, buildId, seq, at } = event
  const stages = stagesOf(config).map((stage) => waitingStage(stage.id, stage.unit))
  return {
    id: runId,
    name,
    state: 'queued',
    config,
    scene,
    frameIndices,
    frameNames,
    appVersion,
    buildId,
    device: undefined,
    gpu: undefined,
    queuedAt: at,
    startedAt: undefined,
    endedAt: undefined,
    stages,
    warnings: [],
    fault: undefined,
    provenance: event.provenance,
    pauseMode: undefined,
    continued: 0,
    seq,
  }
}

function waitingStage(id: StageId, unit: string): StageRecord {
  return {
    id,
    state: 'waiting',
    done: 0,
    total: 0,
    unit,
    frameIndex: undefined,
    startedAt: undefined,
    durationMs: undefined,
    spentMs: undefined,
    backend: undefined,
    backendReason: undefined,
    counts: {},
    plan: undefined,
    waitsFor: undefined,
    lease: undefined,
    attempt: 0,
    reusedFrom: undefined,
    fault: undefined,
    resources: noResources,
    pace: [],
  }
}

function changed(record: RunRecord, event: RunEvent): RunRecord {
  switch (event.type) {
    case 'runQueued':
    case 'logWritten':
    case 'artifactWritten':
      return record
    case 'runStarted':
      return { ...record, state: 'running', startedAt: record.startedAt ?? event.at, device: event.device, gpu: event.gpu }
    case 'runPlanned':
      return {
        ...record,
        stages: record.stages.map((stage) => ({ ...stage, plan: event.stages.find((plan) => plan.stage === stage.id) ?? stage.plan })),
      }
    case 'cancelRequested':
      return { ...record, state: 'cancelling' }
    case 'pauseRequested':
      return { ...record, state: 'pausing', pauseMode: event.mode }
    case 'runPaused':
      return { ...record, state: 'paused', pauseMode: undefined }
    case 'runRequeued':
      return requeued(record, event.stage)
    case 'warningRaised':
      return {
        ...record,
        warnings: [
          ...record.warnings,
          { stage: event.stage, code: event.code, title: event.title, message: event.message, remedy: event.remedy },
        ],
      }
    case 'runFinished':
      return { ...record, state: event.state, endedAt: event.at, fault: event.fault }
    case 'stageReused':
      return withStage(record, event.stage, (stage) => ({
        ...stage,
        state: 'reused',
        reusedFrom: event.from,
        counts: event.counts,
        backend: event.backend,
        durationMs: event.durationMs,
        waitsFor: undefined,
      }))
    case 'stageWaited':
      return withStage(record, event.stage, (stage) => ({ ...stage, waitsFor: event.reason }))
    case 'stageRetried':
      return withStage(record, event.stage, (stage) => ({ ...stage, state: 'waiting', fault: event.fault }))
    case 'stageStarted':
      return withStage(record, event.stage, (stage) => ({
        ...stage,
        state: 'running',
        done: event.alreadyDone ?? 0,
        total: event.total,
        unit: event.unit,
        startedAt: event.at,
        backend: event.backend,
        backendReason: event.backendReason,
        lease: event.lease ?? stage.lease,
        attempt: event.attempt ?? Math.max(1, stage.attempt),
        waitsFor: undefined,
        pace: [{ at: event.at, done: event.alreadyDone ?? 0 }],
      }))
    case 'stageProgressed':
      return withStage(record, event.stage, (stage) => ({
        ...stage,
        done: event.done,
        total: event.total,
        frameIndex: event.frameIndex ?? stage.frameIndex,
        pace: [...stage.pace, { at: event.at, done: event.done }].slice(-paceLength),
      }))
    case 'sampleTaken':
      return withStage(record, event.stage, (stage) => ({ ...stage, resources: withSample(stage.resources, event.sample) }))
    case 'stageFinished':
      return withStage(record, event.stage, (stage) => ({
        ...stage,
        state: event.state,
        // What was spent before a pause counts too.
        durationMs: (stage.spentMs ?? 0) + event.durationMs,
        spentMs: (stage.spentMs ?? 0) + event.durationMs,
        counts: event.state === 'paused' ? stage.counts : event.counts,
        fault: event.fault,
      }))
  }
}

/** Back in the queue: what ended the run is no longer true of it; stages that did not end well wait again, from `stage` on all do. */
function requeued(record: RunRecord, from: string | undefined): RunRecord {
  const first = from === undefined ? Number.POSITIVE_INFINITY : record.stages.findIndex((stage) => stage.id === from)
  return {
    ...record,
    state: 'queued',
    endedAt: undefined,
    fault: undefined,
    pauseMode: undefined,
    continued: record.continued + 1,
    stages: record.stages.map((stage, place) => {
      if (place >= first) return { ...waitingStage(stage.id, stage.unit), plan: stage.plan, attempt: stage.attempt }
      return stage.state === 'succeeded' || stage.state === 'reused' ? stage : { ...stage, state: 'waiting', fault: undefined }
    }),
  }
}

function withStage(record: RunRecord, id: string, change: (stage: StageRecord) => StageRecord): RunRecord {
  return { ...record, stages: record.stages.map((stage) => (stage.id === id ? change(stage) : stage)) }
}

export function hasEnded(state: RunState): boolean {
  return state === 'succeeded' || state === 'failed' || state === 'cancelled' || state === 'interrupted'
}

export type Pace = { readonly perSecond: number; readonly remainingLowMs: number; readonly remainingHighMs: number }

/** Rate and remaining time of a running stage, from its newest steps: the range is mean step time -/+ its spread. Undefined before three steps. */
export function paceOf(stage: StageRecord): Pace | undefined {
  const steps: number[] = []
  for (let i = 1; i < stage.pace.length; i += 1) {
    const [before, after] = [stage.pace[i - 1]!, stage.pace[i]!]
    if (after.done > before.done) steps.push((after.at - before.at) / (after.done - before.done))
  }
  if (steps.length < 3) return undefined
  const mean = steps.reduce((sum, step) => sum + step, 0) / steps.length
  const spread = Math.sqrt(steps.reduce((sum, step) => sum + (step - mean) ** 2, 0) / steps.length)
  const left = Math.max(0, stage.total - stage.done)
  // The mean of n steps is off by about spread / sqrt(n); a tenth more because later frames differ from earlier ones.
  const slack = (2 * spread) / Math.sqrt(steps.length) + 0.1 * mean
  return {
    perSecond: mean > 0 ? 1000 / mean : 0,
    remainingLowMs: Math.max(0, left * (mean - slack)),
    remainingHighMs: left * (mean + slack),
  }
}
