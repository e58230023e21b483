// Where candidates come from: one interface for every backend of the ssam stage, and the choice between them.
import type { RunConfig } from '#core/run/run-config'
import type { Rle } from '#core/mask/rle'
import type { Picture } from '../frame-pixels.ts'
import { builtinCandidates } from './builtin-candidates.ts'
import { onnxCandidates } from './onnx-candidates.ts'

export type Offer = {
  readonly level: number
  /** Place in the same list of the candidate one level coarser that this one lies in; always before it. */
  readonly parent: number | undefined
  readonly rle: Rle
  /** 0..1. */
  readonly score: number
  readonly stability: number
  readonly className?: string | undefined
}

export type CandidateSource = {
  readonly backend: string
  /** Why this backend, in words for the record. */
  readonly reason: string
  /** Parents before children. */
  offer(picture: Picture): Promise<readonly Offer[]>
  close(): Promise<void>
}

/** `minArea` in pixels of the frame. Throws the model's fault when the chosen one cannot be used: nothing falls back in silence. */
export async function openCandidateSource(config: RunConfig, minArea: number): Promise<CandidateSource> {
  return config.stages.ssam.backend === 'onnx' ? onnxCandidates(config, minArea) : builtinCandidates(config, minArea)
}
