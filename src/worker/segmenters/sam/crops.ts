// Parts of a picture that are looked at by themselves, so that small things are large enough for the network.
import type { PixelBox } from '#core/mask/rle'
import type { Rgb } from '../../inference/resample.ts'

export type Crop = { readonly box: PixelBox /** 0: the whole picture. */; readonly layer: number }

/** How much neighbours share, of the short side at the first layer: segment-anything's 512 / 1500. */
const overlapShare = 512 / 1500
/** A mask this near to the edge of its crop was cut by it. In pixels, as in segment-anything. */
const edgePixels = 20

/** The whole picture, then 2^n x 2^n parts that overlap, for each layer n up to `layers`; `generate_crop_boxes` of segment-anything. */
export function cropsOf(width: number, height: number, layers: number): Crop[] {
  const crops: Crop[] = [{ box: { x: 0, y: 0, width, height }, layer: 0 }]
  for (let layer = 1; layer <= layers; layer++) {
    const side = 2 ** layer
    const overlap = Math.floor(overlapShare * Math.min(width, height) * (2 / side))
    const along = (length: number) => {
      const part = Math.ceil((overlap * (side - 1) + length) / side)
      return Array.from({ length: side }, (_, at) => {
        const from = (part - overlap) * at
        return { from, length: Math.min(from + part, length) - from }
      })
    }
    for (const column of along(width))
      for (const row of along(height))
        if (column.length > 0 && row.length > 0)
          crops.push({ box: { x: column.from, y: row.from, width: column.length, height: row.length }, layer })
  }
  return crops
}

/** Whether a box [x, y, width, height] ends at an edge of the crop that is no edge of the picture. */
export function isCutByCrop(
  [x, y, width, height]: readonly [number, number, number, number],
  crop: PixelBox,
  picture: { readonly width: number; readonly height: number },
): boolean {
  const near = (a: number, b: number) => Math.abs(a - b) <= edgePixels
  const sides = [
    [x, crop.x, 0],
    [y, crop.y, 0],
    [x + width, crop.x + crop.width, picture.width],
    [y + height, crop.y + crop.height, picture.height],
  ] as const
  return sides.some(([at, ofCrop, ofPicture]) => near(at, ofCrop) && !near(at, ofPicture))
}

/** The pixels of a box; those outside of `inside` (row-major over the whole picture, 0 = outside) are painted black. */
export function cutOut(picture: Rgb, box: PixelBox, inside?: Uint8Array): Rgb {
  const pixels = new Uint8Array(box.width * box.height * 3)
  for (let y = 0; y < box.height; y++) {
    const from = (y + box.y) * picture.width + box.x
    pixels.set(picture.pixels.subarray(from * 3, (from + box.width) * 3), y * box.width * 3)
    if (!inside) continue
    for (let x = 0; x < box.width; x++) if (inside[from + x] === 0) pixels.fill(0, (y * box.width + x) * 3, (y * box.width + x + 1) * 3)
  }
  return { width: box.width, height: box.height, pixels }
}
