// The segmenter from file to masks: on a made network whose answer is known, and on a real one against recorded results.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { encodeGraph, type Graph } from '#core/model/onnx-writer'
import type { Rgb } from './resample.ts'
import { createInstanceSegmenter, type InstanceMask } from './yolo-seg.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yolo-seg-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function write(name: string, graph: Graph): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, encodeGraph(graph))
  return path
}

describe('a made network with constant outputs', () => {
  // Input 32 x 32, 2 classes, 2 coefficients, 10 columns. Prototype 0 is 1 on the left half, prototype 1 is 1 everywhere.
  const columns = 10
  const rows = Array.from({ length: columns }, () => new Array<number>(8).fill(0))
  rows[3] = [16, 16, 16, 8, 0.1, 0.9, 8, -4]
  rows[4] = [17, 16, 16, 8, 0.1, 0.8, 8, -4]
  rows[7] = [24, 12, 8, 4, 0.6, 0.2, 0, 4]
  rows[9] = [8, 16, 8, 8, 0.7, 0.1, 0, -4]
  const detections = Float32Array.from({ length: 8 * columns }, (_, at) => rows[at % columns]![Math.floor(at / columns)]!)
  const prototypes = Float32Array.from({ length: 2 * 64 }, (_, at) => (at >= 64 || at % 8 < 4 ? 1 : 0))
  const made: Graph = {
    inputs: [{ name: 'images', type: 'float32', shape: [1, 3, 32, 32] }],
    outputs: [
      { name: 'output0', type: 'float32', shape: [1, 8, columns] },
      { name: 'output1', type: 'float32', shape: [1, 2, 8, 8] },
    ],
    nodes: [
      { op: 'Identity', inputs: ['a'], outputs: ['output0'] },
      { op: 'Identity', inputs: ['b'], outputs: ['output1'] },
    ],
    constants: [
      { name: 'a', dims: [1, 8, columns], values: detections },
      { name: 'b', dims: [1, 2, 8, 8], values: prototypes },
    ],
  }
  /** 64 x 32: half the scale in the input, 8 rows of padding above and below. */
  const picture: Rgb = { width: 64, height: 32, pixels: new Uint8Array(64 * 32 * 3) }

  test('masks, boxes and scores come out where the columns put them', async () => {
    const segmenter = await createInstanceSegmenter(await write('made.onnx', made), { classNames: ['cup', 'dog'] })
    const instances = await segmenter.propose(picture)
    await segmenter.close()
    // Column 4 is suppressed by 3; column 9 has an empty mask.
    expect(instances.map(({ className, classIndex }) => [className, classIndex])).toEqual([
      ['dog', 1],
      ['cup', 0],
    ])
    const [dog, cup] = instances as [InstanceMask, InstanceMask]
    expect(dog.score).toBeCloseTo(0.9, 6)
    // Box 8..24 x 12..20 of the input is 16..48 x 8..24 of the picture; the mask is its left half.
    expect(dog.box).toEqual([16, 8, 32, 16])
    const expected = Uint8Array.from({ length: 64 * 32 }, (_, at) => {
      const [x, y] = [at % 64, Math.floor(at / 64)]
      return Number(x >= 16 && x < 32 && y >= 8 && y < 24)
    })
    expect(dog.mask).toEqual(expected)
    expect(dog.area).toBe(256)
    expect(dog.stability).toBeGreaterThan(0.5)
    expect(dog.stability).toBeLessThan(1)
    expect(cup).toMatchObject({ box: [40, 4, 16, 8], area: 128, stability: 1 })
  })

  test('threshold and limit hold, and the description says what was used', async () => {
    const path = await write('limits.onnx', made)
    const strict = await createInstanceSegmenter(path, { scoreThreshold: 0.85 })
    expect((await strict.propose(picture)).map(({ classIndex }) => classIndex)).toEqual([1])
    expect(strict.description).toMatchObject({
      path,
      provider: 'cpu',
      wholeGraph: true,
      classCount: 2,
      inputWidth: 32,
      scoreThreshold: 0.85,
    })
    await strict.close()
    const one = await createInstanceSegmenter(path, { maxInstances: 1 })
    expect(await one.propose(picture)).toHaveLength(1)
    await one.close()
  })

  test('a picture whose bytes do not fit its size is refused', async () => {
    const segmenter = await createInstanceSegmenter(await write('size.onnx', made))
    await expect(segmenter.propose({ ...picture, width: 63 })).rejects.toThrow('63 x 32 needs 6048 bytes, not 6144')
    await segmenter.close()
  })

  test('names that are too few are refused, not shifted', async () => {
    await expect(createInstanceSegmenter(await write('names.onnx', made), { classNames: ['cup'] })).rejects.toMatchObject({
      code: 'MODEL_UNEXPECTED',
      params: { found: '2 classes', expected: '1, as many as there are class names' },
    })
  })

  test('a graph of another kind is refused with what it has', async () => {
    const other: Graph = { ...made, outputs: [made.outputs[0]!], nodes: [made.nodes[0]!], constants: [made.constants![0]!] }
    await expect(createInstanceSegmenter(await write('other.onnx', other))).rejects.toMatchObject({
      code: 'MODEL_UNEXPECTED',
      message: expect.stringMatching(/has 1 input .* and 1 output \(output0 float32 \[1,8,10\]\); this is a network of the family yolov8/),
    })
  })

  test('an input of open size gets the size asked for', async () => {
    const open: Graph = { ...made, inputs: [{ name: 'images', type: 'float32', shape: ['n', 3, 'h', 'w'] }] }
    const segmenter = await createInstanceSegmenter(await write('open.onnx', open), { inputSize: 64 })
    expect(segmenter.description).toMatchObject({ inputWidth: 64, inputHeight: 64 })
    expect((await segmenter.propose(picture))[0]?.box).toEqual([8, 0, 16, 4])
    await segmenter.close()
  })
})

