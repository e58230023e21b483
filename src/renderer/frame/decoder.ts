// The decoding thread of the page: bytes to a bitmap and label rasters, handed back without a copy.
import { decodeMasks, paintColumns } from './decode-frame.ts'
import type { ByteRange, DecodeAnswer, DecodeRequest, PaintRequest } from './decoder-messages.ts'
import type { MaskLayers } from './mask-columns.ts'

type Answered = { readonly answer: DecodeAnswer; readonly transfer: Transferable[] }

self.addEventListener('message', (event: MessageEvent<DecodeRequest | PaintRequest>) => {
  const request = event.data
  const work = 'columns' in request ? paint(request) : decode(request)
  work.then(
    ({ answer, transfer }) => self.postMessage(answer, { transfer }),
    (error: unknown) =>
      self.postMessage({ ask: request.ask, reason: error instanceof Error ? error.message : String(error) } satisfies DecodeAnswer),
  )
})

const buffersOf = ({ rasters, beneath }: MaskLayers) => [...rasters, ...beneath.map((one) => one.raster)].map((one) => one.buffer)

async function paint({ ask, columns, plan }: PaintRequest): Promise<Answered> {
  const layers = paintColumns(columns, plan)
  return { answer: { ask, layers }, transfer: buffersOf(layers) }
}

async function decode({ ask, frameIndex, width, height, bytes, image, parts, isDrawn }: DecodeRequest): Promise<Answered> {
  const cut = ({ offset, length }: ByteRange) => bytes.subarray(offset, offset + length)
  const bitmap = image && (await createImageBitmap(new Blob([new Uint8Array(cut(image))], { type: image.mediaType })))
  const masks = decodeMasks(parts.map(cut), frameIndex, width, height, isDrawn)
  const buffers = Object.values(masks.columns).flatMap((one) => (ArrayBuffer.isView(one) ? [one.buffer] : []))
  const all = new Set([...buffers, ...buffersOf(masks.layers)])
  return { answer: { ask, frame: { bitmap, masks } }, transfer: [...all, ...(bitmap ? [bitmap] : [])] }
}
