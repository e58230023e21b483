// Writes arrays in the NPY format 1.0, byte for byte as NumPy writes them.
import { countOfShape } from './npy-values.ts'

/** Kinds that are written, each with the typed array that holds it; bool takes bytes, nonzero = true. */
export type WrittenArray =
  | { readonly kind: 'bool' | 'uint8'; readonly shape: readonly number[]; readonly values: Uint8Array }
  | { readonly kind: 'int32'; readonly shape: readonly number[]; readonly values: Int32Array }
  | { readonly kind: 'float32'; readonly shape: readonly number[]; readonly values: Float32Array }

const codes = { bool: '|b1', uint8: '|u1', int32: '<i4', float32: '<f4' } as const
/** The numbers begin at a multiple of this, so that they can be mapped into memory. */
const alignment = 64
/** NumPy leaves room for the first side to grow to this many digits in place. */
const growthDigits = 21

/** C order. Throws RangeError when the values are not as many as the shape asks for. */
export function npyFromArray({ kind, shape, values }: WrittenArray): Uint8Array<ArrayBuffer> {
  if (shape.some((side) => !Number.isSafeInteger(side) || side < 0) || countOfShape(shape) !== values.length)
    throw new RangeError(`An array of shape [${shape.join(', ')}] cannot have ${values.length} values.`)
  const { bytes, place } = headed(kind, shape, values.byteLength, newRoom)
  writeValues(new DataView(bytes.buffer, place), kind, values)
  return bytes
}

/** Bytes, all 0, as many as asked for. */
export type ZeroedRoom = (length: number) => Uint8Array<ArrayBuffer>
const newRoom: ZeroedRoom = (length) => new Uint8Array(length)

/** An array of bytes, all 0 and as yet to be filled: `values` lie within `bytes`, so that they need not be copied there. */
export function npyOfZeros(
  shape: readonly number[],
  room: ZeroedRoom = newRoom,
): { readonly bytes: Uint8Array<ArrayBuffer>; readonly values: Uint8Array<ArrayBuffer> } {
  const { bytes, place } = headed('uint8', shape, countOfShape(shape), room)
  return { bytes, values: bytes.subarray(place) }
}

function headed(kind: WrittenArray['kind'], shape: readonly number[], valueBytes: number, room: ZeroedRoom) {
  const sides = shape.length === 1 ? `${shape[0]},` : shape.join(', ')
  const growth = shape.length === 0 ? 0 : growthDigits - String(shape[0]).length
  const fields = `{'descr': '${codes[kind]}', 'fortran_order': False, 'shape': (${sides}), }${' '.repeat(growth)}`
  const used = 10 + fields.length + 1
  const header = `${fields}${' '.repeat(alignment - (used % alignment))}\n`
  const place = 10 + header.length
  const bytes = room(place + valueBytes)
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length & 255, header.length >> 8])
  bytes.set(new TextEncoder().encode(header), 10)
  return { bytes, place }
}

function writeValues(view: DataView<ArrayBuffer>, kind: WrittenArray['kind'], values: WrittenArray['values']): void {
  const bytes = new Uint8Array(view.buffer, view.byteOffset)
  // NumPy keeps 0 and 1 in a bool array; another byte is true for one of its functions and not for the next.
  if (kind === 'bool') for (let i = 0; i < values.length; i++) bytes[i] = values[i] === 0 ? 0 : 1
  else if (kind === 'int32') for (let i = 0; i < values.length; i++) view.setInt32(i * 4, values[i]!, true)
  else if (kind === 'float32') for (let i = 0; i < values.length; i++) view.setFloat32(i * 4, values[i]!, true)
  else bytes.set(values)
}
