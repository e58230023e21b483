// The choice between the sources of candidates of the ssam stage.
import { Fault } from '#core/base/fault'
import { lineOfResolution, type Resolution } from '#core/model/resolve'
import type { RunConfig } from '#core/run/run-config'
import type { ModelSeat } from '../inference/device-providers.ts'
import { builtinCandidates } from './builtin-candidates.ts'
import { detectorCandidates } from './detector-candidates.ts'
import type { CandidateSource } from './offer.ts'
import { onnxCandidates } from './onnx-candidates.ts'
import { samCandidates } from './sam-candidates.ts'

/**
 * `scale`: pixels of the frame for each pixel of the settings. `resolution`: which model was found for the settings. Throws the model's fault when it cannot be used
 * after all: nothing falls back in silence.
 */
export async function openCandidateSource(
  config: RunConfig,
  scale: number,
  resolution: Resolution | undefined,
  seat: ModelSeat,
): Promise<CandidateSource> {
  const minArea = config.stages.ssam.minArea * scale
  if (config.stages.ssam.backend === 'builtin') return builtinCandidates(config, minArea)
  if (resolution?.model?.role === 'promptableSegmenter') return samCandidates(config, scale, resolution.model, seat)
  if (resolution?.model?.role === 'detector') return detectorCandidates(config, minArea, resolution.model, seat)
  if (resolution?.model) return onnxCandidates(config, minArea, resolution.model, seat)
  if (resolution?.source === 'builtin') return { ...builtinCandidates(config, minArea), reason: lineOfResolution(resolution) }
  throw new Fault('CONFIG_INVALID', { where: 'stages.ssam.model', reason: 'the onnx backend needs a model' })
}
