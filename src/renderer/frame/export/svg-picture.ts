// A drawing in SVG as pixels, by the browser's own renderer.
import { Fault } from '#core/base/fault'

/** PNG with twice the pixels on each side, so that thin lines and words stay sharp on paper. Throws UNEXPECTED when it is no drawing. */
export async function pngOfSvg(svg: string, width: number, height: number): Promise<Blob> {
  const address = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }))
  try {
    const picture = new Image(width, height)
    picture.src = address
    await picture.decode()
    const canvas = new OffscreenCanvas(width * 2, height * 2)
    const pen = canvas.getContext('2d')
    if (!pen) throw new Fault('UNEXPECTED', { reason: 'this browser has no drawing surface beside the page' })
    pen.drawImage(picture, 0, 0, width * 2, height * 2)
    return await canvas.convertToBlob({ type: 'image/png' })
  } finally {
    URL.revokeObjectURL(address)
  }
}
