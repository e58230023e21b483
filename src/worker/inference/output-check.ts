// Checks what a network gave: numbers that are finite, and shapes that the graph promised.
import { Fault } from '#core/base/fault'
import type { TensorPort, TensorValue } from './session.ts'

/**
 * Throws MODEL_OUTPUT_SHAPE when a rank or a fixed size is not the declared one, MODEL_OUTPUT_NOT_FINITE when a value is NaN or infinite: both
 * would be carried into masks that look like results. Whole numbers are never looked at. One pass over each output.
 */
export function checkOutputs(path: string, ports: readonly TensorPort[], outputs: Readonly<Record<string, TensorValue>>): void {
  for (const { name, shape } of ports) {
    const value = outputs[name]
    if (value === undefined) throw new Fault('MODEL_OUTPUT_SHAPE', { path, output: name, found: 'nothing', expected: sizes(shape) })
    // A graph without any shape of this output promises nothing.
    const kept =
      shape.length === 0 ||
      (shape.length === value.dims.length && shape.every((size, axis) => typeof size === 'string' || size === value.dims[axis]))
    if (!kept) throw new Fault('MODEL_OUTPUT_SHAPE', { path, output: name, found: sizes(value.dims), expected: sizes(shape) })
    const count = notFiniteIn(value)
    if (count > 0) throw new Fault('MODEL_OUTPUT_NOT_FINITE', { path, output: name, count })
  }
}

function sizes(shape: readonly (number | string)[]): string {
  return `[${shape.map((size) => (size === '' ? '?' : size)).join(',')}]`
}

/** How many values are NaN or infinite. */
function notFiniteIn({ values }: TensorValue): number {
  let count = 0
  if (!(values instanceof Float32Array || values instanceof Float64Array)) return 0
  // A sum of zeros stays zero unless one factor is no finite number: several times as fast as asking each value; four sums, for each
  // addition waits for the one before it.
  let [a, b, c, d] = [0, 0, 0, 0]
  const fours = values.length - (values.length % 4)
  for (let at = 0; at < fours; at += 4) {
    a += values[at]! * 0
    b += values[at + 1]! * 0
    c += values[at + 2]! * 0
    d += values[at + 3]! * 0
  }
  for (let at = fours; at < values.length; at++) a += values[at]! * 0
  if (a + b + c + d === 0) return 0
  for (const value of values) if (!Number.isFinite(value)) count += 1
  return count
}
