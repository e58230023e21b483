// Decides for each stage of a run whether it runs, goes on, or is taken over from an earlier run, and says why.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { canonicalJson } from '#core/base/canonical-json'
import { reasonOfError } from '#core/base/fault'
import { manifestFromLines } from '#core/archive/manifest'
import { type StageDeclaration, stagesOf } from '#core/pipeline/pipeline'
import { changedKeys, deviceOfStage, type FingerprintKey, fingerprintKeys } from '#core/run/fingerprint'
import type { Resolution } from '#core/model/resolve'
import type { RunConfig } from '#core/run/run-config'
import type { ChangedKey, Prediction, StagePlan } from '#core/run/run-plan'
import { readStageRecord } from '../archive/recover.ts'
import type { RunArchive } from '../archive/run-archive.ts'
import { manifestFile, type StageRecord } from '../archive/run-files.ts'
import type { ModelStore } from '../models/model-store.ts'
import type { FileHashes } from '../state/file-hashes.ts'
import type { RunInputs } from './inputs.ts'
import type { KnownStage, StageIndex } from './stage-index.ts'
import type { Workload } from './workload.ts'

export type PlannedStage = StagePlan & {
  readonly keys: readonly FingerprintKey[]
  readonly reuse: { readonly record: StageRecord; readonly runId: string; readonly folder: string } | undefined
  /** Results that fit but could not be used: where, and why. */
  readonly refused: readonly { readonly folder: string; readonly reason: string }[]
}

/** What people and the record are told of it. */
export function tellable({ keys: _keys, reuse: _reuse, refused: _refused, ...plan }: PlannedStage): StagePlan {
  return plan
}

export type PlanParts = {
  readonly index: StageIndex
  readonly hashes: FileHashes
  readonly models: Pick<ModelStore, 'lookUp'>
  /** Hash of the code of the workers. */
  readonly code: string
  readonly predict: (stage: string, work: Workload) => Prediction | undefined
}

export type PlanRequest = {
  readonly config: RunConfig
  readonly scenePath: string
  readonly frameCount: number
  readonly width: number
  readonly height: number
  readonly inputs: RunInputs
  /** From this stage on nothing is taken over. */
  readonly rerunFrom: string | undefined
  /** What the run has of its own already; undefined for one that is not there yet. */
  readonly here: Pick<RunArchive, 'finished' | 'point'> | undefined
  /** The run itself, whose own results are no earlier ones. */
  readonly folder: string | undefined
}

export async function planStages(parts: PlanParts, request: PlanRequest): Promise<PlannedStage[]> {
  const planned: PlannedStage[] = []
  const fingerprints = new Map<string, string>()
  const stages = stagesOf(request.config)
  const rerunAt = request.rerunFrom === undefined ? stages.length : stages.findIndex((stage) => stage.id === request.rerunFrom)
  for (const [place, stage] of stages.entries()) {
    const keys = fingerprintKeys(stage, request.config, {
      framesSha256: request.inputs.framesSha256,
      selection: request.inputs.selection,
      code: parts.code,
      model: modelKey(request.inputs.models.find((model) => model.stage === stage.id)),
      outside: request.inputs.outside.filter((one) => one.stage === stage.id).map(({ key, value }) => ({ key, value })),
      needed: fingerprints,
    })
    const fingerprint = createHash('sha256').update(canonicalJson(keys)).digest('hex')
    const decision = await decide(parts, request, { stage, keys, fingerprint, planned, askedAnew: place >= rerunAt })
    fingerprints.set(stage.id, decision.fingerprint)
    planned.push(decision)
  }
  return planned
}

/** What of a model changes a result: its bytes, and how pictures are made ready for it. */
function modelKey(resolution: Resolution | undefined): string | undefined {
  if (!resolution?.model) return resolution?.source
  const { sha256, family, preprocessing, classNames } = resolution.model
  return `${sha256} ${canonicalJson({ family, preprocessing, classNames })}`
}

type Question = {
  readonly stage: StageDeclaration
  readonly keys: readonly FingerprintKey[]
  readonly fingerprint: string
  readonly planned: readonly PlannedStage[]
  readonly askedAnew: boolean
}

