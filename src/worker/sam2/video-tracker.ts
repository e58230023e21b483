// Objects carried through a video by the modules of SAM 2: one encoding of each frame, a memory of its own for each object.
import { packBfloat16 } from './bfloat16.ts'
import type { FeatureStore, FrameFeatures } from './frame-features.ts'
import { boundedRules, withMemory, withoutMemory } from './memory-attention.ts'
import { type BankRules, emptyBank, type MemoryBank, rememberPrompt, rememberTracked } from './memory-bank.ts'
import { encodeMemory } from './memory-encoding.ts'
import { type Constants, fixedSize, type VideoModules } from './modules.ts'
import {
  carriedOutcomes,
  type ObjectPrompt,
  type Outcome,
  promptedByMask,
  promptedByPoints,
  type Scene,
  shownMask,
  type TrackedMask,
} from './outcome.ts'
import type { Plane } from './plane.ts'
import { encodePrompt, type PromptEmbedding } from './prompt-encoding.ts'

export type VideoTracker = {
  /** Begins at a frame and forgets all objects. */
  start(position: number): void
  /**
   * On the current frame. A new id is a new object; for one that is known already the frame becomes a prompted one too, and points refine
   * the mask it has there.
   */
  prompt(prompts: readonly ObjectPrompt[]): Promise<readonly TrackedMask[]>
  /** To the next frame of the direction; objects in the order in which they came. */
  advance(position: number): Promise<readonly TrackedMask[]>
  remove(ids: readonly number[]): void
  /** All that going on needs; survives a structured clone. */
  state(): VideoTrackerState
  restore(state: VideoTrackerState): void
}

export type VideoTrackerState = {
  readonly position: number
  /** Of the memory encoder, [tokens, width]: the same for every memory, so it is kept once. */
  readonly memoryPosition: Float32Array | undefined
  readonly objects: readonly { readonly id: number; readonly bank: MemoryBank }[]
}

export type VideoTrackerSetup = {
  readonly modules: VideoModules
  readonly constants: Constants
  readonly features: FeatureStore
  readonly width: number
  readonly height: number
  readonly frameCount: number
  readonly reverse: boolean
  /** Looked at before each object; throws to stop. */
  readonly stop?: () => void
}

/** Pointers that attention looks at (max_obj_ptrs_in_encoder). */
const mostPointers = 16
/** Objects whose embeddings (4 MiB each) and masks are held at one time. */
const together = 16

export function createVideoTracker(setup: VideoTrackerSetup): VideoTracker {
  const { modules, constants, features, width, height, frameCount, reverse, stop = () => {} } = setup
  const scene: Scene = { modules, constants, width, height, side: fixedSize(modules.encoder.inputs[0], 2) ?? 1024 }
  const banks = new Map<number, MemoryBank>()
  /** Low-resolution logits on the current frame: what points refine. */
  const latest = new Map<number, Plane>()
  let current: number | undefined
  let memoryPosition: Float32Array | undefined
  let rules: BankRules = { memories: constants.memoryTimes.length, pointers: mostPointers, conditioning: undefined, reverse, frameCount }
  let nothingPrompted: PromptEmbedding | undefined

  const here = (): number => {
    if (current === undefined) throw new Error('A video tracker needs start before anything else')
    return current
  }
  const seenWith = (frame: FrameFeatures, bank: MemoryBank | undefined) =>
    bank === undefined || memoryPosition === undefined || !isKnownElsewhere(bank, here())
      ? Promise.resolve(withoutMemory(frame, constants))
      : withMemory(modules, constants, frame, bank, here(), rules, memoryPosition)

  /** Pointer and memory of an outcome go into the bank of its object. */
  const remember = async (frame: FrameFeatures, id: number, outcome: Outcome, promptedBy: 'mask' | 'points' | 'nothing') => {
    const { objectScore, high, low, pointer } = outcome
    const memory = await encodeMemory(modules, constants, frame, high, { isPointed: promptedBy === 'points', objectScore })
    if (memoryPosition === undefined) {
      memoryPosition = memory.position
      rules = boundedRules(modules, constants, rules, memory.position.length / constants.memoryTimes[0]!.length)
    }
    const bank = banks.get(id) ?? emptyBank()
    banks.set(id, bank)
    latest.set(id, low)
    const remembered = { tokens: packBfloat16(memory.tokens), pointer }
    if (promptedBy === 'nothing') rememberTracked(bank, here(), remembered, rules)
    else rememberPrompt(bank, here(), remembered)
  }

  return {
    start(position) {
      banks.clear()
      latest.clear()
      current = position
    },
    async prompt(prompts) {
      const frame = await features.at(here())
      const masks: TrackedMask[] = []
      for (const one of prompts) {
        stop()
        const outcome =
          'mask' in one
            ? await promptedByMask(scene, frame, one.mask)
            : await promptedByPoints(scene, frame, await seenWith(frame, banks.get(one.id)), one, latest.get(one.id))
        await remember(frame, one.id, outcome, 'mask' in one ? 'mask' : 'points')
        masks.push(shownMask(one.id, outcome, scene))
      }
      return masks
    },
    async advance(position) {
      if (position !== here() + (reverse ? -1 : 1))
        throw new RangeError(`A video goes on frame by frame, not from ${current} to ${position}`)
      current = position
      latest.clear()
      if (banks.size === 0) return []
      const frame = await features.at(position)
      nothingPrompted ??= await encodePrompt(modules, [], undefined)
      const ids = [...banks.keys()]
      const masks: TrackedMask[] = []
      for (let from = 0; from < ids.length; from += together) {
        const some = ids.slice(from, from + together)
        const orders = []
        for (const id of some) {
          stop()
          orders.push({ embedding: await seenWith(frame, banks.get(id)), prompt: nothingPrompted })
        }
        for (const [at, outcome] of (await carriedOutcomes(scene, frame, orders)).entries()) {
          await remember(frame, some[at]!, outcome, 'nothing')
          masks.push(shownMask(some[at]!, outcome, scene))
        }
      }
      return masks
    },
    remove(ids) {
      for (const id of ids) banks.delete(id)
    },
    state: () => ({
      position: here(),
      memoryPosition,
      objects: [...banks].map(([id, { conditioning, tracked }]) => ({
        id,
        bank: { conditioning: new Map(conditioning), tracked: new Map(tracked) },
      })),
    }),
    restore(state) {
      banks.clear()
      latest.clear()
      current = state.position
      memoryPosition = state.memoryPosition
      if (memoryPosition) rules = boundedRules(modules, constants, rules, memoryPosition.length / constants.memoryTimes[0]!.length)
      for (const { id, bank } of state.objects) banks.set(id, { conditioning: new Map(bank.conditioning), tracked: new Map(bank.tracked) })
    },
  }
}

/** A frame is not seen in the light of itself: an object that was only prompted here begins here still. */
function isKnownElsewhere({ conditioning, tracked }: MemoryBank, position: number): boolean {
  return [...conditioning.keys(), ...tracked.keys()].some((at) => at !== position)
}
