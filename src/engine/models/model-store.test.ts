// The store on a real folder: taking in, dropping, refusing, verifying, removing and looking up.
import { createHash } from 'node:crypto'
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type KnownModel, knownModelsFrom } from '#core/model/known-models'
import { createModelStore, type ModelStore } from './model-store.ts'
import { samDecoderBytes, samEncoderBytes, yoloSegBytes } from './model-fixture.ts'

let base = ''
let store: ModelStore
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'model-store-'))
  store = createModelStore(join(base, 'models'), [])
})
afterEach(() => rm(base, { recursive: true, force: true }))

const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
async function file(name: string, bytes: Uint8Array | string) {
  const path = join(base, name)
  await mkdir(join(path, '..'), { recursive: true })
  await writeFile(path, bytes)
  return path
}
const weightsGraph = () => yoloSegBytes({}, [{ name: 'w', dims: [4], values: { location: 'w.bin', offset: 8, length: 16 } }])

describe('add', () => {
  it('copies the file, records hash, role, ports and class names, and leaves the source alone', async () => {
    const bytes = yoloSegBytes({ names: "{0: 'cup', 1: 'dog'}", license: 'MIT' })
    const path = await file('my seg.onnx', bytes)
    const { entry, missing, problems } = await store.add([path])
    expect(entry).toMatchObject({
      id: 'my-seg',
      role: 'instanceSegmenter',
      family: 'yolo-seg',
      licence: 'MIT',
      classNames: ['cup', 'dog'],
      source: path,
      origin: 'added',
      preprocessing: { resize: { rule: 'letterbox', width: 320, height: 320 } },
    })
    expect(entry.files).toMatchObject([{ name: 'my seg.onnx', part: 'whole', sha256: sha(bytes), sizeBytes: bytes.length }])
    expect([missing, problems]).toEqual([[], []])
    expect(await readFile(path)).toEqual(Buffer.from(bytes))
    expect((await store.list()).models.map((model) => model.entry.id)).toEqual(['my-seg'])
  })

  it('knows exactly these bytes again by their hash, whatever the file is called', async () => {
    const bytes = yoloSegBytes()
    const known: KnownModel = {
      id: 'known-seg',
      title: 'Known',
      role: 'instanceSegmenter',
      family: 'yolo-seg',
      licence: 'AGPL-3.0',
      page: 'https://example.org/seg',
      section: 'YOLO-seg',
      files: [{ name: 'seg.onnx', part: 'whole', sha256: sha(bytes), sizeBytes: bytes.length, inputs: [], outputs: [] }],
      checked: [],
      unchecked: [],
    }
    const knowing = createModelStore(join(base, 'models'), [known])
    const { entry } = await knowing.add([await file('downloaded (1).onnx', bytes)])
    expect(entry).toMatchObject({ id: 'known-seg', licence: 'AGPL-3.0', source: 'https://example.org/seg', unchecked: [] })
  })

  it('two parts of one model become one entry; a part alone says what is missing', async () => {
    const [encoder, decoder] = [await file('enc.onnx', samEncoderBytes()), await file('dec.onnx', samDecoderBytes())]
    expect((await store.add([encoder, decoder], { id: 'sam' })).missing).toEqual([])
    expect((await store.add([encoder], { id: 'half' })).missing).toEqual(['decoder'])
    expect(await store.lookUp('half')).toMatchObject({ fault: { code: 'MODEL_UNEXPECTED', params: { expected: 'decoder' } } })
  })

  it('weights beside the model come along, and are hashed too', async () => {
    await file('w.bin', new Uint8Array(24).fill(7))
    const { entry, folder } = await store.add([await file('net.onnx', weightsGraph())])
    expect(entry.files[0]?.weights).toEqual([{ name: 'w.bin', sizeBytes: 24, sha256: sha(new Uint8Array(24).fill(7)) }])
    await writeFile(join(folder, 'w.bin'), new Uint8Array(24).fill(8))
    expect((await store.verify('net')).map(({ fault }) => fault?.code)).toEqual([undefined, 'MODEL_CHANGED'])
    expect(await store.lookUp('net')).toMatchObject({ fault: { code: 'MODEL_CHANGED' } })
  })

  it('a link takes no copy, and removing it leaves the file', async () => {
    const path = await file('seg.onnx', yoloSegBytes())
    const { folder } = await store.add([path], { link: true })
    expect((await stat(join(folder, 'seg.onnx'))).ino).toBe((await stat(path)).ino)
    await store.remove('seg')
    expect((await store.list()).models).toEqual([])
    expect((await stat(path)).isFile()).toBe(true)
  })

  it.each<[string, string, () => Promise<readonly string[]>]>([
    ['a pickle by its bytes', 'MODEL_PICKLE', async () => [await file('m.onnx', Uint8Array.of(0x80, 2, 0x7d, 0x71))]],
    ['a pickle by its name', 'MODEL_PICKLE', async () => [await file('m.pt', yoloSegBytes())]],
    ['a zip of PyTorch', 'MODEL_PICKLE', async () => [await file('m.onnx', 'PK\u0003\u0004............archive/data.pkl')]],
    ['another zip', 'MODEL_KIND_REFUSED', async () => [await file('m.onnx', 'PK\u0003\u0004............readme.txt')]],
    ['a web page', 'MODEL_KIND_REFUSED', async () => [await file('m.onnx', '<!DOCTYPE html><html></html>')]],
    ['a text', 'ONNX_NOT_A_MODEL', async () => [await file('m.onnx', '')]],
    ['half a network', 'ONNX_CUT', async () => [await file('m.onnx', yoloSegBytes().subarray(0, 60))]],
    ['a file that is not there', 'MODEL_MISSING', async () => [join(base, 'none.onnx')]],
    ['a folder', 'MODEL_UNREADABLE', async () => [base]],
    ['missing weights', 'MODEL_WEIGHTS_MISSING', async () => [await file('n.onnx', weightsGraph())]],
    [
      'weights that are too short',
      'MODEL_WEIGHTS_MISSING',
      async () => {
        await file('s/w.bin', new Uint8Array(20))
        return [await file('s/n.onnx', weightsGraph())]
      },
    ],
    [
      'two models at once',
      'MODEL_PARTS_CLASH',
      async () => [await file('a.onnx', yoloSegBytes()), await file('b.onnx', samDecoderBytes())],
    ],
    ['a part twice', 'MODEL_PARTS_CLASH', async () => [await file('a.onnx', samDecoderBytes()), await file('b.onnx', samDecoderBytes())]],
  ])('refuses %s, and leaves nothing behind', async (_, code, make) => {
    await expect(store.add(await make())).rejects.toMatchObject({ code })
    expect(await readdir(store.folder).catch(() => [])).toEqual([])
  })

  it('refuses names that lead elsewhere, and names that are taken', async () => {
    const path = await file('seg.onnx', yoloSegBytes())
    for (const id of ['../up', 'a/b', '.hidden', '', 'x'.repeat(65)])
      await expect(store.add([path], { id })).rejects.toMatchObject({ code: 'MODEL_ID_INVALID' })
    await store.add([path])
    await expect(store.add([path])).rejects.toMatchObject({ code: 'MODEL_EXISTS' })
  })
})

