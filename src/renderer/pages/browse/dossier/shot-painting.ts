// Draws one cut-out: the part of the picture around a mask, its surroundings darker, its outline light over dark.
import type { Shot } from './read-moment.ts'

/** `picture` is the whole frame at any size; without it the mask stands on a plain ground. */
export function paintShot(
  canvas: HTMLCanvasElement | OffscreenCanvas,
  picture: ImageBitmap | undefined,
  { crop, mask, frameWidth }: Shot,
): void {
  const pen = canvas.getContext('2d', { willReadFrequently: true })
  if (!pen) return
  const { width, height } = canvas
  pen.fillStyle = '#3a3a3a'
  pen.fillRect(0, 0, width, height)
  if (picture) {
    const scale = picture.width / frameWidth
    pen.drawImage(picture, crop.x * scale, crop.y * scale, crop.width * scale, crop.height * scale, 0, 0, width, height)
  }
  const drawn = pen.getImageData(0, 0, width, height)
  const isInside = (x: number, y: number) => {
    const [column, row] = [Math.floor((x / width) * crop.width), Math.floor((y / height) * crop.height)]
    return x >= 0 && y >= 0 && x < width && y < height && mask[row * crop.width + column] === 1
  }
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      const at = (y * width + x) * 4
      const isIn = isInside(x, y)
      const touches = (reach: number) =>
        isInside(x - reach, y) !== isIn ||
        isInside(x + reach, y) !== isIn ||
        isInside(x, y - reach) !== isIn ||
        isInside(x, y + reach) !== isIn
      const tone = isIn && touches(2) ? 255 : !isIn && touches(1) ? 0 : undefined
      for (let channel = 0; channel < 3; channel += 1)
        drawn.data[at + channel] = tone ?? (isIn ? drawn.data[at + channel]! : drawn.data[at + channel]! * 0.5)
    }
  pen.putImageData(drawn, 0, 0)
}
