// Reads and writes PNG masks as the numbers they store: palette images give their indices, which picture libraries hide.
import { deflateSync, inflateSync } from 'node:zlib'
import { Fault } from '#core/base/fault'
import { pngBytes } from '#core/foreign/png-writer'

/** One number per pixel, row by row. `palette` (RGB triples) is there when the file has one. */
export type IndexRaster = {
  readonly width: number
  readonly height: number
  readonly values: Uint16Array
  readonly palette: Uint8Array | undefined
}

const signature = [137, 80, 78, 71, 13, 10, 26, 10] as const
const colorTypes: Readonly<Record<number, { readonly samples: number }>> = {
  0: { samples: 1 },
  2: { samples: 3 },
  3: { samples: 1 },
  4: { samples: 2 },
  6: { samples: 4 },
}

/**
 * Palette images give the index, grey ones the value, colour ones a grey value (299 R + 587 G + 114 B) / 1000, as Pillow's mode L;
 * alpha is not looked at. Throws TRUTH_MISMATCH when the bytes are no PNG that can be read (interlaced ones are not).
 */
export function indicesFromPng(bytes: Uint8Array, path: string): IndexRaster {
  const refuse = (reason: string) => new Fault('TRUTH_MISMATCH', { path, reason })
  if (signature.some((byte, i) => bytes[i] !== byte)) throw refuse('it is not a PNG')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let header: { width: number; height: number; depth: number; color: number } | undefined
  let palette: Uint8Array | undefined
  const parts: Uint8Array[] = []
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at)
    const kind = String.fromCharCode(...bytes.subarray(at + 4, at + 8))
    if (at + 12 + length > bytes.length) throw refuse('it ends early')
    const body = bytes.subarray(at + 8, at + 8 + length)
    if (kind === 'IHDR') {
      header = { width: view.getUint32(at + 8), height: view.getUint32(at + 12), depth: body[8]!, color: body[9]! }
      if (body[12] !== 0) throw refuse('it is interlaced; save it without')
    } else if (kind === 'PLTE') palette = new Uint8Array(body)
    else if (kind === 'IDAT') parts.push(body)
    else if (kind === 'IEND') break
    at += 12 + length
  }
  const samples = header && colorTypes[header.color]?.samples
  if (!header || !samples) throw refuse('its header is not valid')
  const rows = unfiltered(inflate(parts, refuse), header.width, header.height, header.depth * samples, refuse)
  return {
    width: header.width,
    height: header.height,
    values: valuesOf(rows, header, samples),
    palette: header.color === 3 ? palette : undefined,
  }
}

function inflate(parts: readonly Uint8Array[], refuse: (reason: string) => Fault): Uint8Array {
  try {
    return inflateSync(Buffer.concat(parts))
  } catch {
    throw refuse('its pixels cannot be unpacked')
  }
}

type Rows = { readonly bytes: Uint8Array; readonly stride: number }

/** Undoes the five line filters of the PNG specification (part 9). */
function unfiltered(raw: Uint8Array, width: number, height: number, bits: number, refuse: (reason: string) => Fault): Rows {
  const stride = Math.ceil((width * bits) / 8)
  const back = Math.max(1, bits >> 3)
  if (raw.length < (stride + 1) * height) throw refuse('it has too few pixels')
  const bytes = new Uint8Array(stride * height)
  for (let y = 0; y < height; y += 1) {
    const filter = raw[y * (stride + 1)]!
    const row = y * stride
    for (let x = 0; x < stride; x += 1) {
      const left = x >= back ? bytes[row + x - back]! : 0
      const up = y > 0 ? bytes[row - stride + x]! : 0
      const corner = x >= back && y > 0 ? bytes[row - stride + x - back]! : 0
      bytes[row + x] = raw[y * (stride + 1) + 1 + x]! + prediction(filter, left, up, corner)
    }
  }
  return { bytes, stride }
}

function prediction(filter: number, left: number, up: number, corner: number): number {
  if (filter === 1) return left
  if (filter === 2) return up
  if (filter === 3) return (left + up) >> 1
  if (filter !== 4) return 0
  const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)]
  return a <= b && a <= c ? left : b <= c ? up : corner
}

function valuesOf(
  { bytes, stride }: Rows,
  { width, height, depth, color }: { width: number; height: number; depth: number; color: number },
  samples: number,
): Uint16Array {
  const values = new Uint16Array(width * height)
  const sample = (row: number, n: number) => {
    if (depth === 16) return (bytes[row + 2 * n]! << 8) | bytes[row + 2 * n + 1]!
    if (depth === 8) return bytes[row + n]!
    return (bytes[row + ((n * depth) >> 3)]! >> (8 - depth - ((n * depth) & 7))) & ((1 << depth) - 1)
  }
  for (let y = 0, i = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1, i += 1) {
      const first = sample(y * stride, x * samples)
      values[i] =
        color === 2 || color === 6
          ? (first * 299 + sample(y * stride, x * samples + 1) * 587 + sample(y * stride, x * samples + 2) * 114) / 1000
          : first
    }
  return values
}

/** An 8-bit PNG of the values (each below 256): with a palette they are its indices, without they are grey. */
export function pngFromIndices({ width, height, values, palette }: IndexRaster): Uint8Array {
  const size = { width, height, values }
  return pngBytes(palette ? { kind: 'index', ...size, palette } : { kind: 'grey8', ...size }, deflateSync)
}
