// Limits of what an ONNX file may declare, and the readers of its small parts.
import { Fault } from '../base/fault.ts'
import type { WireField, WireFile } from './wire-reader.ts'

export type OnnxLimits = {
  readonly nodes: number
  readonly initializers: number
  readonly ports: number
  readonly metadata: number
  /** Dimensions of one tensor. */
  readonly dims: number
  /** Declared bytes of a tensor inside of the file, and of one input or output; protobuf cannot hold more. */
  readonly tensorBytes: number
  /** Declared bytes of a tensor beside the file. */
  readonly outsideBytes: number
  /** Bytes of one name, text or small message. */
  readonly messageBytes: number
}
export const onnxLimits: OnnxLimits = {
  nodes: 500_000,
  initializers: 200_000,
  ports: 256,
  metadata: 1000,
  dims: 16,
  tensorBytes: 2 ** 31,
  outsideBytes: 2 ** 33,
  messageBytes: 2 ** 20,
}

/** StringStringEntryProto: key 1, value 2. */
export async function readPair(file: WireFile, message: WireField, limits: OnnxLimits): Promise<readonly [string, string]> {
  let key = ''
  let value = ''
  await eachField(file, message.start, message.end, 'an entry', async (field) => {
    if (field.wire !== 2) return
    if (field.field === 1) key = await textOf(file, field, limits, 'a key')
    else if (field.field === 2) value = await textOf(file, field, limits, 'a value')
  })
  return [key, value]
}

export async function textOf(file: WireFile, field: WireField, limits: OnnxLimits, what: string): Promise<string> {
  return new TextDecoder('utf-8').decode(await file.bytes(field, limits.messageBytes, what))
}

/** Every field of the message between `start` and `end`, in its order. */
export async function eachField(
  file: WireFile,
  start: number,
  end: number,
  what: string,
  take: (field: WireField) => Promise<void> | void,
): Promise<void> {
  for (let at = start; at < end; ) {
    // Waiting only where a window has to be read: a network has tens of thousands of fields.
    const found = file.next(at, end, what)
    const field = found instanceof Promise ? await found : found
    if (!field) return
    const taken = take(field)
    if (taken) await taken
    at = field.end
  }
}

export function atMost(file: WireFile, count: number, limit: number, what: string): void {
  if (count > limit) throw new Fault('ONNX_TOO_MANY', { path: file.path, what, limit })
}

export function tooLarge(path: string, what: string, name: string, declaredBytes: number, limitBytes: number): Fault {
  return new Fault('ONNX_TENSOR_TOO_LARGE', { path, what, name: name.slice(0, 100), declaredBytes, limitBytes })
}
