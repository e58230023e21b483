// Masks painted over a picture, each with an ink of its own, for the pictures of reports.
import { paintLabelRaster } from '../mask/label-raster.ts'
import type { Rle } from '../mask/rle.ts'
import type { Colour } from './mask-colours.ts'

/** `share`: of the colour inside of the mask, 0..1; its outline is drawn in full colour. */
export type Ink = { readonly colour: Colour; readonly share: number }

/**
 * `ground`: RGB, row-major; what comes back is, too. `masks` have its size, the smallest is on top; `inks` are theirs.
 *
 * Reports draw at the size of the frame and shrink picture and outlines together, which smooths them; `paintFrame` draws a view of a page
 * straight at its size, with outlines that are a hard line at the size of such pictures, and one strength for all masks.
 */
export function paintInks(ground: Uint8Array, masks: readonly Rle[], inks: readonly Ink[], width: number, height: number): Uint8Array {
  const raster = paintLabelRaster(masks, width, height)
  const pixels = Uint8Array.from(ground)
  for (let y = 0, i = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1, i += 1) {
      const label = raster[i]!
      const right = x + 1 < width ? raster[i + 1]! : label
      const below = y + 1 < height ? raster[i + width]! : label
      const top = label || Math.max(right, below)
      if (top === 0) continue
      const { colour, share } = inks[top - 1]!
      const ink = right !== label || below !== label ? 1 : share
      for (let c = 0; c < 3; c += 1) pixels[i * 3 + c] = pixels[i * 3 + c]! * (1 - ink) + colour[c]! * ink
    }
  return pixels
}
