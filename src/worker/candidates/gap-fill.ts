// Gap fill: what no candidate of the coarsest level covers, as candidates of its own (My3DIS 3.3, pass A).
import { piecesOfRle } from '#core/mask/components'
import { complementOfRle, unionOfRles } from '#core/mask/overlap'
import type { Rle } from '#core/mask/rle'

/** Connected rest areas of at least `fillArea` pixels of the frame. A frame without any mask gets no gap. */
export function gapsBetween(masks: readonly Rle[], height: number, width: number, fillArea: number): Rle[] {
  if (masks.length === 0) return []
  return piecesOfRle(complementOfRle(unionOfRles(masks, height, width)), Math.max(1, fillArea)).map((piece) => piece.mask)
}
