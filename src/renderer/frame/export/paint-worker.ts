// The painting thread of the page: a frame and a view to a picture, drawn as the command line draws it.
import { type DrawnMask, paintFrame } from '#core/view/paint-frame'
import type { PaintAnswer, PaintRequest } from './painter.ts'

self.addEventListener('message', (event: MessageEvent<PaintRequest>) => {
  paint(event.data).then(
    (answer) => self.postMessage(answer, { transfer: 'painted' in answer ? [answer.painted] : [] }),
    (error: unknown) => self.postMessage({ reason: error instanceof Error ? error.message : String(error) } satisfies PaintAnswer),
  )
})

async function paint({ bitmap, columns, view, stages, wants }: PaintRequest): Promise<PaintAnswer> {
  const { width, height } = bitmap
  const pen = context(width, height)
  pen.drawImage(bitmap, 0, 0)
  bitmap.close()
  const { ids, levels, areas, scores, stabilities, runs, runStarts } = columns
  const masks: DrawnMask[] = Array.from(ids, (id, i) => ({
    id,
    level: levels[i]!,
    area: areas[i]!,
    score: scores[i]!,
    stability: stabilities[i]!,
    mask: { size: [height, width], counts: runs.subarray(runStarts[i]!, runStarts[i + 1]!) },
  }))
  const reached = new Map(stages)
  const ground = { width, height, channels: 4, pixels: pen.getImageData(0, 0, width, height).data } as const
  const painted = paintFrame(ground, masks, view, (id) => reached.get(id))
  const out = context(painted.width, painted.height)
  out.putImageData(new ImageData(painted.pixels, painted.width, painted.height), 0, 0)
  return wants === 'png' ? { blob: await out.canvas.convertToBlob({ type: 'image/png' }) } : { painted: out.canvas.transferToImageBitmap() }
}

function context(width: number, height: number): OffscreenCanvasRenderingContext2D {
  const pen = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })
  if (!pen) throw new Error('this browser has no drawing surface beside the page')
  return pen
}
