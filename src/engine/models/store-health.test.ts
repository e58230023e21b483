// What the doctor says of the model store.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { samDecoderBytes, yoloSegBytes } from './model-fixture.ts'
import { createModelStore } from './model-store.ts'
import { modelStoreLines } from './store-health.ts'

let base = ''
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'store-health-'))
})
afterEach(() => rm(base, { recursive: true, force: true }))

async function added(name: string, bytes: Uint8Array, folder = join(base, 'models')) {
  await writeFile(join(base, name), bytes)
  const store = createModelStore(folder, [])
  await store.add([join(base, name)])
  return store
}

it('an empty store is well, and so is one that was never made', async () => {
  expect(await modelStoreLines(createModelStore(join(base, 'models'), []))).toEqual([
    { id: 'models', title: 'Models', state: 'ok', found: expect.stringContaining('none in') },
  ])
})

it('counts what is ready, and says where to look when something lacks', async () => {
  const store = await added('seg.onnx', yoloSegBytes())
  expect((await modelStoreLines(store))[0]).toMatchObject({ state: 'ok', found: `1 ready in ${store.folder}` })
  await added('dec.onnx', samDecoderBytes())
  await writeFile(join(store.folder, 'w.pt'), Uint8Array.of(0x80, 2))
  expect((await modelStoreLines(store))[0]).toMatchObject({
    // No failure of the machine: what is ready can be run.
    state: 'absent',
    found: `1 ready, incomplete or changed: 1, no model: 1 in ${store.folder}`,
    remedy: expect.stringContaining('models list'),
  })
})

it('a file in place of the folder is told with what to do', async () => {
  await writeFile(join(base, 'models'), 'x')
  expect((await modelStoreLines(createModelStore(join(base, 'models'), [])))[0]).toMatchObject({
    state: 'broken',
    found: expect.stringContaining('cannot be read'),
    remedy: expect.stringContaining('Choose another folder'),
  })
})
