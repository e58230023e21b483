// The line under the picture that says which pixel lies under the pointer, and what it holds.
import { useMemo } from 'react'
import type { FramePicture } from '../../../frame/frame-source.ts'
import { type SceneRaster, valueAt } from '../../../frame/layers/scene-raster.ts'
import type { PixelEvent } from '../../../frame/use-pointer.ts'
import { type Colour, hexFromColour } from '#core/view/mask-colours'

export function PixelBar({
  picture,
  at,
  raster,
}: {
  readonly picture: FramePicture
  readonly at: PixelEvent
  readonly raster: SceneRaster | undefined
}) {
  const read = useMemo(() => pixelReader(picture.bitmap), [picture])
  const colour = read(at.x, at.y)
  const value = raster && raster.frameIndex === picture.frameIndex ? valueAt(raster, picture, at.x, at.y) : undefined
  return (
    <p data-testid="pixel-bar" className="flex items-center gap-2.5 rounded-md bg-[#0c0c0cd6] px-2 py-0.5 text-xs text-[#eeeeee]">
      <span>
        {at.x}, {at.y}
      </span>
      {colour && (
        <span className="flex items-center gap-1.5">
          <span aria-hidden className="size-2.5 border border-[#ffffff40]" style={{ background: hexFromColour(colour) }} />
          <span className="text-[#b5b2ae]">rgb</span> {colour.join(' ')}
        </span>
      )}
      {raster && (
        <span>
          <span className="text-[#b5b2ae]">{raster.kind}</span> {raster.kind === 'depth' ? depthWords(value) : (value ?? 'none')}
        </span>
      )}
    </p>
  )
}

/** Stored in millimetres; said in metres. */
export function depthWords(millimetres: number | undefined): string {
  return millimetres === undefined ? 'not measured' : `${(millimetres / 1000).toFixed(2)} m`
}

/** Reads single pixels of a picture; undefined where the browser gives no canvas. */
function pixelReader(bitmap: ImageBitmap): (x: number, y: number) => Colour | undefined {
  const pen = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })
  return (x, y) => {
    // A picture that was given up has no size; its next one is on the way.
    if (!pen || bitmap.width === 0) return undefined
    pen.drawImage(bitmap, x, y, 1, 1, 0, 0, 1, 1)
    const [red = 0, green = 0, blue = 0] = pen.getImageData(0, 0, 1, 1).data
    return [red, green, blue]
  }
}
