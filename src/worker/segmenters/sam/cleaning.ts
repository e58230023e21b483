// Small holes filled and small islands taken away, as SAM's generator does with its masks.
import { piecesOfRle } from '#core/mask/components'
import { complementOfRle, unionOfRles } from '#core/mask/overlap'
import type { Rle } from '#core/mask/rle'

/**
 * Holes and islands of fewer than `minArea` pixels (4-connected) go; the largest island stays even when it is smaller. After
 * `remove_small_regions` of segment-anything, which joins over corners too.
 */
export function cleanMask(mask: Rle, minArea: number): { readonly mask: Rle; readonly isChanged: boolean } {
  if (minArea <= 1) return { mask, isChanged: false }
  const [height, width] = mask.size
  const holes = piecesOfRle(complementOfRle(mask)).filter(({ area }) => area < minArea)
  const filled = holes.length === 0 ? mask : unionOfRles([mask, ...holes.map((hole) => hole.mask)], height, width)
  const islands = piecesOfRle(filled)
  const kept = islands.filter(({ area }) => area >= minArea)
  if (kept.length === islands.length) return { mask: filled, isChanged: holes.length > 0 }
  const largest = islands.reduce((most, island) => (island.area > most.area ? island : most))
  const left = kept.length > 0 ? kept : [largest]
  return {
    mask: unionOfRles(
      left.map((island) => island.mask),
      height,
      width,
    ),
    isChanged: true,
  }
}
