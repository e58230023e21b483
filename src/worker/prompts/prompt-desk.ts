// Answers questions about frames: keeps the network open and what it made of the last frames, for a person clicks more than once.
import { stat } from 'node:fs/promises'
import type { FrameQuestion } from '#api/worker-api'
import { Fault } from '#core/base/fault'
import { fileOfPart, type UsableModel } from '#core/model/usable-model'
import type { OfferedMask } from '#core/segment/mask-question'
import { readPicture } from '../frame-pixels.ts'
import { providersFor } from '../inference/device-providers.ts'
import { type ModelThread, openModelThread } from '../inference/model-thread.ts'
import { createSamSession, type SamSession, type SeenPicture } from '../segmenters/sam/sam-session.ts'
import { decoderOutputs } from '../segmenters/sam/sam-wires.ts'
import { createKeyedCache, type KeyedCache } from './keyed-cache.ts'
import { fittingRegions, type Region, regionsOf } from './builtin-answer.ts'
import { askNetwork } from './sam-answer.ts'

export type DeskAnswer = { readonly masks: OfferedMask[]; readonly backend: string; readonly reason: string }
export type PromptDesk = {
  /** Throws CANCELLED, FRAME_UNREADABLE, FRAME_SIZE_DIFFERS and the faults of the network. */
  answer(asked: FrameQuestion, signal: AbortSignal): Promise<DeskAnswer>
}

/** What the frames seen last may take: about ten of a network of 1024 x 1024, hundreds of the built-in segmenter. */
const cacheBytes = 256 * 1024 * 1024

type Network = {
  readonly key: string
  readonly session: SamSession
  readonly threads: readonly ModelThread[]
  readonly seen: KeyedCache<SeenPicture>
}

export function createPromptDesk(): PromptDesk {
  const regions = createKeyedCache<readonly Region[]>(cacheBytes, (list) => list.reduce((sum, { rle }) => sum + rle.counts.byteLength, 0))
  let network: Promise<Network> | undefined
  let networkKey = ''
  const networkFor = async (model: UsableModel, device: string): Promise<Network> => {
    const key = `${model.sha256} ${device}`
    if (network && networkKey === key) return network
    const before = network
    networkKey = key
    const opening = (async () => {
      // Two networks at a time could be more than the memory holds.
      for (const thread of (await before?.catch(() => undefined))?.threads ?? []) await thread.close()
      return openNetwork(key, model, device)
    })()
    network = opening
    // One that could not be opened is tried again by the next question.
    opening.catch(() => {
      if (network === opening) network = undefined
    })
    return opening
  }
  return {
    answer: async (asked, signal) => {
      const { frame, model, device, question } = asked
      const picture = () => readPicture(frame, asked)
      const { mtimeMs, size } = await stat(frame.file).catch(() => ({ mtimeMs: 0, size: 0 }))
      const frameKey = `${frame.file} ${mtimeMs} ${size}`
      const stop = () => {
        if (signal.aborted) throw new Fault('CANCELLED')
      }
      if (!model) {
        const found = await regions.get(frameKey, async () => regionsOf(await picture()))
        stop()
        return {
          masks: fittingRegions(found, question),
          backend: 'built-in',
          reason: 'regions of the picture, found without weights; on the CPU',
        }
      }
      const { session, seen, threads } = await networkFor(model, device)
      stop()
      const known = await seen.get(frameKey, async () => session.see(await picture()))
      stop()
      const provider = threads[0]!.provider
      const fallback = device !== 'cpu' && provider === 'cpu' ? `; ${device} was asked for and did not take it` : ''
      return {
        masks: await askNetwork(session, known, question, signal),
        backend: model.name,
        reason: `${model.family}, provider ${provider}${fallback}`,
      }
    },
  }
}

async function openNetwork(key: string, model: UsableModel, device: string): Promise<Network> {
  // No signal: what is opened for one question serves the next.
  const options = { ...providersFor(device), threads: Number(process.env.SCENEWRIGHT_MODEL_THREADS || 1) }
  const encoder = await openModelThread(fileOfPart(model, 'encoder'), options)
  try {
    const decoder = await openModelThread(fileOfPart(model, 'decoder'), { ...options, outputs: decoderOutputs })
    return {
      key,
      session: createSamSession(model, encoder, decoder, 1),
      threads: [encoder, decoder],
      seen: createKeyedCache<SeenPicture>(cacheBytes, ({ features }) =>
        Object.values(features).reduce((sum, { values }) => sum + ('byteLength' in values ? values.byteLength : 0), 0),
      ),
    }
  } catch (error) {
    await encoder.close()
    throw error
  }
}
