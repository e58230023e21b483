// The decoding thread of the page: bytes to a bitmap and label rasters, handed back without a copy.
import { decodeMasks } from './decode-frame.ts'
import type { ByteRange, DecodeAnswer, DecodeRequest } from './decoder-messages.ts'

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
  bytes,
  image,
  parts,
}: DecodeRequest): Promise<{ answer: DecodeAnswer; transfer: Transferable[] }> {
  const cut = ({ offset, length }: ByteRange) => bytes.subarray(offset, offset + length)
  const bitmap = image && (await createImageBitmap(new Blob([new Uint8Array(cut(image))], { type: image.mediaType })))
  const masks = decodeMasks(parts.map(cut), frameIndex, width, height)
  const buffers = [...Object.values(masks.columns), ...masks.layers.rasters, ...masks.layers.beneath.map((one) => one.raster)].flatMap(
    (one) => (ArrayBuffer.isView(one) ? [one.buffer] : []),
  )
  return { answer: { ask, frame: { bitmap, masks } }, transfer: [...new Set(buffers), ...(bitmap ? [bitmap] : [])] }
}
