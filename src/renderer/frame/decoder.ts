// The decoding thread of the page: bytes to a bitmap and label rasters, handed back without a copy.
import { decodeMasks } from './decode-frame.ts'
import type { DecodeAnswer, DecodeRequest } from './decoder-messages.ts'

self.addEventListener('message', (event: MessageEvent<DecodeRequest>) => {
  const request = event.data
  decode(request).then(
    ({ answer, transfer }) => self.postMessage(answer, { transfer }),
    (error: unknown) =>
      self.postMessage({ ask: request.ask, reason: error instanceof Error ? error.message : String(error) } satisfies DecodeAnswer),
  )
})

async function decode({
  ask,
  frameIndex,
  width,
  height,
  image,
  parts,
}: DecodeRequest): Promise<{ answer: DecodeAnswer; transfer: Transferable[] }> {
  const bitmap = image && (await createImageBitmap(new Blob([image.bytes], { type: image.mediaType })))
  const masks = decodeMasks(parts, frameIndex, width, height)
  const buffers = [...Object.values(masks.columns), ...masks.layers.rasters].flatMap((one) => (ArrayBuffer.isView(one) ? [one.buffer] : []))
  return { answer: { ask, frame: { bitmap, masks } }, transfer: [...new Set(buffers), ...(bitmap ? [bitmap] : [])] }
}
