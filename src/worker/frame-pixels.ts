// A frame file as pixels: three bytes a pixel, never rotated, for cameras were calibrated on the file as it lies.
import sharp from 'sharp'
import { Fault, reasonOfError } from '#core/base/fault'

export type Picture = { readonly width: number; readonly height: number; readonly pixels: Uint8Array }

/** Throws FRAME_UNREADABLE, or FRAME_SIZE_DIFFERS when the file changed since the run was checked. */
export async function readPicture(
  frame: { readonly file: string; readonly name: string; readonly frameIndex: number },
  expected: { readonly width: number; readonly height: number },
): Promise<Picture> {
  const { data, info } = await sharp(frame.file)
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
    .catch((error: unknown) => {
      throw new Fault('FRAME_UNREADABLE', { frameIndex: frame.frameIndex, file: frame.name, reason: reasonOfError(error) }, error)
    })
  if (info.width !== expected.width || info.height !== expected.height) {
    throw new Fault('FRAME_SIZE_DIFFERS', {
      frameIndex: frame.frameIndex,
      file: frame.name,
      width: info.width,
      height: info.height,
      firstWidth: expected.width,
      firstHeight: expected.height,
    })
  }
  return { width: info.width, height: info.height, pixels: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) }
}
