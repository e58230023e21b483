// Masks that a person asks for on a frame, keeps, and gives to the tracker of a new run.
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault, reasonOfError } from '#core/base/fault'
import { deviceOfStage } from '#core/run/fingerprint'
import type { RunConfig } from '#core/run/run-config'
import type { UsableModel } from '#core/model/usable-model'
import type { MaskQuestion } from '#core/segment/mask-question'
import { checkPrompts, type KeptPrompt, measurePrompt, samePrompt, type UserPrompt } from '#core/segment/user-prompt'
import { isFaultCode } from '#core/base/fault'
import { nameOfFrame } from '../frame-answer.ts'
import type { ModelStore } from '../models/model-store.ts'
import type { KnownRun } from '../runs/run-store.ts'
import type { KeptPrompts } from '../state/kept-prompts.ts'
import type { FrameAnswer, PromptWorker } from './prompt-worker.ts'

/** `model`: a name in the store; absent: the run's own, else the first that can be asked, else the built-in segmenter. */
export type AskedMask = MaskQuestion & {
  readonly frameIndex: number
  readonly model?: string | undefined
  /** After PROMPT_RESTS: start what answers all the same. */
  readonly again?: boolean | undefined
}

/** What can answer: `used` without a choice, and the devices of the models and of the built-in segmenter. */
export type MaskModels = {
  readonly names: string[]
  readonly used: string
  readonly device: string
  readonly builtinDevice: string
}

export type MaskAnswer = FrameAnswer & {
  readonly frameIndex: number
  readonly size: [height: number, width: number]
  readonly isBuiltin: boolean
  /** Why the built-in segmenter answered, and what to do about it; only when nobody asked for it. */
  readonly note?: string
}

export type Prompts = {
  mask(run: KnownRun, asked: AskedMask, signal?: AbortSignal): Promise<MaskAnswer>
  /** The promptable models of the store that are whole, and which of them answers where nobody chose. */
  models(run: KnownRun): Promise<MaskModels>
  /** Those of the run's scene that the run has the frame and the level for. */
  list(run: KnownRun): KeptPrompt[]
  keep(run: KnownRun, prompt: Omit<UserPrompt, 'size'> & { readonly backend: string }): KeptPrompt
  remove(run: KnownRun, id: number): void
  /** Settings of a new run of the same frames with all kept masks for its tracker. Throws PROMPT_NOTHING_KEPT, PROMPT_OF_OTHER_PROGRAM. */
  configOf(run: KnownRun): RunConfig
}

/** Of `model`: the segmenter without weights, whatever the store holds. */
const builtinName = 'built-in'
const builtinDevice = 'cpu'

const withoutModels =
  'No promptable model is in the store, so the built-in segmenter answers: it knows regions of colour and texture, not objects. `scenewright models fetch mobile-sam` or `models add` brings one.'

export function createPrompts(
  worker: PromptWorker,
  models: Pick<ModelStore, 'list' | 'lookUp'>,
  kept: KeptPrompts,
  hashOf: (path: string) => Promise<string>,
): Prompts {
  const names = async () => {
    const { models: found } = await models.list()
    return found
      .filter(({ entry, missing, problems }) => entry.role === 'promptableSegmenter' && missing.length === 0 && problems.length === 0)
      .map(({ entry }) => entry.id)
  }
  const modelFor = async ({ record }: KnownRun, wanted: string | undefined): Promise<UsableModel | undefined> => {
    if (wanted === builtinName) return undefined
    const { backend, model: own } = record.config.stages.ssam
    if (wanted === undefined && backend === 'onnx' && own !== '') {
      const found = await models.lookUp(own, hashOf)
      if ('model' in found && found.model.role === 'promptableSegmenter') return found.model
    }
    const name = wanted ?? (await names())[0]
    if (name === undefined) return undefined
    const found = await models.lookUp(name, hashOf)
    if ('model' in found && found.model.role === 'promptableSegmenter') return found.model
    if ('model' in found) {
      const { path, family } = found.model
      throw new Fault('MODEL_UNEXPECTED', { path, found: `the inputs and outputs of ${family}`, expected: 'a promptable segmenter' })
    }
    const { code, params } = found.fault
    throw isFaultCode(code) ? new Fault(code, params) : new Fault('UNEXPECTED', { reason: `unknown fault ${code}` })
  }
  const list = (run: KnownRun) => {
    const { frameIndices, config, scene } = run.record
    const frames = new Set(frameIndices)
    return kept.of(scene.framesPath).filter(({ frameIndex, level, size }) => {
      const [height, width] = size
      return frames.has(frameIndex) && config.levels.includes(level) && height === scene.height && width === scene.width
    })
  }
  return {
    models: async (run) => {
      const [found, used] = await Promise.all([names(), modelFor(run, undefined)])
      return {
        names: used && !found.includes(used.name) ? [used.name, ...found] : found,
        used: used?.name ?? builtinName,
        device: deviceOfStage('ssam', run.record.config),
        builtinDevice,
      }
    },
    mask: async (run, { frameIndex, model: wanted, again, points, box }, signal) => {
      const { scene, config } = run.record
      const name = nameOfFrame(run, frameIndex)
      const file = join(scene.framesPath, name)
      await access(file).catch((error: unknown) => {
        throw new Fault('FRAME_UNREADABLE', { frameIndex, file: name, reason: reasonOfError(error) }, error)
      })
      const model = await modelFor(run, wanted)
      const { width, height } = scene
      const question = { points: [...points], ...(box && { box }) }
      const device = model ? deviceOfStage('ssam', config) : builtinDevice
      const asked = { frame: { frameIndex, name, file }, width, height, device, question, ...(model && { model }) }
      const answer = await worker.ask(run.record.id, asked, signal, again)
      const note = model || wanted === builtinName ? {} : { note: withoutModels }
      return { ...answer, frameIndex, size: [height, width], isBuiltin: model === undefined, ...note }
    },
    list,
    keep: (run, { backend, ...told }) => {
      const { scene, frameIndices, config } = run.record
      const prompt: UserPrompt = { ...told, size: [scene.height, scene.width] }
      checkPrompts([prompt], { ...scene, frameIndices, levels: config.levels })
      return kept.add(scene.framesPath, { ...prompt, area: measurePrompt(prompt, scene).area, backend })
    },
    remove: (run, id) => kept.remove(run.record.scene.framesPath, id),
    configOf: (run) => {
      const { config, name } = run.record
      if (run.isForeign) throw new Fault('PROMPT_OF_OTHER_PROGRAM', { run: name })
      const before = config.stages.tracker.prompts
      const added = list(run)
        .map(({ frameIndex, level, size, counts }): UserPrompt => ({ frameIndex, level, size, counts }))
        .filter((prompt) => !before.some((other) => samePrompt(prompt, other)))
      const prompts = [...before, ...added]
      if (prompts.length === 0) throw new Fault('PROMPT_NOTHING_KEPT', { run: name })
      const title = before.length > 0 ? name : `${name} with masks by hand`
      return { ...config, name: title.slice(0, 120), stages: { ...config.stages, tracker: { ...config.stages.tracker, prompts } } }
    },
  }
}
