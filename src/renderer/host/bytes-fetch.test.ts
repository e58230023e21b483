// Bytes by GET: the shape of the body, and what goes wrong in words.
import { expect, it } from 'vitest'
import { answerFromBody, bytesByFetch } from './bytes-fetch.ts'

function body(head: string, bytes: readonly number[]): Uint8Array {
  const text = new TextEncoder().encode(head)
  const all = new Uint8Array(4 + text.length + bytes.length)
  new DataView(all.buffer).setUint32(0, text.length, true)
  all.set(text, 4)
  all.set(bytes, 4 + text.length)
  return all
}
const query = { what: 'file', runId: 'r', path: 'a b.png' } as const
const fetching = (response: Response | Error) =>
  bytesByFetch((() => (response instanceof Error ? Promise.reject(response) : Promise.resolve(response))) as typeof fetch)

it('header and bytes come apart where the length says, non-ASCII headers included', () => {
  const answer = answerFromBody(body('{"mediaType":"x/y","header":{"name":"Bücher"}}', [1, 2, 255]))
  expect(answer.mediaType).toBe('x/y')
  expect(answer.header).toEqual({ name: 'Bücher' })
  expect([...answer.bytes]).toEqual([1, 2, 255])
})

it('a body that ends within its header is a fault, not a crash', () => {
  expect(() => answerFromBody(new Uint8Array([9, 0]))).toThrow(/whole header/)
  expect(() => answerFromBody(new Uint8Array([200, 0, 0, 0, 1]))).toThrow(/whole header/)
})

it('a fault of the engine keeps its code and parameters', async () => {
  const response = new Response(JSON.stringify({ code: 'RUN_NOT_FOUND', params: { run: 'r' } }), { status: 422 })
  await expect(fetching(response)(query)).rejects.toMatchObject({ code: 'RUN_NOT_FOUND', params: { run: 'r' } })
})

it('a server that is gone is HOST_UNREACHABLE; any other answer says its status', async () => {
  await expect(fetching(new TypeError('Failed to fetch'))(query)).rejects.toMatchObject({ code: 'HOST_UNREACHABLE' })
  await expect(fetching(new Response('', { status: 401 }))(query)).rejects.toMatchObject({ code: 'UNEXPECTED' })
})
