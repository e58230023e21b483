// Reads arrays in the NPY format of NumPy (versions 1.0, 2.0 and 3.0): header, numbers as typed arrays, single rows by range.
import type { ByteSource } from '../../archive/archive-reader.ts'
import { Fault } from '../../base/fault.ts'
import { countOfShape, type Dtype, dtypeOf, type NumberArray, valuesFromBytes } from './npy-values.ts'

export type NpyLimits = {
  /** Sides of one array; NumPy itself allows 64. */
  readonly sides: number
  /** Bytes of all numbers of one array. */
  readonly bytes: number
}
export const npyLimits: NpyLimits = { sides: 32, bytes: 2 ** 30 }

export type NpyHeader = {
  /** Undefined for Python objects, whose pickle begins at `dataOffset`. */
  readonly dtype: Dtype | undefined
  readonly fortranOrder: boolean
  readonly shape: readonly number[]
  /** Where the numbers begin, in bytes from the front. */
  readonly dataOffset: number
  /** Bytes of the numbers; 0 for Python objects. */
  readonly dataBytes: number
}

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]
/** NumPy refuses longer headers as well, because reading them as Python takes long. */
const longestHeader = 10_000
const headBytes = 12 + longestHeader

/** `path` names the array in faults. Throws FOREIGN_NPY_DAMAGED, _VERSION, _DTYPE and _SHAPE. */
export function npyHeader(path: string, bytes: Uint8Array, limits: NpyLimits = npyLimits): NpyHeader {
  const damaged = (reason: string) => new Fault('FOREIGN_NPY_DAMAGED', { path, reason })
  if (bytes.length < 10 || magic.some((byte, i) => bytes[i] !== byte)) throw damaged('it does not begin as one')
  const version = `${bytes[6]}.${bytes[7]}`
  if (!['1.0', '2.0', '3.0'].includes(version)) throw new Fault('FOREIGN_NPY_VERSION', { path, version })
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const start = bytes[6] === 1 ? 10 : 12
  if (bytes.length < start) throw damaged('its header is cut')
  const length = bytes[6] === 1 ? view.getUint16(8, true) : view.getUint32(8, true)
  if (length > longestHeader) throw damaged(`its header claims ${length} bytes, at most ${longestHeader} are read`)
  if (start + length > bytes.length) throw damaged('its header is cut')
  const fields = fieldsFrom(new TextDecoder().decode(bytes.subarray(start, start + length)))
  if (fields === undefined) throw damaged('its header is not the three fields descr, fortran_order and shape')
  const dtype = dtypeFrom(path, fields.descr)
  const shape = checkedShape(path, fields.shape, dtype?.itemBytes ?? 1, limits)
  const dataBytes = dtype === undefined ? 0 : countOfShape(shape) * dtype.itemBytes
  return { dtype, fortranOrder: fields.fortranOrder, shape, dataOffset: start + length, dataBytes }
}

/** The header of a file of which only the front is read: at most about 10 kB. */
export async function readNpyHeader(source: ByteSource, limits: NpyLimits = npyLimits): Promise<NpyHeader> {
  return npyHeader(source.name, await source.read(0, Math.min(await source.size(), headBytes)), limits)
}

type Fields = { readonly descr: string; readonly fortranOrder: boolean; readonly shape: readonly number[] }

/** A header is the text of a Python dict. Only exactly these three fields are understood, in any order; undefined otherwise. */
function fieldsFrom(text: string): Fields | undefined {
  const body = /^\{(.*)\}[ \t]*\n?$/s.exec(text)?.[1]
  if (body === undefined) return undefined
  const field = /^\s*(['"])(descr|fortran_order|shape)\1\s*:\s*(?:(['"])([^'"\\]*)\3|(True|False)|\(([\d\sL,]*)\))\s*(?:,|$)/
  let [rest, descr, order, sides]: [string, string | undefined, string | undefined, string | undefined] = [
    body,
    undefined,
    undefined,
    undefined,
  ]
  for (let fields = 0; fields < 3; fields++) {
    const found = field.exec(rest)
    if (!found) return undefined
    if (found[2] === 'descr') descr = found[4]
    else if (found[2] === 'shape') sides = found[6]
    else order = found[5]
    rest = rest.slice(found[0].length)
  }
  const shape = sides === undefined ? undefined : shapeFrom(sides)
  if (descr === undefined || order === undefined || shape === undefined || rest.trim() !== '') return undefined
  return { descr, fortranOrder: order === 'True', shape }
}

