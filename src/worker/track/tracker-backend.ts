// The choice between the backends of the tracker stage: the built-in carrier, or the modules of a video network.
import { Fault } from '#core/base/fault'
import { lineOfResolution } from '#core/model/resolve'
import type { UsableModel } from '#core/model/usable-model'
import { providersFor, warnOfFallback } from '../inference/device-providers.ts'
import { createFeatureStore } from '../sam2/frame-features.ts'
import { openVideoModel } from '../sam2/open-modules.ts'
import { sam2Carriers } from '../sam2/sam2-carriers.ts'
import { type StageContext, stopIfCancelled, warnOfUnusedDevice } from '../stage.ts'
import { builtinCarriers } from './builtin-carriers.ts'
import type { CarrierSource } from './carrier.ts'
import { createFrameStore } from './frame-store.ts'

export type TrackerBackend = {
  readonly name: string
  /** Why this one, in words. */
  readonly reason: string
  /** Its state is its own: whoever keeps it only hands it back. */
  readonly carriers: CarrierSource<unknown>
  close(): Promise<void>
}

/** Threads of one operation: results on the CPU depend on it in the last digits, so it does not depend on the machine. */
const threads = 2

/** Throws the model's fault when it cannot be used after all: nothing falls back in silence. */
export async function openTrackerBackend(context: StageContext): Promise<TrackerBackend> {
  const { config, model } = context.assignment
  if (config.stages.tracker.backend === 'builtin')
    return builtinBackend(context, 'chosen in the settings (the default); optical flow both ways, snapped to edges, needs no weights')
  if (model?.model) return networkBackend(context, model.model)
  if (model?.source === 'builtin') return builtinBackend(context, lineOfResolution(model))
  throw new Fault('CONFIG_INVALID', { where: 'stages.tracker.model', reason: 'the onnx backend needs a model' })
}

function builtinBackend(context: StageContext, reason: string): TrackerBackend {
  const { config, frames, width, height } = context.assignment
  const { quality } = config.stages.tracker
  const name = `built-in (${quality})`
  warnOfUnusedDevice(context, name)
  const carriers = builtinCarriers({ quality, width, height }, createFrameStore(frames, context.assignment))
  return { name, reason, carriers, close: async () => {} }
}

async function networkBackend(context: StageContext, model: UsableModel): Promise<TrackerBackend> {
  const { frames, width, height, device } = context.assignment
  const { signal } = context
  const opened = await openVideoModel(model, { ...providersFor(device), threads, signal })
  for (const session of opened.sessions) warnOfFallback(context, session)
  const { modules, constants, preprocessing } = opened
  const pictures = createFrameStore(frames, context.assignment)
  const features = createFeatureStore(modules, preprocessing, pictures.picture)
  const providers = [...new Set(opened.sessions.map(({ provider }) => provider))].join(' and ')
  return {
    name: `onnx: ${model.name}`,
    reason: `chosen in the settings; provider ${providers}, SHA-256 ${model.sha256.slice(0, 12)}…`,
    carriers: sam2Carriers({
      modules,
      constants,
      features,
      width,
      height,
      frameCount: frames.length,
      stop: () => stopIfCancelled(signal),
    }),
    close: opened.close,
  }
}
