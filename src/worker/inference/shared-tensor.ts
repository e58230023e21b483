// Tensors that two threads see without a copy.
import type { TensorValue } from './session.ts'

/** Zeros for an input that is filled by the caller: handed to a network without a copy. */
export function sharedFloats(count: number): Float32Array<SharedArrayBuffer> {
  return new Float32Array(new SharedArrayBuffer(count * 4))
}

/**
 * The same values where threads share them, copied once (not at all when they lie there already). For what is fed again and again, such as the
 * embedding of a frame to a decoder.
 */
export function sharedTensor({ type, dims, values }: TensorValue): TensorValue {
  if (values instanceof Float32Array) return { type, dims, values: sharedCopy(values, Float32Array) }
  if (values instanceof Uint16Array) return { type, dims, values: sharedCopy(values, Uint16Array) }
  if (values instanceof BigInt64Array) return { type, dims, values: sharedCopy(values, BigInt64Array) }
  return { type, dims, values }
}

type View<T> = { readonly buffer: ArrayBufferLike; readonly byteLength: number; readonly length: number; set(from: T): void }

function sharedCopy<T extends View<T>>(values: T, make: new (buffer: SharedArrayBuffer) => T): T {
  if (values.buffer instanceof SharedArrayBuffer) return values
  const copy = new make(new SharedArrayBuffer(values.byteLength))
  copy.set(values)
  return copy
}