describe('files that were put into the folder by hand', () => {
  it('are listed with their role; adding one moves it into a folder of its own', async () => {
    await file('models/dropped.onnx', yoloSegBytes())
    await file('models/README.txt', 'not a model')
    await file('models/pair/enc.onnx', samEncoderBytes())
    await file('models/pair/dec.onnx', samDecoderBytes())
    const { models, refused } = await store.list()
    expect(models.map(({ entry, missing }) => [entry.id, entry.origin, entry.family, missing.length])).toEqual([
      ['pair', 'dropped', 'sam', 0],
      ['dropped', 'dropped', 'yolo-seg', 0],
    ])
    expect(refused).toEqual([])
    expect(await store.lookUp('dropped')).toMatchObject({ model: { name: 'dropped', sha256: sha(yoloSegBytes()) } })
    const { entry } = await store.add([join(store.folder, 'dropped.onnx')])
    expect(entry).toMatchObject({ origin: 'added', id: 'dropped' })
    expect((await readdir(store.folder)).toSorted()).toEqual(['README.txt', 'dropped', 'pair'])
  })

  it('are refused with what was found and what was expected, without hiding the others', async () => {
    await file('models/good.onnx', yoloSegBytes())
    await file('models/bad.pth', 'x')
    await file('models/half.onnx', yoloSegBytes().subarray(0, 70))
    await file('models/broken/entry.json', '{"version": 9}')
    const { models, refused } = await store.list()
    expect(models.map(({ entry }) => entry.id)).toEqual(['good'])
    expect(refused.map(({ fault }) => fault.code).toSorted()).toEqual(['MODEL_ENTRY_INVALID', 'MODEL_PICKLE', 'ONNX_CUT'])
  })

  it('are noticed within two seconds', async () => {
    let rings = 0
    const waiting: (() => void)[] = []
    const end = store.watch(() => {
      rings += 1
      for (const wake of waiting) wake()
    })
    try {
      const rung = new Promise<void>((done) => waiting.push(done))
      await file('models/new.onnx', yoloSegBytes())
      await Promise.race([rung, new Promise((_, fail) => setTimeout(() => fail(new Error('nobody noticed')), 2000))])
      expect((await store.list()).models.map(({ entry }) => entry.id)).toEqual(['new'])
      expect(rings).toBeGreaterThan(0)
    } finally {
      end()
    }
  })
})

