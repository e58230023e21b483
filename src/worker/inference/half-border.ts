// Networks with half-precision inputs and outputs, spoken to in float32: the only place where numbers are turned into halves and back.
import { halfWidener, narrowFloats } from '#core/base/half-float'
import type { ModelSession, TensorPort, TensorValue } from './session.ts'

/**
 * The same session with float32 in place of float16 on every port, which then has `stored`. An input of that kind takes float32, turned into the
 * nearest halves for each run, or halves as they are (`halfTensor`, for what is fed again and again). A session without halves comes back itself.
 */
export function withFloatBorder(session: ModelSession): ModelSession {
  if (![...session.inputs, ...session.outputs].some(({ type }) => type === 'float16')) return session
  const widen = halfWidener()
  const halves = new Set(session.inputs.filter(({ type }) => type === 'float16').map(({ name }) => name))
  return {
    ...session,
    inputs: session.inputs.map(floatPort),
    outputs: session.outputs.map(floatPort),
    async run(feeds) {
      const fed = Object.entries(feeds).map(([name, value]) => [name, halves.has(name) ? halfTensor(value) : value] as const)
      const results = Object.entries(await session.run(Object.fromEntries(fed)))
      return Object.fromEntries(results.map(([name, value]) => [name, wide(value, widen)]))
    },
  }
}

/** float32 as the nearest halves, where threads share them; anything else as it is. */
export function halfTensor(tensor: TensorValue): TensorValue {
  const { type, dims, values } = tensor
  if (type !== 'float32' || !(values instanceof Float32Array)) return tensor
  const halves = new Uint16Array(new SharedArrayBuffer(values.length * 2))
  narrowFloats(values, halves)
  return { type: 'float16', dims, values: halves }
}

function floatPort(port: TensorPort): TensorPort {
  return port.type === 'float16' ? { ...port, type: 'float32', stored: 'float16' } : port
}

function wide(tensor: TensorValue, widen: (halves: Uint16Array) => Float32Array<ArrayBuffer>): TensorValue {
  const { type, dims, values } = tensor
  return type === 'float16' && values instanceof Uint16Array ? { type: 'float32', dims, values: widen(values) } : tensor
}
