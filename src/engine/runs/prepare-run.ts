// Everything that can be known of a run before a minute is spent on it: scene, frames, inputs, plan, conflicts.
import { access } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { Fault, type FaultNote, noteFromError, sentenceOfFault } from '#core/base/fault'
import { warningOf } from '#core/base/degraded-table'
import { fallbackParams, type Resolution } from '#core/model/resolve'
import { runFolderName, stageOf, stagesOf } from '#core/pipeline/pipeline'
import { deviceOfStage } from '#core/run/fingerprint'
import type { RunConfig } from '#core/run/run-config'
import type { Conflict, RunPlan } from '#core/run/run-plan'
import { checkPrompts } from '#core/segment/user-prompt'
import { frameIndicesOfSlice, textFromFrameSlice } from '#core/scene/frame-slice'
import { checkFrames, type SceneListing } from '../scenes/list-frames.ts'
import { checkSpace, freeBytes, neededBytes, prepareOutput } from '../scenes/output-folder.ts'
import type { SceneStore } from '../scenes/scene-store.ts'
import { measureInputs, type RunInputs } from './inputs.ts'
import { type PlannedStage, type PlanParts, planStages, tellable } from './plan-stages.ts'
import type { Device } from './workload.ts'

export type Preparation = {
  readonly scene: SceneListing
  readonly frameIndices: readonly number[]
  readonly frameNames: readonly string[]
  readonly inputs: RunInputs
}

export type PrepareParts = {
  readonly scenes: SceneStore
  readonly plan: PlanParts
  readonly devices: () => readonly Device[]
  /** A conflict of the memory watch under the run's policy, if there is one. */
  readonly memoryConflict: (policy: RunConfig['limits']['memoryPolicy']) => Conflict | undefined
}

/** Throws the fault of the first thing that is wrong with scene, frames or model. */
export async function prepareRun(parts: PrepareParts, config: RunConfig, signal?: AbortSignal): Promise<Preparation> {
  const scene = await parts.scenes.list(config.scene, config.output, signal)
  const frameIndices = frameIndicesOfSlice(config.frames, scene.frameCount)
  if (frameIndices.length === 0)
    throw new Fault('FRAME_SLICE_EMPTY', { slice: textFromFrameSlice(config.frames), frameCount: scene.frameCount })
  await checkFrames(scene, frameIndices)
  const { width, height } = scene
  checkPrompts(config.stages.tracker.prompts, { width, height, frameIndices, levels: config.levels })
  const frameNames = frameIndices.map((index) => scene.frameNames[index]!)
  const inputs = await measureInputs(parts.plan, config, { framesPath: scene.framesPath, frameIndices, frameNames })
  return { scene, frameIndices, frameNames, inputs }
}

/** The plan as a person sees it before the start. What is wrong becomes a conflict; nothing is written. */
export async function previewRun(
  parts: PrepareParts,
  config: RunConfig,
  rerunFrom: string | undefined,
  signal?: AbortSignal,
): Promise<RunPlan> {
  const conflicts: Conflict[] = [...deviceConflicts(parts, config)]
  const memory = parts.memoryConflict(config.limits.memoryPolicy)
  if (memory) conflicts.push(memory)
  let preparation: Preparation | undefined
  try {
    checkStage(config, rerunFrom)
    preparation = await prepareRun(parts, config, signal)
  } catch (error) {
    conflicts.push(conflictFrom(noteFromError(error)))
  }
  for (const model of preparation?.inputs.models ?? []) conflicts.push(...anotherModel(model))
  const stages = preparation
    ? await planStages(parts.plan, {
        config,
        scenePath: config.scene,
        frameCount: preparation.frameIndices.length,
        width: preparation.scene.width,
        height: preparation.scene.height,
        inputs: preparation.inputs,
        rerunFrom,
        here: undefined,
        folder: undefined,
      })
    : []
  const total = totalOf(stages)
  const free = await freeBytes(resolve(config.output)).catch((error: unknown) => {
    conflicts.push(conflictFrom(noteFromError(error)))
    return 0
  })
  const needed = total.diskBytes ?? (preparation && stages.some((stage) => stage.action !== 'reuse') ? neededFor(preparation, config) : 0)
  if (free > 0 && free < needed)
    conflicts.push(conflictFrom({ code: 'DISK_NEARLY_FULL', params: { path: config.output, freeBytes: free, neededBytes: needed } }))
  for (const stage of stages) conflicts.push(...tooSmall(parts, stage), ...unusedDevice(config, stage))
  return {
    stages: stages.map(tellable),
    frameCount: preparation?.frameIndices.length ?? 0,
    conflicts,
    total,
    freeBytes: free,
  }
}