/** `3, 4` or `3,` as numbers; Python 2 wrote `3L`. A side of more than 15 digits stays huge and is refused later. */
function shapeFrom(text: string): number[] | undefined {
  const parts = text.split(',').map((part) => part.trim())
  if (parts.at(-1) === '') parts.pop()
  else if (parts.length === 1) return undefined
  return parts.every((part) => /^\d+L?$/.test(part)) ? parts.map((part) => Number.parseInt(part, 10)) : undefined
}

/** Undefined stands for Python objects. */
function dtypeFrom(path: string, descr: string): Dtype | undefined {
  if (descr === '|O') return undefined
  const found = /^([<>|])([a-zA-Z]\d+)$/.exec(descr)
  const dtype = found ? dtypeOf(found[2]!, found[1]!) : undefined
  if (dtype === undefined) throw new Fault('FOREIGN_NPY_DTYPE', { path, dtype: JSON.stringify(descr.slice(0, 60)) })
  return dtype
}

/** Throws FOREIGN_NPY_SHAPE unless the sides are whole numbers from 0 and an array of them keeps to the limits. */
export function checkedShape(path: string, shape: readonly number[], itemBytes: number, limits: NpyLimits): readonly number[] {
  const refused = (reason: string) => new Fault('FOREIGN_NPY_SHAPE', { path, shape: `[${shape.slice(0, 8).join(', ')}]`, reason })
  if (shape.length > limits.sides) throw refused(`it has ${shape.length} sides, at most ${limits.sides} are read`)
  if (shape.some((side) => !Number.isSafeInteger(side) || side < 0)) throw refused('its sides are no whole numbers from 0')
  // A side of 0 hides the others: they are held to the limit without it.
  if (countOfShape(shape.filter((side) => side > 0)) * itemBytes > limits.bytes)
    throw refused(`its numbers need more than ${limits.bytes} bytes`)
  return shape
}

/** The whole array of a file in memory; bytes after the numbers are left alone, as NumPy does. Throws also FOREIGN_NPY_CUT and _OBJECT. */
export function arrayFromNpy(path: string, bytes: Uint8Array, limits: NpyLimits = npyLimits): NumberArray {
  const header = npyHeader(path, bytes, limits)
  if (header.dtype === undefined) throw new Fault('FOREIGN_NPY_OBJECT', { path })
  const numbers = bytes.subarray(header.dataOffset, header.dataOffset + header.dataBytes)
  if (numbers.length < header.dataBytes) throw cut(path, header.dataBytes, numbers.length)
  return valuesFromBytes(numbers, header.dtype, header.shape, header.fortranOrder)
}

/**
 * Row `row` (0..shape[0]-1) of a file whose header is known, by one range read; its shape lacks the first side. Throws RangeError
 * for a row that is not there or an array in Fortran order, whose rows do not lie together.
 */
export async function readNpyRow(source: ByteSource, header: NpyHeader, row: number): Promise<NumberArray> {
  const [rows, ...shape] = header.shape
  if (header.dtype === undefined) throw new Fault('FOREIGN_NPY_OBJECT', { path: source.name })
  if (rows === undefined || !Number.isInteger(row) || row < 0 || row >= rows)
    throw new RangeError(`There is no row ${row} in [${header.shape}].`)
  if (header.fortranOrder && shape.length > 0) throw new RangeError('The rows of an array in Fortran order cannot be read alone.')
  const length = header.dataBytes / rows
  const bytes = await source.read(header.dataOffset + row * length, length)
  if (bytes.length < length) throw cut(source.name, length, bytes.length)
  return valuesFromBytes(bytes, header.dtype, shape, false)
}

const cut = (path: string, neededBytes: number, foundBytes: number) => new Fault('FOREIGN_NPY_CUT', { path, neededBytes, foundBytes })
