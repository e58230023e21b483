// A frame with its masks laid over it, as a JPEG for the report.
import sharp from 'sharp'
import { rleFromString } from '#core/mask/rle'
import type { FrameMasks } from '#core/segment/frame-masks'
import { colourOfMask } from '#core/view/mask-colours'
import { paintInks } from '#core/view/paint-inks'
import type { Picture } from '../frame-pixels.ts'

/** Share of the mask's colour inside of a mask; its border is drawn in full colour. */
const fillShare = 0.45

export async function overlayJpeg(picture: Picture, { masks, size }: FrameMasks, maxWidth: number): Promise<Uint8Array> {
  const { width, height } = picture
  const rles = masks.map(({ counts }) => rleFromString(counts, size))
  const inks = masks.map(({ id }) => ({ colour: colourOfMask(id, 'vivid'), share: fillShare }))
  const pixels = paintInks(picture.pixels, rles, inks, width, height)
  const jpeg = await sharp(pixels, { raw: { width, height, channels: 3 } })
    .resize({ width: maxWidth, withoutEnlargement: true })
    .jpeg({ quality: 85 })
    .toBuffer()
  return new Uint8Array(jpeg)
}