/** Proves that the run can be written, and finds its folder. Throws FOLDER_NOT_WRITABLE, DISK_NEARLY_FULL, DEVICE_MISSING, MEMORY_UNWATCHED. */
export async function makeRoom(
  parts: PrepareParts,
  config: RunConfig,
  preparation: Preparation,
): Promise<{ readonly output: string; readonly folder: string }> {
  const device = deviceConflicts(parts, config)[0]
  if (device) throw new Fault('DEVICE_MISSING', device.params)
  const memory = parts.memoryConflict(config.limits.memoryPolicy)
  if (memory?.severity === 'error')
    throw new Fault('MEMORY_UNWATCHED', { file: memory.message, reason: 'see there', remedy: memory.remedy })
  const output = await prepareOutput(config.output)
  await checkSpace(output, neededFor(preparation, config))
  return { output, folder: await freeFolder(output, config, preparation.scene.name) }
}

/** The name shown for a run: what the person called it, else its scene. */
export function nameOfRun(config: RunConfig, sceneName: string): string {
  return config.name.trim() || sceneName || basename(config.scene)
}

export function checkStage(config: RunConfig, stage: string | undefined): void {
  if (stage !== undefined && !stageOf(config, stage))
    throw new Fault('STAGE_UNKNOWN', {
      stage,
      known: stagesOf(config)
        .map(({ id }) => id)
        .join(', '),
    })
}

function neededFor(preparation: Preparation, config: RunConfig): number {
  return neededBytes(preparation.frameIndices.length, config.stages.ssam.maxCandidates)
}

function deviceConflicts(parts: PrepareParts, config: RunConfig): (Conflict & { readonly params: Record<string, string> })[] {
  const known = parts.devices()
  return stagesOf(config)
    .filter((stage) => stage.carriesModel || deviceOfStage(stage.id, config) !== 'cpu')
    .flatMap((stage) => {
      const device = deviceOfStage(stage.id, config)
      if (known.some(({ id }) => id === device)) return []
      const params = { device, where: stage.id, known: known.map(({ id }) => id).join(', ') }
      return [{ ...conflictFrom({ code: 'DEVICE_MISSING', params }), params }]
    })
}

function tooSmall(parts: PrepareParts, stage: PlannedStage): Conflict[] {
  const device = parts.devices().find(({ id }) => id === stage.device)
  const needed = stage.prediction?.memoryBytes
  if (!device || needed === undefined || needed <= device.memoryBytes) return []
  const params = { device: device.id, stage: stage.stage, neededBytes: needed, memoryBytes: device.memoryBytes }
  return [{ ...conflictFrom({ code: 'DEVICE_TOO_SMALL', params }), severity: device.id === 'cpu' ? 'warning' : 'error' }]
}

/** What the stage will warn of when it runs on its built-in backend: known now, so it is said now. */
function unusedDevice(config: RunConfig, { stage, device, model }: PlannedStage): Conflict[] {
  if (device === 'cpu' || model?.model || !stageOf(config, stage)?.carriesModel) return []
  return [{ severity: 'warning', ...warningOf('DEVICE_UNUSED', { stage, device, backend: 'the built-in backend' }) }]
}

/** A fallback is no reason not to start, but one to think first. */
function anotherModel(resolution: Resolution): Conflict[] {
  const params = fallbackParams(resolution)
  return params ? [{ severity: 'warning', ...warningOf('MODEL_FALLBACK', params) }] : []
}

function conflictFrom(note: FaultNote): Conflict {
  return { severity: 'error', code: note.code, ...sentenceOfFault(note) }
}

function totalOf(stages: readonly PlannedStage[]): RunPlan['total'] {
  const working = stages.filter((stage) => stage.action === 'run' || stage.action === 'continue')
  const all = (of: (stage: PlannedStage) => number | undefined, join: (a: number, b: number) => number) => {
    const values = working.map(of)
    return values.every((value) => value !== undefined) ? values.reduce((a, b) => join(a, b), 0) : undefined
  }
  return {
    durationMs: all(
      (stage) => stage.prediction?.durationMs,
      (a, b) => a + b,
    ),
    // A stage that is too short to be measured is not the largest.
    memoryBytes: all((stage) => stage.prediction && (stage.prediction.memoryBytes ?? 0), Math.max),
    diskBytes: all(
      (stage) => stage.prediction?.diskBytes,
      (a, b) => a + b,
    ),
  }
}

/** A folder name that is not taken: two runs started in one second get -2, -3, … */
async function freeFolder(output: string, config: RunConfig, sceneName: string): Promise<string> {
  const base = join(output, runFolderName(new Date(), sceneName, config.levels, config.frames))
  for (let number = 1; ; number += 1) {
    const folder = number === 1 ? base : `${base}-${number}`
    const taken = await access(folder).then(
      () => true,
      () => false,
    )
    if (!taken) return folder
  }
}
