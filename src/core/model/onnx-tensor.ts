// Reads what a tensor of an ONNX file declares, without its values.
import { Fault } from '../base/fault.ts'
import { atMost, eachField, type OnnxLimits, readPair, textOf, tooLarge } from './onnx-fields.ts'
import { bytesOfElements, elementTypeOf } from './onnx-types.ts'
import type { WireField, WireFile } from './wire-reader.ts'

export type OnnxTensor = {
  readonly name: string
  /** An ElementType, or "type 99" for one that is not known here. */
  readonly type: string
  readonly dims: readonly number[]
  /** As declared by type and dims. */
  readonly byteLength: number
  /** Where the values are when they are not inside: a file beside the model. */
  readonly outside?: { readonly location: string; readonly offset: number; readonly length: number | undefined }
}

type Parts = {
  name: string
  typeNumber: number
  dims: number[]
  /** Bytes of raw_data; undefined when the values are given one by one or lie elsewhere. */
  rawBytes: number | undefined
  isOutside: boolean
  outside: Map<string, string>
}

/**
 * Throws ONNX_TENSOR_TOO_LARGE before anything of that size is held, ONNX_DAMAGED when declared and present bytes differ, and
 * ONNX_WEIGHTS_OUTSIDE when the values are in a file that is not beside the model.
 */
export async function readTensor(file: WireFile, message: WireField, limits: OnnxLimits): Promise<OnnxTensor> {
  const parts = await readParts(file, message, limits)
  const { name, dims, typeNumber } = parts
  const type = elementTypeOf(typeNumber)
  const negative = dims.find((size) => size < 0)
  if (negative !== undefined) throw damaged(file, message, `the tensor ${name.slice(0, 100)} has a size of ${negative}`)
  const byteLength = bytesOfElements(
    type ?? 'uint8',
    dims.reduce((product, size) => product * size, 1),
  )
  const outside = parts.isOutside ? outsideOf(file, parts.outside, message) : undefined
  const limit = outside ? limits.outsideBytes : limits.tensorBytes
  if (!(byteLength <= limit)) throw tooLarge(file.path, 'a tensor', name, byteLength, limit)
  if (parts.rawBytes !== undefined && type !== undefined && type !== 'string' && parts.rawBytes !== byteLength)
    throw damaged(file, message, `the tensor ${name.slice(0, 100)} declares ${byteLength} bytes and holds ${parts.rawBytes}`)
  return { name, type: type ?? `type ${typeNumber}`, dims, byteLength, ...(outside && { outside }) }
}

// TensorProto: dims 1, data_type 2, name 8, raw_data 9, external_data 13, data_location 14 (EXTERNAL 1).
async function readParts(file: WireFile, message: WireField, limits: OnnxLimits): Promise<Parts> {
  const parts: Parts = { name: '', typeNumber: 0, dims: [], rawBytes: undefined, isOutside: false, outside: new Map() }
  await eachField(file, message.start, message.end, 'a tensor', (field) => {
    // Values given one by one are most of the fields of such a tensor; they are passed over without waiting.
    if (field.field === 1) return readDims(file, field, parts, limits)
    if (field.field === 2 && field.wire === 0) parts.typeNumber = field.value
    else if (field.field === 14 && field.wire === 0) parts.isOutside = field.value === 1
    else if (field.field === 9 && field.wire === 2) parts.rawBytes = field.end - field.start
    else if (field.field === 8 && field.wire === 2) return readName(file, field, parts, limits)
    else if (field.field === 13 && field.wire === 2) return readOutside(file, field, parts, limits)
    return undefined
  })
  return parts
}

async function readName(file: WireFile, field: WireField, parts: Parts, limits: OnnxLimits): Promise<void> {
  parts.name = await textOf(file, field, limits, 'the name of a tensor')
}

async function readOutside(file: WireFile, field: WireField, parts: Parts, limits: OnnxLimits): Promise<void> {
  const [key, value] = await readPair(file, field, limits)
  parts.outside.set(key, value)
  atMost(file, parts.outside.size, limits.dims, 'entries on where a tensor is')
}

/** One by one (proto2 exporters), or all in one block. */
async function readDims(file: WireFile, field: WireField, { dims }: Parts, limits: OnnxLimits): Promise<void> {
  const add = (size: number) => {
    dims.push(size)
    atMost(file, dims.length, limits.dims, 'dimensions in a tensor')
  }
  if (field.wire === 0) add(field.value)
  if (field.wire !== 2) return
  const bytes = await file.bytes(field, limits.dims * 10, 'the sizes of a tensor')
  let value = 0n
  let shift = 0n
  for (const byte of bytes) {
    value += BigInt(byte % 128) << shift
    shift += 7n
    if (byte >= 128) continue
    add(Number(BigInt.asIntN(64, value)))
    value = 0n
    shift = 0n
  }
}

function outsideOf(file: WireFile, entries: ReadonlyMap<string, string>, message: WireField): NonNullable<OnnxTensor['outside']> {
  const location = entries.get('location') ?? ''
  if (!isNameBeside(location)) throw new Fault('ONNX_WEIGHTS_OUTSIDE', { path: file.path, name: location.slice(0, 100) || '(no name)' })
  const number = (key: string): number | undefined => {
    const text = entries.get(key)
    if (text === undefined || text === '') return undefined
    if (!/^\d{1,15}$/.test(text)) throw damaged(file, message, `weights in ${location} have the ${key} ${text.slice(0, 40)}`)
    return Number(text)
  }
  return { location, offset: number('offset') ?? 0, length: number('length') }
}

/** A plain file name: no folder, no drive, no stream, nothing that leads elsewhere on any system. */
export function isNameBeside(name: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a name with control characters is refused
  return name !== '' && name !== '.' && name !== '..' && name.length <= 255 && !/[\\/:\u0000-\u001f]/.test(name)
}

function damaged(file: WireFile, { start }: WireField, reason: string): Fault {
  return new Fault('ONNX_DAMAGED', { path: file.path, offset: start, reason })
}
