// Reads the picture that a model is tried on.
import sharp from 'sharp'
import { Fault, reasonOfError } from '#core/base/fault'
import type { Rgb } from './resample.ts'

/** Three channels of 8 bits, whatever the file has. Throws FRAME_UNREADABLE. */
export async function readPicture(path: string): Promise<Rgb> {
  try {
    const { data, info } = await sharp(path).removeAlpha().toColourspace('srgb').raw().toBuffer({ resolveWithObject: true })
    return { width: info.width, height: info.height, pixels: data }
  } catch (error) {
    throw new Fault('FRAME_UNREADABLE', { frameIndex: 0, file: path, reason: reasonOfError(error) }, error)
  }
}