const dataFolder = process.env.SCENEWRIGHT_DATA
describe.skipIf(!dataFolder)('real networks (skipped unless SCENEWRIGHT_DATA names the folder of real inputs)', () => {
  const at = (path: string) => join(dataFolder ?? '', path)
  const model = 'yolov8n-seg_int8_320.onnx'
  type Recorded = { class: number; score: number; box: readonly [number, number, number, number]; mask_area: number }

  async function decode(path: string): Promise<Rgb> {
    const { data, info } = await sharp(at(path)).removeAlpha().raw().toBuffer({ resolveWithObject: true })
    return { width: info.width, height: info.height, pixels: data }
  }
  /** Same class, score within 0.1, each side of the box within 4 % of the picture. */
  const agrees = (one: Recorded, [x, y, width, height]: InstanceMask['box'], got: InstanceMask, picture: Rgb) =>
    got.classIndex === one.class &&
    Math.abs(got.score - one.score) <= 0.1 &&
    [x, y, x + width, y + height].every(
      (side, index) => Math.abs(side - one.box[index]!) <= 0.04 * (index % 2 ? picture.height : picture.width),
    )

  test('finds the recorded instances, with masks of their size, and no others that are sure', async () => {
    const recorded: Record<string, readonly Recorded[]> = JSON.parse(await readFile(at('models/expected.json'), 'utf8')).results[model]
    const segmenter = await createInstanceSegmenter(at(`models/${model}`))
    for (const [path, all] of Object.entries(recorded)) {
      const picture = await decode(path)
      const got = await segmenter.propose(picture)
      // Weak boxes may come or go.
      for (const one of all.filter(({ score }) => score >= 0.4)) {
        const match = got.find((instance) => agrees(one, instance.box, instance, picture))
        expect(match, `${path}: class ${one.class} at ${one.box}`).toBeDefined()
        expect(Math.abs(match!.area - one.mask_area) / one.mask_area, `${path}: mask of class ${one.class}`).toBeLessThan(0.05)
      }
      for (const instance of got.filter(({ score }) => score >= 0.5)) {
        expect(
          all.some((one) => agrees(one, instance.box, instance, picture)),
          `${path}: ${instance.classIndex} ${instance.score}`,
        ).toBe(true)
      }
    }
    await segmenter.close()
  })

  test('the mask of the dog lies on the dog', async () => {
    const segmenter = await createInstanceSegmenter(at(`models/${model}`))
    const [dog] = await segmenter.propose(await decode('tracking-davis/JPEGImages/dog/00010.jpg'))
    const truth = await sharp(at('tracking-davis/Annotations/dog/00010.png')).toColourspace('b-w').extractChannel(0).raw().toBuffer()
    const both = dog!.mask.reduce((sum, bit, index) => sum + (bit & Number(truth[index]! > 127)), 0)
    const either = dog!.mask.reduce((sum, bit, index) => sum + (bit | Number(truth[index]! > 127)), 0)
    expect(both / either).toBeGreaterThan(0.8)
    await segmenter.close()
  })

  test('the first half of a real network is refused as broken', async () => {
    const bytes = await readFile(at(`models/${model}`))
    const path = join(folder, 'half.onnx')
    await writeFile(path, bytes.subarray(0, bytes.length / 2))
    await expect(createInstanceSegmenter(path)).rejects.toMatchObject({
      code: 'ONNX_CUT',
      params: { path },
    })
  })

  test.each([
    ['yolov8n_int8_320.onnx', 'family yolov8'],
    ['yolox_nano_416.onnx', 'family yolox'],
    ['yolox_nano_dynamic.onnx', 'family yolox'],
  ])('%s gives boxes only, and is refused for that', async (file, kind) => {
    await expect(createInstanceSegmenter(at(`models/${file}`))).rejects.toMatchObject({
      code: 'MODEL_UNEXPECTED',
      params: { found: expect.stringContaining(kind) },
    })
  })
})
