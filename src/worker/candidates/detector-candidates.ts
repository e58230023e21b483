// Candidates from a detector: each thing found is a candidate of the form of its box, for a tracker or a person to make more of.
import { basename } from 'node:path'
import { areaOfRle, type Rle, rleFromCrop } from '#core/mask/rle'
import type { UsableModel } from '#core/model/usable-model'
import type { RunConfig } from '#core/run/run-config'
import { type FoundBox, openDetector } from '../detect/detector.ts'
import { type ModelSeat, seatOptions, warnOfFallback } from '../inference/device-providers.ts'
import { nest } from './onnx-candidates.ts'
import type { CandidateSource } from './offer.ts'

/** `minArea` in pixels of the frame, of the box. */
export async function detectorCandidates(
  config: RunConfig,
  minArea: number,
  model: UsableModel,
  seat: ModelSeat,
): Promise<CandidateSource> {
  const { scoreThreshold, maxCandidates, classes, tiles, tileOverlap } = config.stages.ssam
  const limits = { scoreThreshold, maxDetections: maxCandidates, classes, tiles, tileOverlap }
  const detector = await openDetector(model, { ...seatOptions(seat), ...limits })
  warnOfFallback(seat, detector.session)
  const { provider, sha256 } = detector.session
  return {
    backend: `onnx: ${basename(model.path)}`,
    reason: `chosen in the settings; a detector, so candidates are boxes; provider ${provider}, SHA-256 ${sha256.slice(0, 12)}…`,
    usesGpu: true,
    offer: async (picture) => {
      const found = await detector.detect(picture)
      const masks = found.map((one) => ({ rle: rleOfBox(one, picture), score: one.score, stability: 1, className: one.className }))
      return nest(
        masks.filter(({ rle }) => areaOfRle(rle) >= Math.max(1, minArea)),
        config.levels,
      )
    },
    close: () => detector.close(),
  }
}

/** The pixels whose centres lie in the box. */
export function rleOfBox({ box: [x, y, width, height] }: Pick<FoundBox, 'box'>, picture: { width: number; height: number }): Rle {
  const [left, top] = [Math.max(0, Math.ceil(x - 0.5)), Math.max(0, Math.ceil(y - 0.5))]
  const [right, bottom] = [Math.min(picture.width, Math.ceil(x + width - 0.5)), Math.min(picture.height, Math.ceil(y + height - 0.5))]
  const crop = { x: left, y: top, width: Math.max(0, right - left), height: Math.max(0, bottom - top) }
  return rleFromCrop(new Uint8Array(crop.width * crop.height).fill(1), crop, picture.width, picture.height)
}