describe('a model that changed', () => {
  it('is listed with what is wrong, and is not given to a stage', async () => {
    const { folder } = await store.add([await file('seg.onnx', yoloSegBytes())])
    await appendFile(join(folder, 'seg.onnx'), 'x')
    expect((await store.get('seg')).problems).toMatchObject([{ code: 'MODEL_UNREADABLE' }])
    expect((await store.verify('seg')).map(({ fault }) => fault?.code)).toEqual(['MODEL_CHANGED'])
    expect(await store.lookUp('seg')).toMatchObject({ fault: { code: 'MODEL_UNREADABLE' } })
    await rm(join(folder, 'seg.onnx'))
    expect((await store.verify('seg')).map(({ fault }) => fault?.code)).toEqual(['MODEL_MISSING'])
    expect(await store.lookUp('nothing')).toMatchObject({ fault: { code: 'MODEL_NOT_IN_STORE' } })
    expect(await store.lookUp(join(base, 'no.onnx'))).toMatchObject({ fault: { code: 'MODEL_MISSING' } })
  })
})

const dataFolder = process.env.SCENEWRIGHT_DATA
it.skipIf(!dataFolder)(
  'real networks are known by their graphs and, once added, by their hashes (skipped unless SCENEWRIGHT_DATA is set)',
  async () => {
    const list = new URL('../../../resources/models.json', import.meta.url)
    const knowing = createModelStore(join(base, 'real'), knownModelsFrom(await readFile(list, 'utf8')))
    const added: unknown[] = []
    for (const name of ['yolov8n-seg_int8_320', 'yolov8n_int8_320', 'yolox_nano_416', 'yolox_nano_dynamic']) {
      const { entry } = await knowing.add([join(dataFolder ?? '', 'models', `${name}.onnx`)])
      added.push([entry.id, entry.family, entry.licence, entry.classNames?.length])
    }
    expect(added).toEqual([
      ['yolov8n-seg-int8-320', 'yolo-seg', 'AGPL-3.0', 80],
      ['yolov8n-int8-320', 'yolov8', 'AGPL-3.0', 80],
      ['yolox-nano-416', 'yolox', 'Apache-2.0', undefined],
      ['yolox_nano_dynamic', 'yolox', 'unknown', undefined],
    ])
  },
)
