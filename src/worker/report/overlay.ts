// A frame with its masks laid over it, as a JPEG for the report.
import sharp from 'sharp'
import { paintLabelRaster } from '#core/mask/label-raster'
import { rleFromString } from '#core/mask/rle'
import type { FrameMasks } from '#core/segment/frame-masks'
import { colourOfMask } from '#core/view/mask-colours'
import type { Picture } from '../frame-pixels.ts'

/** Share of the mask's colour inside of a mask; its border is drawn in full colour. */
const fillShare = 0.45

/**
 * Drawn at the size of the frame and shrunk with its outlines, which smooths them; paintFrame of core/view draws a smaller picture straight away, and
 * its outlines are one hard line at the size of the report's pictures.
 */
export async function overlayJpeg(picture: Picture, masks: FrameMasks, maxWidth: number): Promise<Uint8Array> {
  const { width, height } = picture
  const raster = paintLabelRaster(
    masks.masks.map((mask) => rleFromString(mask.counts, masks.size)),
    width,
    height,
  )
  const colours = masks.masks.map((mask) => colourOfMask(mask.id, 'vivid'))
  const pixels = Uint8Array.from(picture.pixels)
  for (let y = 0, i = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, i += 1) {
      const label = raster[i]!
      const onBorder = (x + 1 < width && raster[i + 1] !== label) || (y + 1 < height && raster[i + width] !== label)
      const top = label || (onBorder ? Math.max(raster[i + 1] ?? 0, raster[i + width] ?? 0) : 0)
      if (top === 0) continue
      const share = onBorder ? 1 : fillShare
      const colour = colours[top - 1]!
      for (let c = 0; c < 3; c += 1) pixels[i * 3 + c] = pixels[i * 3 + c]! * (1 - share) + colour[c]! * share
    }
  }
  const jpeg = await sharp(pixels, { raw: { width, height, channels: 3 } })
    .resize({ width: maxWidth, withoutEnlargement: true })
    .jpeg({ quality: 85 })
    .toBuffer()
  return new Uint8Array(jpeg)
}
