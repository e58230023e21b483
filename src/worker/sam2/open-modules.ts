// Opens the modules of a video tracker, each in a thread of its own, and reads its constants.
import { Fault } from '#core/base/fault'
import type { ModelPart, Preprocessing } from '#core/model/model-entry'
import { fileOfPart, type UsableModel } from '#core/model/usable-model'
import { type ModelThread, type ModelThreadOptions, openModelThread } from '../inference/model-thread.ts'
import { encoderOutputs } from './frame-features.ts'
import { type Constants, portNamed, readConstants, unexpected, type VideoModules } from './modules.ts'

export type OpenVideoModel = {
  readonly modules: VideoModules
  readonly constants: Constants
  readonly preprocessing: Preprocessing
  /** Those that stay open, for saying where they run. */
  readonly sessions: readonly ModelThread[]
  close(): Promise<void>
}

/** Throws the faults of openModelThread, and MODEL_UNEXPECTED for modules that do not fit the tracker. */
export async function openVideoModel(model: UsableModel, options: ModelThreadOptions): Promise<OpenVideoModel> {
  const { preprocessing } = model
  if (preprocessing === undefined)
    throw new Fault('MODEL_UNEXPECTED', {
      path: model.path,
      found: 'no rule for making pictures ready',
      expected: 'an encoder with one picture as its input',
    })
  const sessions: ModelThread[] = []
  const open = async (part: ModelPart, outputs?: ModelThreadOptions['outputs']) => {
    const session = await openModelThread(fileOfPart(model, part), { ...options, ...(outputs && { outputs }) })
    sessions.push(session)
    return session
  }
  const close = async () => {
    await Promise.all(sessions.map((session) => session.close()))
  }
  try {
    const constants = await constantsOf(model, options)
    const modules: VideoModules = {
      encoder: await open('encoder', encoderOutputs),
      promptEncoder: await open('promptEncoder'),
      maskDecoder: await open('maskDecoder'),
      memoryAttention: await open('memoryAttention'),
      memoryEncoder: await open('memoryEncoder'),
      pointerProjection: await open('pointerProjection'),
      ...(model.files.some(({ part }) => part === 'pointerTimeProjection') && {
        pointerTimeProjection: await open('pointerTimeProjection'),
      }),
    }
    checkPorts(modules)
    return { modules, constants, preprocessing, sessions, close }
  } catch (error) {
    await close()
    throw error
  }
}

async function constantsOf(model: UsableModel, options: ModelThreadOptions): Promise<Constants> {
  const session = await openModelThread(fileOfPart(model, 'constants'), options)
  try {
    return await readConstants(session)
  } finally {
    await session.close()
  }
}

/** What is optional in a prompt encoder is not for the tracker. */
function checkPorts(modules: VideoModules): void {
  for (const name of ['masks', 'masks_enable'])
    if (portNamed(modules.promptEncoder, name) === undefined)
      throw unexpected(modules.promptEncoder, 'promptEncoder', `an input ${name}: tracks begin with masks`)
}
