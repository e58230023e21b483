// Headers of safetensors files, good and hostile.
import { expect, it } from 'vitest'
import { readSafetensorsHeader } from './safetensors-header.ts'
import { bytesSource } from './wire-reader.ts'

function file(header: unknown, bodyBytes: number, length?: bigint) {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header))
  const bytes = new Uint8Array(8 + json.length + bodyBytes)
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(json.length), true)
  bytes.set(json, 8)
  return bytesSource('w.safetensors', bytes)
}
const tensor = (shape: number[], from: number, to: number, dtype = 'F32') => ({ dtype, shape, data_offsets: [from, to] })

it('gives the tensors in the order of the file, at their place in it', async () => {
  const header = { b: tensor([2], 16, 20, 'F16'), a: tensor([2, 2], 0, 16), __metadata__: { format: 'pt' } }
  const start = 8 + JSON.stringify(header).length
  expect(await readSafetensorsHeader(file(header, 20))).toEqual([
    { name: 'a', type: 'F32', shape: [2, 2], start, end: start + 16 },
    { name: 'b', type: 'F16', shape: [2], start: start + 16, end: start + 20 },
  ])
})

it.each([
  ['a header beyond the end', file({}, 0, 10_000n)],
  ['a header of 2^60 bytes', file({}, 0, 2n ** 60n)],
  ['no JSON', file('{oops', 0)],
  ['a type that does not exist', file({ a: tensor([1], 0, 4, 'PICKLE') }, 4)],
  ['a shape that needs more than it has', file({ a: tensor([100], 0, 4) }, 4)],
  ['10 GB in a short file', file({ a: tensor([2_500_000_000], 0, 10_000_000_000) }, 4)],
  ['tensors over one another', file({ a: tensor([1], 0, 4), b: tensor([1], 0, 4) }, 4)],
  ['a hole, where anything could hide', file({ a: tensor([1], 4, 8) }, 8)],
  ['bytes behind the end', file({ a: tensor([1], 0, 4) }, 9)],
])('refuses %s', async (_, source) => {
  await expect(readSafetensorsHeader(source)).rejects.toMatchObject({ code: 'SAFETENSORS_DAMAGED' })
})
