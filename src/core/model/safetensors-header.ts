// Reads the header of a safetensors file: names, types, shapes and places of its tensors, and nothing else.
import { z } from 'zod'
import type { ByteSource } from '../archive/archive-reader.ts'
import { Fault, reasonOfError } from '../base/fault.ts'

export type SafeTensor = {
  readonly name: string
  readonly type: string
  readonly shape: readonly number[]
  /** Bytes in the file; the end is not included. */
  readonly start: number
  readonly end: number
}

const bitsOfType: Readonly<Record<string, number>> = {
  F64: 64,
  F32: 32,
  F16: 16,
  BF16: 16,
  I64: 64,
  I32: 32,
  I16: 16,
  I8: 8,
  U64: 64,
  U32: 32,
  U16: 16,
  U8: 8,
  BOOL: 8,
  F8_E4M3: 8,
  F8_E5M2: 8,
}

/** The limit of the reference reader. */
const mostHeaderBytes = 100_000_000
const Entry = z.object({
  dtype: z.string(),
  shape: z.array(z.number().int().nonnegative()).max(16),
  data_offsets: z.tuple([z.number().int().nonnegative(), z.number().int().nonnegative()]),
})

/** Tensors in the order of the file. Every byte behind the header belongs to exactly one of them. Throws SAFETENSORS_DAMAGED. */
export async function readSafetensorsHeader(source: ByteSource): Promise<readonly SafeTensor[]> {
  const path = source.name
  const damaged = (reason: string, cause?: unknown) => new Fault('SAFETENSORS_DAMAGED', { path, reason }, cause)
  const size = await source.size()
  const head = await source.read(0, Math.min(8, size))
  if (head.length < 8) throw damaged('it ends before its header')
  const length = Number(new DataView(head.buffer, head.byteOffset, 8).getBigUint64(0, true))
  if (length > mostHeaderBytes) throw damaged(`its header would have ${length} bytes`)
  if (8 + length > size) throw damaged('it ends inside of its header')
  const entries = entriesFrom(await source.read(8, length), damaged)
  const tensors = Object.entries(entries).flatMap(([name, value]): SafeTensor[] => {
    if (name === '__metadata__') return []
    const entry = Entry.safeParse(value)
    const bits = entry.success ? bitsOfType[entry.data.dtype] : undefined
    if (!entry.success || bits === undefined) throw damaged(`the tensor ${name.slice(0, 100)} is not described as it should be`)
    const { dtype, shape, data_offsets } = entry.data
    const bytes = (shape.reduce((product, side) => product * side, 1) * bits) / 8
    if (data_offsets[1] - data_offsets[0] !== bytes) throw damaged(`the tensor ${name.slice(0, 100)} has another size than its shape says`)
    return [{ name, type: dtype, shape, start: 8 + length + data_offsets[0], end: 8 + length + data_offsets[1] }]
  })
  const ordered = tensors.toSorted((a, b) => a.start - b.start || a.end - b.end)
  let at = 8 + length
  for (const { name, start, end } of ordered) {
    if (start !== at) throw damaged(`the tensor ${name.slice(0, 100)} does not begin where the one before it ends`)
    at = end
  }
  if (at !== size) throw damaged(at > size ? 'it ends inside of its tensors' : 'bytes at its end belong to no tensor')
  return ordered
}

function entriesFrom(bytes: Uint8Array, damaged: (reason: string, cause?: unknown) => Fault): Readonly<Record<string, unknown>> {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)))
  } catch (error) {
    throw damaged(`its header is not JSON (${reasonOfError(error).slice(0, 80)})`, error)
  }
}
