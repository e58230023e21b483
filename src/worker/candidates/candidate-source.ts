// The choice between the sources of candidates of the ssam stage.
import type { RunConfig } from '#core/run/run-config'
import { builtinCandidates } from './builtin-candidates.ts'
import type { CandidateSource } from './offer.ts'
import { onnxCandidates } from './onnx-candidates.ts'

/** `minArea` in pixels of the frame. Throws the model's fault when the chosen one cannot be used: nothing falls back in silence. */
export async function openCandidateSource(config: RunConfig, minArea: number): Promise<CandidateSource> {
  return config.stages.ssam.backend === 'onnx' ? onnxCandidates(config, minArea) : builtinCandidates(config, minArea)
}
