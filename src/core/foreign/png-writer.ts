// Writes PNG pictures of whole numbers: palette indices, grey values of one, two or no bytes.
import { joinedBytes } from '../base/joined-bytes.ts'
import { crc32 } from './crc32.ts'

/** `values` row by row. bit: nonzero = white. index: places in the palette (RGB triples). */
export type PngRaster = { readonly width: number; readonly height: number } & (
  | { readonly kind: 'bit' | 'grey8'; readonly values: ArrayLike<number> }
  | { readonly kind: 'grey16'; readonly values: ArrayLike<number> }
  | { readonly kind: 'index'; readonly values: ArrayLike<number>; readonly palette: Uint8Array }
)

const signature = [137, 80, 78, 71, 13, 10, 26, 10]
const layouts = {
  bit: { depth: 1, colour: 0 },
  grey8: { depth: 8, colour: 0 },
  grey16: { depth: 16, colour: 0 },
  index: { depth: 8, colour: 3 },
} as const

/**
 * `deflate` packs with a zlib header (RFC 1950). Rows are not filtered: ids of neighbours say nothing about each other. Throws
 * RangeError when the values are not as many as the size asks for, or a palette is empty or above 256 colours.
 */
export function pngBytes(raster: PngRaster, deflate: (plain: Uint8Array) => Uint8Array): Uint8Array<ArrayBuffer> {
  const { width, height, kind } = raster
  if (raster.values.length !== width * height)
    throw new RangeError(`A ${width} x ${height} picture has ${width * height} pixels; got ${raster.values.length}.`)
  const { depth, colour } = layouts[kind]
  const header = new Uint8Array(13)
  const view = new DataView(header.buffer)
  view.setUint32(0, width)
  view.setUint32(4, height)
  header.set([depth, colour, 0, 0, 0], 8)
  const palette = kind === 'index' ? [chunk('PLTE', checkedPalette(raster.palette))] : []
  const parts = [
    Uint8Array.from(signature),
    chunk('IHDR', header),
    ...palette,
    chunk('IDAT', deflate(rowsOf(raster, depth))),
    chunk('IEND', new Uint8Array()),
  ]
  return joinedBytes(parts)
}

function checkedPalette(palette: Uint8Array): Uint8Array {
  if (palette.length === 0 || palette.length > 768 || palette.length % 3 !== 0)
    throw new RangeError(`A palette has 1 to 256 colours of three bytes; got ${palette.length} bytes.`)
  return palette
}

/** Each row begins with the number of its filter, 0. */
function rowsOf({ width, height, values }: PngRaster, depth: number): Uint8Array {
  const stride = 1 + Math.ceil((width * depth) / 8)
  const rows = new Uint8Array(stride * height)
  for (let y = 0, i = 0; y < height; y++) {
    const row = y * stride + 1
    if (depth === 8) for (let x = 0; x < width; x++, i++) rows[row + x] = values[i]!
    else if (depth === 1) for (let x = 0; x < width; x++, i++) rows[row + (x >> 3)]! |= values[i] === 0 ? 0 : 0x80 >> (x & 7)
    else
      for (let x = 0; x < width; x++, i++) {
        rows[row + 2 * x] = values[i]! >> 8
        rows[row + 2 * x + 1] = values[i]!
      }
  }
  return rows
}

function chunk(kind: string, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + body.length)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, body.length)
  bytes.set(new TextEncoder().encode(kind), 4)
  bytes.set(body, 8)
  view.setUint32(8 + body.length, crc32(bytes.subarray(4, 8 + body.length)))
  return bytes
}