async function decide(parts: PlanParts, request: PlanRequest, question: Question): Promise<PlannedStage> {
  const { stage, keys, fingerprint, planned, askedAnew } = question
  const base = {
    stage: stage.id,
    keys,
    fingerprint,
    changed: [],
    device: deviceOfStage(stage.id, request.config),
    reuse: undefined,
    refused: [],
    model: request.inputs.models.find((model) => model.stage === stage.id),
  }
  const work = { ...request, models: request.inputs.models }
  const own = request.here?.finished.get(stage.id)
  if (own) return { ...base, fingerprint: own.fingerprint, keys: own.keys, action: 'keep', reason: 'It is finished in this run.' }
  const point = request.here?.point
  if (point?.stage === stage.id && point.fingerprint === fingerprint && point.position > 0)
    return {
      ...base,
      action: 'continue',
      reason: `It goes on after ${point.position} committed ${stage.unit}.`,
      prediction: parts.predict(stage.id, work),
    }
  const prediction = parts.predict(stage.id, work)
  const ran = { ...base, action: 'run' as const, prediction }
  const anew = planned.find(
    (earlier) => stage.needs.some((need) => need === earlier.stage) && earlier.action !== 'reuse' && earlier.action !== 'keep',
  )
  if (askedAnew) return { ...ran, reason: 'It was asked for: the run begins anew from here.' }
  if (!anew) {
    const refused: { folder: string; reason: string }[] = []
    for (const known of parts.index.find(stage.id, fingerprint)) {
      if (known.folder === request.folder) continue
      const usable = await verifyKnown(parts.hashes, known, stage.id, fingerprint)
      if (typeof usable === 'string') refused.push({ folder: known.folder, reason: usable })
      else
        return {
          ...base,
          refused,
          action: 'reuse',
          reason: `Nothing it depends on has changed since ${wordsOf(known)}; its result is taken over.`,
          from: { runId: known.runId, folder: known.folder, name: known.name },
          reuse: { record: usable, runId: known.runId, folder: known.folder },
        }
    }
    if (refused.length > 0) return { ...ran, refused, reason: `The result of ${refused[0]!.folder} would fit, but ${refused[0]!.reason}.` }
  }
  const before = parts.index.newestOf(stage.id, request.scenePath)
  const changed = before && before.folder !== request.folder ? changedKeys(before.keys, keys) : []
  if (anew && changed.every(({ key }) => key.startsWith('stage ')))
    return { ...ran, changed, reason: `${anew.stage}, which it needs, runs anew.` }
  if (changed.length > 0)
    return { ...ran, changed, reason: `${sentenceOf(changed[0]!)}${more(changed.length - 1)} since ${wordsOf(before!)}.` }
  return { ...ran, reason: `There is no earlier result of ${stage.id} for this scene.` }
}

/** Several runs of a scene have one name; their folders differ. */
function wordsOf({ name, folder }: KnownStage): string {
  return `run "${name}" (${basename(folder)})`
}

function sentenceOf({ key, before, after }: ChangedKey): string {
  return key.startsWith('config ') && before.length + after.length < 60 ? `${key} changed from ${before} to ${after}` : `${key} changed`
}

function more(count: number): string {
  return count === 0 ? '' : count === 1 ? ', and one more thing,' : `, and ${count} more things,`
}

/** The record when everything it promises is there, else why not. */
async function verifyKnown(hashes: FileHashes, known: KnownStage, stage: string, fingerprint: string): Promise<StageRecord | string> {
  const record = await readStageRecord(known.folder, stage)
  if (!record) return 'its folder is gone or its record cannot be read'
  if (record.fingerprint !== fingerprint) return 'its record is of another result by now'
  try {
    if (record.tar) {
      const { sizeBytes, sha256 } = await hashes.of(join(known.folder, record.tar.file))
      if (sizeBytes !== record.tar.sizeBytes || sha256 !== record.tar.sha256) return `${record.tar.file} is not what was written`
    }
    const lines = (await readFile(join(known.folder, manifestFile))).subarray(record.manifest.start, record.manifest.end)
    const { entries, complete } = manifestFromLines(lines.toString('utf8'))
    if (lines.length !== record.manifest.end - record.manifest.start || !complete) return 'its manifest is cut'
    for (const entry of entries) {
      if (entry.place !== 'file') continue
      const { sha256 } = await hashes.of(join(known.folder, entry.name))
      if (sha256 !== entry.sha256) return `${entry.name} is not what was written`
    }
    return record
  } catch (error) {
    return `it cannot be read (${reasonOfError(error)})`
  }
}
