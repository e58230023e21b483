// J, the region score: how far two masks of one frame cover the same pixels.

import { intersectionArea } from '#core/mask/overlap'
import { areaOfRle, type Rle } from '#core/mask/rle'

/**
 * Intersection over union, 0..1; 1 when both are empty, for the answer "not in this frame" is then right. Throws RangeError when the
 * masks differ in size. Source: DAVIS 2016 (Perazzi et al.), measure J.
 */
export function regionScore(predicted: Rle, truth: Rle): number {
  const shared = intersectionArea(predicted, truth)
  const covered = areaOfRle(predicted) + areaOfRle(truth) - shared
  return covered === 0 ? 1 : shared / covered
}
