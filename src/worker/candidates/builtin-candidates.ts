// Candidates without weights: cuts of hierarchies that the picture itself gives.
import { rleFromCrop } from '#core/mask/rle'
import type { RunConfig } from '#core/run/run-config'
import { proposeMasks } from '../segment/propose.ts'
import type { CandidateSource } from './offer.ts'

export function builtinCandidates(config: RunConfig, minArea: number): CandidateSource {
  const { maxMasksPerLevel, maxCandidates } = config.stages.ssam
  const maxPerLevel = maxMasksPerLevel === 0 ? maxCandidates : maxMasksPerLevel
  return {
    backend: 'built-in',
    reason: 'chosen in the settings (the default); needs no weights',
    usesGpu: false,
    offer: async (picture) =>
      proposeMasks(picture, { levels: config.levels, minArea, maxPerLevel, maxCandidates }).map((proposed) => ({
        level: proposed.level,
        parent: proposed.parent,
        rle: rleFromCrop(proposed.mask.bits, proposed.mask, picture.width, picture.height),
        score: proposed.predictedIou,
        stability: proposed.stability,
      })),
    close: async () => {},
  }
}
