// Fetching from a server of this machine that breaks off, lies and replaces its files.
import { createHash } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { KnownModel } from '#core/model/known-models'
import type { FetchProgress } from './fetch-file.ts'
import { fetchModel } from './fetch-model.ts'
import { samDecoderBytes, samEncoderBytes, yoloSegBytes } from './model-fixture.ts'
import { createModelStore, type ModelStore } from './model-store.ts'

type Answer = (request: IncomingMessage, response: ServerResponse) => void
let base = ''
let server: Server
let address = ''
let answer: Answer = () => {}
let ranges: (string | undefined)[] = []
let store: ModelStore
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'model-fetch-'))
  store = createModelStore(join(base, 'models'), [])
  ranges = []
  server = createServer((request, response) => {
    ranges.push(request.headers.range)
    answer(request, response)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(async () => {
  server.closeAllConnections()
  await new Promise((done) => server.close(done))
  await rm(base, { recursive: true, force: true })
})

const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
// Some weight, so that there is a middle to break off in.
const model = (fill = 1) => yoloSegBytes({}, [{ name: 'w', dims: [100_000], values: new Float32Array(100_000).fill(fill) }])

/** A file server with ranges; after `breakAt` bytes of one answer the connection is cut, as often as `breaks` says. */
function serve(files: Readonly<Record<string, Uint8Array>>, { breakAt = 0, breaks = 0, etag = '"one"' } = {}): Answer {
  let left = breaks
  return ({ url = '', headers }, response) => {
    const bytes = files[decodeURIComponent(url.slice(1))]
    if (!bytes) return void response.writeHead(404).end()
    const start = headers['if-range'] === etag ? Number(/^bytes=(\d+)-/.exec(headers.range ?? '')?.[1] ?? 0) : 0
    if (start >= bytes.length) return void response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end()
    const rest = bytes.subarray(start)
    const range = start > 0 ? { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` } : {}
    response.writeHead(start > 0 ? 206 : 200, { 'content-length': rest.length, etag, ...range })
    if (left === 0) return void response.end(rest)
    left -= 1
    response.write(rest.subarray(0, breakAt), () => setTimeout(() => response.destroy(), 20))
  }
}

it('shows size and progress, checks the hash, and takes the model in', async () => {
  const bytes = model()
  answer = serve({ 'a/seg.onnx': bytes })
  const progress: FetchProgress[] = []
  const { entry } = await fetchModel(store, `${address}/a/seg.onnx`, { sha256: sha(bytes), onProgress: (one) => progress.push(one) })
  expect(entry).toMatchObject({ id: 'seg', origin: 'fetched', source: `${address}/a/seg.onnx` })
  expect(entry.files[0]?.sha256).toBe(sha(bytes))
  expect(progress[0]).toEqual({ name: 'seg.onnx', doneBytes: 0, totalBytes: bytes.length, resumedBytes: 0 })
  expect(progress.at(-1)?.doneBytes).toBe(bytes.length)
  expect(await readdir(store.folder)).toEqual(['seg'])
})

it('goes on after breaks where it stopped', async () => {
  const bytes = model()
  answer = serve({ 'seg.onnx': bytes }, { breakAt: 150_000, breaks: 2 })
  const { entry } = await fetchModel(store, `${address}/seg.onnx`, { sha256: sha(bytes) })
  expect(entry.files[0]?.sizeBytes).toBe(bytes.length)
  const starts = ranges.map((range) => Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0))
  expect(starts).toHaveLength(3)
  // What the system had not handed over yet when the connection went is asked for again.
  expect([starts[0]! < starts[1]!, starts[1]! < starts[2]!, starts[1]! <= 150_000, starts[2]! <= 300_000]).toEqual([true, true, true, true])
})

it('goes on in a later call, and begins anew when the file was replaced meanwhile', async () => {
  const [first, second] = [model(1), model(2)]
  const broken = serve({ 'seg.onnx': first }, { breakAt: 200_000, breaks: 1 })
  const dead: Answer = (_, response) => response.destroy()
  let calls = 0
  answer = (request, response) => (calls++ === 0 ? broken : dead)(request, response)
  await expect(fetchModel(store, `${address}/seg.onnx`)).rejects.toMatchObject({ code: 'MODEL_FETCH_FAILED' })
  ranges = []
  answer = serve({ 'seg.onnx': second }, { etag: '"two"' })
  const { entry } = await fetchModel(store, `${address}/seg.onnx`)
  expect(ranges).toEqual([expect.stringMatching(/^bytes=\d+-$/)])
  expect(entry.files[0]?.sha256).toBe(sha(second))
})

it('without a network says so in a sentence, and a later call succeeds', async () => {
  const other = createServer()
  await new Promise<void>((done) => other.listen(0, '127.0.0.1', done))
  const gone = `http://127.0.0.1:${(other.address() as AddressInfo).port}`
  await new Promise((done) => other.close(done))
  await expect(fetchModel(store, `${gone}/seg.onnx`)).rejects.toMatchObject({
    code: 'MODEL_OFFLINE',
    message: expect.stringContaining('could not be reached (ECONNREFUSED)'),
  })
  answer = serve({ 'seg.onnx': model() })
  expect((await fetchModel(store, `${address}/seg.onnx`)).entry.id).toBe('seg')
})

it('does not keep a file with another hash, nor one that is no model', async () => {
  answer = serve({
    'seg.onnx': model(),
    'page.onnx': new TextEncoder().encode('<html>sign in</html>'),
    'p.pt': Uint8Array.of(0x80, 2, 0x7d),
  })
  await expect(fetchModel(store, `${address}/seg.onnx`, { sha256: '0'.repeat(64) })).rejects.toMatchObject({ code: 'MODEL_HASH_WRONG' })
  await expect(fetchModel(store, `${address}/page.onnx`)).rejects.toMatchObject({ code: 'MODEL_KIND_REFUSED' })
  await expect(fetchModel(store, `${address}/p.pt`)).rejects.toMatchObject({ code: 'MODEL_PICKLE' })
  await expect(fetchModel(store, `${address}/none.onnx`)).rejects.toMatchObject({ message: expect.stringContaining('answered 404') })
  await expect(fetchModel(store, 'file:///etc/hostname')).rejects.toMatchObject({ message: expect.stringContaining('only http and https') })
  expect((await store.list()).models).toEqual([])
  // Nothing came that could be gone on with.
  expect((await readdir(store.folder)).filter((name) => name.startsWith('.fetching'))).toEqual([])
})

it('fetches the weights that a network keeps beside itself', async () => {
  const weights = new Uint8Array(16).fill(3)
  const network = yoloSegBytes({}, [{ name: 'w', dims: [4], values: 'net weights.bin' }])
  answer = serve({ 'd/net.onnx': network, 'd/net weights.bin': weights })
  const { entry } = await fetchModel(store, `${address}/d/net.onnx`)
  expect(entry.files[0]?.weights).toEqual([{ name: 'net weights.bin', sizeBytes: 16, sha256: sha(weights) }])
})

it('what came from one address is never taken for what is at another', async () => {
  const network = (fill: number) => yoloSegBytes({ fill: String(fill) }, [{ name: 'w', dims: [4], values: 'w.bin' }])
  answer = serve({ 'a/net.onnx': network(1), 'b/net.onnx': network(2), 'b/w.bin': new Uint8Array(16) })
  // The network is there, its weights are not.
  await expect(fetchModel(store, `${address}/a/net.onnx`)).rejects.toMatchObject({ message: expect.stringContaining('w.bin') })
  const { entry } = await fetchModel(store, `${address}/b/net.onnx`)
  expect(entry.files[0]?.sha256).toBe(sha(network(2)))
})

it('a server that falls silent is given up, and a cancelled fetch says so', async () => {
  answer = (_, response) => void response.writeHead(200, { 'content-length': 1000 }).write('x')
  await expect(fetchModel(store, `${address}/seg.onnx`, { silenceMs: 100 })).rejects.toMatchObject({
    code: 'MODEL_FETCH_FAILED',
    message: expect.stringContaining('said nothing'),
  })
  const controller = new AbortController()
  const fetching = fetchModel(store, `${address}/seg.onnx`, { signal: controller.signal })
  setTimeout(() => controller.abort(), 50)
  await expect(fetching).rejects.toMatchObject({ code: 'CANCELLED' })
})

it('a known model of two files is fetched whole, also from another place, and not twice', async () => {
  const files = { 'enc.onnx': samEncoderBytes(), 'dec.onnx': samDecoderBytes() }
  const known: KnownModel = {
    id: 'sam-x',
    title: 'SAM X',
    role: 'promptableSegmenter',
    family: 'sam',
    licence: 'Apache-2.0',
    page: 'https://example.org/sam',
    section: 'SAM',
    files: [
      { name: 'enc.onnx', part: 'encoder', sha256: sha(files['enc.onnx']), sizeBytes: files['enc.onnx'].length, inputs: [], outputs: [] },
      { name: 'dec.onnx', part: 'decoder', inputs: [], outputs: [] },
    ],
    checked: [],
    unchecked: ['all of it'],
  }
  const knowing = createModelStore(join(base, 'models'), [known])
  answer = serve(files)
  await expect(fetchModel(knowing, 'sam-x')).rejects.toMatchObject({ code: 'MODEL_WITHOUT_ADDRESS', params: { section: 'SAM' } })
  await expect(fetchModel(knowing, 'sam-y')).rejects.toMatchObject({ code: 'MODEL_NOT_KNOWN' })
  const { entry, missing } = await fetchModel(knowing, 'sam-x', { from: address })
  expect([entry.title, entry.licence, entry.unchecked, missing]).toEqual(['SAM X', 'Apache-2.0', ['all of it'], []])
  await expect(fetchModel(knowing, 'sam-x', { from: address })).rejects.toMatchObject({ code: 'MODEL_EXISTS' })
})
