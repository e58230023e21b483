// Candidates from a promptable network of the SAM family: a grid of clicks on each frame, and finer masks inside coarser ones.
import type { UsableModel } from '#core/model/usable-model'
import { fileOfPart } from '#core/model/usable-model'
import type { RunConfig } from '#core/run/run-config'
import { openModelThread } from '../inference/model-thread.ts'
import { type ModelSeat, seatOptions, warnOfFallback } from '../inference/device-providers.ts'
import { proposeByLevels } from '../segmenters/sam/sam-levels.ts'
import { createSamSession } from '../segmenters/sam/sam-session.ts'
import { decoderOutputs } from '../segmenters/sam/sam-wires.ts'
import type { CandidateSource } from './offer.ts'

/** SAM's own: how far the threshold is moved up and down to see whether a mask depends on it. In logits. */
const stabilityOffset = 1

/** `scale`: pixels of the frame for each pixel of the settings. Throws the faults of openModelThread, and MODEL_UNEXPECTED. */
export async function samCandidates(config: RunConfig, scale: number, model: UsableModel, seat: ModelSeat): Promise<CandidateSource> {
  const { ssam } = config.stages
  const options = seatOptions(seat)
  const encoder = await openModelThread(fileOfPart(model, 'encoder'), options)
  const close = async () => {
    await encoder.close()
    await decoder?.close()
  }
  let decoder: typeof encoder | undefined
  try {
    decoder = await openModelThread(fileOfPart(model, 'decoder'), { ...options, outputs: decoderOutputs })
    for (const network of [encoder, decoder]) warnOfFallback(seat, network)
    const session = createSamSession(model, encoder, decoder, ssam.promptBatch)
    const batch = session.batch === 1 ? 'one prompt at a time' : `${session.batch} prompts at a time`
    return {
      backend: `onnx: ${model.name} (${model.family})`,
      reason: `provider ${encoder.provider}, ${batch}, SHA-256 ${model.sha256.slice(0, 12)}…`,
      usesGpu: true,
      offer: (picture) =>
        proposeByLevels(
          session,
          picture,
          {
            levels: config.levels,
            pointsPerSide: ssam.pointsPerSide,
            cropLayers: ssam.cropLayers,
            refine: ssam.refine,
            rules: {
              predictedIou: ssam.predictedIou,
              stability: ssam.maskStability,
              stabilityOffset,
              boxOverlap: ssam.boxOverlap,
              cleanArea: ssam.cleanArea * scale,
            },
            minArea: ssam.minArea * scale,
            maxPerLevel: ssam.maxMasksPerLevel === 0 ? Number.POSITIVE_INFINITY : ssam.maxMasksPerLevel,
            maxCandidates: ssam.maxCandidates,
          },
          seat.signal,
        ),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}
