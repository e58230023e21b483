// The store as a page works with it: fetches that outlive it, a folder that is watched, figures that stay with their bytes.
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { TrialOrder, TrialReport } from '#core/model/trial-report'
import { createBenchBook } from './bench-book.ts'
import { createModelFetches, type ModelFetches } from './model-fetches.ts'
import { yoloSegBytes } from './model-fixture.ts'
import { rowOf, shelfNow } from './model-shelf.ts'
import { createModelStore, type ModelStore } from './model-store.ts'
import { benchModel } from './trial-order.ts'

let base = ''
let store: ModelStore
let fetches: ModelFetches
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'model-room-'))
  store = createModelStore(join(base, 'models'), [])
  fetches = createModelFetches(store, () => {})
})
afterEach(async () => {
  await fetches.close()
  await rm(base, { recursive: true, force: true })
})
const benches = () => createBenchBook(join(base, 'benches'))
const bytes = yoloSegBytes({}, [{ name: 'w', dims: [50_000], values: new Float32Array(50_000) }])
const half = Math.floor(bytes.length / 2)

/** Sends the first half, then waits until it is told to go on. */
async function halting(): Promise<{ readonly address: string; readonly ranges: string[]; goOn(): void; readonly server: Server }> {
  const ranges: string[] = []
  let halts = true
  const server = createServer(({ headers }, response) => {
    const start = Number(/^bytes=(\d+)-/.exec(headers.range ?? '')?.[1] ?? 0)
    ranges.push(headers.range ?? '')
    response.writeHead(start > 0 ? 206 : 200, {
      'content-length': bytes.length - start,
      etag: '"one"',
      ...(start > 0 && { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` }),
    })
    if (halts) response.write(bytes.subarray(start, half))
    else response.end(bytes.subarray(start))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    server,
    ranges,
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/seg.onnx`,
    goOn: () => {
      halts = false
    },
  }
}

describe('a fetch', () => {
  it('is stopped with what came kept, gone on with at that byte, and then is a model and no fetch any more', async () => {
    const { server, address, ranges, goOn } = await halting()
    try {
      await fetches.begin({ what: address })
      await expect.poll(() => fetches.list()[0]).toMatchObject({ state: 'going', totalBytes: bytes.length, doneBytes: half })
      await fetches.stop(address, false)
      expect(fetches.list()).toMatchObject([{ what: address, state: 'stopped', doneBytes: half }])
      goOn()
      await fetches.begin({ what: address })
      await expect.poll(() => fetches.list()).toEqual([])
      expect(ranges).toEqual(['', `bytes=${half}-`])
      expect((await store.list()).models).toMatchObject([{ entry: { id: 'seg', origin: 'fetched', source: address } }])
    } finally {
      server.closeAllConnections()
      server.close()
    }
  })

  it('that is dropped leaves nothing on the disk, and one that failed says why until it is begun again', async () => {
    const { server, address, goOn } = await halting()
    try {
      await fetches.begin({ what: address })
      await expect.poll(() => fetches.list()[0]?.doneBytes).toBe(half)
      await fetches.stop(address, true)
      expect([fetches.list(), await readdir(store.folder)]).toEqual([[], []])
      goOn()
      await fetches.begin({ what: address, sha256: '0'.repeat(64) })
      await expect.poll(() => fetches.list()[0]).toMatchObject({ state: 'failed', fault: { code: 'MODEL_HASH_WRONG' } })
    } finally {
      server.closeAllConnections()
      server.close()
    }
    await fetches.begin({ what: address })
    await expect.poll(() => fetches.list()[0]?.fault?.code).toBe('MODEL_OFFLINE')
    await expect(fetches.begin({ what: 'no-such-model' })).rejects.toMatchObject({ code: 'MODEL_NOT_KNOWN' })
  })
})

describe('the shelf', () => {
  it('says what removing gives back: nothing for a file that was linked', async () => {
    await writeFile(join(base, 'seg.onnx'), bytes)
    await store.add([join(base, 'seg.onnx')], { link: true, id: 'linked' })
    await store.add([join(base, 'seg.onnx')], { id: 'copied' })
    const { models } = await shelfNow(store, benches(), fetches)
    expect(
      models.map(({ entry, freedBytes, sizeBytes, linkedFiles, state }) => [entry.id, freedBytes, sizeBytes, linkedFiles, state]),
    ).toEqual([
      ['copied', bytes.length, bytes.length, [], 'ready'],
      ['linked', 0, bytes.length, ['seg.onnx'], 'ready'],
    ])
  })

  it('shows figures of these bytes only: a model of the same name with other bytes has none', async () => {
    await writeFile(join(base, 'seg.onnx'), bytes)
    const orders: TrialOrder[] = []
    const loads = [40, 5]
    const tryModel = async (order: TrialOrder): Promise<TrialReport[]> => {
      orders.push(order)
      const [loadMs = 0] = loads.splice(0, 1)
      const common = { provider: 'cpu', wholeGraph: true, failed: [], inputs: [], outputs: [], firstMs: 3, medianMs: 2 }
      return [{ path: '', part: 'whole', loadMs, ...common }]
    }
    const model = await store.add([join(base, 'seg.onnx')])
    const bench = await benchModel(model, tryModel, { provider: 'cpu', threads: 1, repeats: 4 })
    expect(bench.parts).toEqual([{ part: 'whole', wholeGraph: true, firstStartMs: 40, secondStartMs: 5, firstRunMs: 3, medianMs: 2 }])
    expect(orders.map(({ providers, repeats }) => [providers, repeats])).toEqual([
      [['cpu'], 0],
      [['cpu'], 4],
    ])
    expect(orders[0]?.cacheFolder).toBe(orders[1]?.cacheFolder)
    await benches().keep(bench)
    expect((await rowOf(model, benches())).benches).toEqual([bench])
    await writeFile(join(store.folder, 'dropped.onnx'), bytes)
    const dropped = await benchModel(await store.get('dropped'), tryModel, { provider: 'cpu', threads: 1, repeats: 1 })
    await benches().keep(dropped)
    expect((await rowOf(await store.get('dropped'), benches())).benches).toEqual([dropped])
    await writeFile(
      join(store.folder, 'dropped.onnx'),
      bytes.map((byte, i) => (i === bytes.length - 1 ? byte ^ 1 : byte)),
    )
    expect((await rowOf(await store.get('dropped'), benches())).benches).toEqual([])
    await benches().forget('dropped')
    await store.remove('seg')
    await writeFile(join(base, 'seg.onnx'), yoloSegBytes({ other: 'bytes' }))
    expect((await rowOf(await store.add([join(base, 'seg.onnx')]), benches())).benches).toEqual([])
    await benches().forget('seg')
    expect(await readdir(join(base, 'benches'))).toEqual([])
  })
})
