// Walks over protobuf fields of a file by reading small windows of it, so that a network of gigabytes is never in memory.
import type { ByteSource } from '../archive/archive-reader.ts'
import { Fault } from '../base/fault.ts'

/** Wire type 2 has `start` and `end` of its content; wire type 0 has `value`; fixed 4 and 8 bytes have neither. */
export type WireField = {
  readonly field: number
  readonly wire: number
  /** Signed 64 bits as a number; exact up to 2^53. */
  readonly value: number
  readonly start: number
  readonly end: number
}

export type WireFile = {
  readonly path: string
  readonly size: number
  /** The next field of the message that ends at `end` (not inclusive), or undefined behind the last. */
  next(at: number, end: number, what: string): WireField | Promise<WireField | undefined> | undefined
  /** Bytes of a field, of at most `limit`. */
  bytes(field: WireField, limit: number, what: string): Promise<Uint8Array>
}

const windowBytes = 64 * 1024
/** Longest head of a field: two varints of ten bytes. */
const headBytes = 20
/** Fields of one file. Networks of thousands of nodes have tens of thousands; only a hostile file has more than this. */
const mostFields = 4_000_000

/** Throws ONNX_CUT, ONNX_DAMAGED, ONNX_TOO_MANY. */
export async function openWireFile(source: ByteSource): Promise<WireFile> {
  const path = source.name
  const size = await source.size()
  let from = 0
  let window = new Uint8Array()
  let fields = 0

  const fill = async (at: number): Promise<void> => {
    from = at
    window = await source.read(at, Math.min(windowBytes, size - at))
    if (window.length === 0) throw new Fault('ONNX_CUT', { path, size: at, what: 'a field' })
  }
  const holds = (at: number, end: number) => at >= from && Math.min(end, at + headBytes) <= from + window.length
  const parse = (at: number, end: number, what: string): WireField => {
    fields += 1
    if (fields > mostFields) throw new Fault('ONNX_TOO_MANY', { path, what: 'fields', limit: mostFields })
    return fieldAt({ path, size, window, from }, at, end, what)
  }
  return {
    path,
    size,
    next: (at, end, what) => {
      if (at >= end) return undefined
      return holds(at, end) ? parse(at, end, what) : fill(at).then(() => parse(at, end, what))
    },
    bytes: async ({ start, end }, limit, what) => {
      if (end - start > limit) throw new Fault('ONNX_TOO_MANY', { path, what: `bytes in ${what}`, limit })
      if (start >= from && end <= from + window.length) return window.slice(start - from, end - from)
      const bytes = await source.read(start, end - start)
      if (bytes.length !== end - start) throw new Fault('ONNX_CUT', { path, size: start + bytes.length, what })
      return bytes
    },
  }
}

type Place = { readonly path: string; readonly size: number; readonly window: Uint8Array; readonly from: number }

function fieldAt(place: Place, at: number, end: number, what: string): WireField {
  const [tag, afterTag] = varintAt(place, at, end, what)
  const field = Math.floor(tag / 8)
  const wire = tag % 8
  if (field < 1 || field > 2 ** 29 - 1) throw damaged(place, at, `${what} has a field with the number ${field}`)
  if (wire === 0) {
    const [value, next] = varintAt(place, afterTag, end, what)
    return { field, wire, value, start: afterTag, end: next }
  }
  if (wire === 2) {
    const [length, start] = varintAt(place, afterTag, end, what)
    return { field, wire, value: 0, start, end: bounded(place, start, length, end, what) }
  }
  if (wire === 1 || wire === 5)
    return { field, wire, value: 0, start: afterTag, end: bounded(place, afterTag, wire === 1 ? 8 : 4, end, what) }
  throw damaged(place, at, `${what} has a field of the kind ${wire}, which ONNX does not use`)
}

function bounded(place: Place, start: number, length: number, end: number, what: string): number {
  if (length < 0) throw damaged(place, start, `a part of ${what} has the length ${length}`)
  // What ends at the end of the file was whole once; what ends inside of it never was.
  if (start + length > place.size) throw new Fault('ONNX_CUT', { path: place.path, size: place.size, what })
  if (start + length > end) throw damaged(place, start, `a part of ${what} is longer than ${what}`)
  return start + length
}

function varintAt(place: Place, at: number, end: number, what: string): readonly [number, number] {
  let value = 0
  for (let i = 0; i < 10; i++) {
    if (at + i >= end) {
      if (end >= place.size) throw new Fault('ONNX_CUT', { path: place.path, size: place.size, what })
      throw damaged(place, at, `a number in ${what} has no end`)
    }
    const byte = place.window[at + i - place.from]
    if (byte === undefined) throw new Fault('ONNX_CUT', { path: place.path, size: at + i, what })
    value += (byte % 128) * 2 ** (7 * i)
    if (byte < 128) return [i < 7 ? value : signed64(place, at, i + 1), at + i + 1]
  }
  throw damaged(place, at, `a number in ${what} is longer than 64 bits`)
}

/** Long ones may be negative, which a sum of doubles cannot tell. */
function signed64(place: Place, at: number, length: number): number {
  let value = 0n
  for (let i = 0; i < length; i++) value += BigInt((place.window[at + i - place.from] ?? 0) % 128) << BigInt(7 * i)
  return Number(BigInt.asIntN(64, value))
}

function damaged({ path }: Place, offset: number, reason: string): Fault {
  return new Fault('ONNX_DAMAGED', { path, offset, reason })
}

/** Bytes as a byte source, for small messages that are in memory already. */
export function bytesSource(name: string, bytes: Uint8Array): ByteSource {
  return {
    name,
    size: async () => bytes.length,
    read: async (offset, length) => Uint8Array.from(bytes.subarray(offset, offset + length)),
  }
}
