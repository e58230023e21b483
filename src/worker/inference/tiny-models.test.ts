// The tiny networks of each family, run by the real runtime and held against answers worked out by hand.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { recogniseModel } from '#core/model/recognise'
import { encodeGraph, type Graph } from '#core/model/onnx-writer'
import { discRadii, discScores, tinySam2Decoder, tinySam2Encoder, tinySamDecoder, tinySamEncoder } from '#core/model/tiny-sam'
import { tinyYoloClasses, tinyYoloSeg } from '#core/model/tiny-yolo-seg'
import { openSession, type TensorValue } from './session.ts'
import { createInstanceSegmenter } from './yolo-seg.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tiny-models-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function write(graph: Graph, name: string): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, encodeGraph(graph))
  return path
}
async function runGraph(graph: Graph, feeds: Readonly<Record<string, TensorValue>>) {
  const session = await openSession(await write(graph, 'graph.onnx'), { providers: ['cpu'], threads: 1 })
  const results = await session.run(feeds)
  await session.close()
  return (name: string) => {
    const { dims, values } = results[name]!
    if (!(values instanceof Float32Array)) throw new Error(`${name} is not float32`)
    return { dims, values }
  }
}
const tensor = (dims: readonly number[], values?: readonly number[]): TensorValue => {
  const count = dims.reduce((product, dim) => product * dim, 1)
  return { type: 'float32', dims, values: values ? Float32Array.from(values) : new Float32Array(count) }
}

type Point = readonly [x: number, y: number, label: number]
const prompts = (...batch: readonly (readonly Point[])[]) => ({
  point_coords: tensor(
    [batch.length, batch[0]!.length, 2],
    batch.flatMap((points) => points.flatMap((point) => point.slice(0, 2))),
  ),
  point_labels: tensor(
    [batch.length, batch[0]!.length],
    batch.flatMap((points) => points.map(([, , label]) => label)),
  ),
})
const samFeeds = (points: readonly Point[], [height, width] = [1024, 1024], hint?: TensorValue) => ({
  image_embeddings: tensor([1, 256, 64, 64]),
  ...prompts(points),
  mask_input: hint ?? tensor([1, 1, 256, 256]),
  has_mask_input: tensor([1], [hint ? 1 : 0]),
  orig_im_size: tensor([2], [height!, width!]),
})
/** Logit of mask `k` at a pixel of the low-resolution mask for one click; all in pixels of 256. */
const disc = (k: number, [x, y]: Point, column: number, row: number) => {
  const radius = discRadii[k]! / 4
  return (radius ** 2 - (column + 0.5 - x / 4) ** 2 - (row + 0.5 - y / 4) ** 2) / (2 * radius)
}

it('all are recognised as what they stand for, and are the same bytes each time', () => {
  const kinds = [tinySamEncoder, tinySamDecoder, tinySam2Encoder, tinySam2Decoder, tinyYoloSeg].map((make) => {
    expect(encodeGraph(make())).toEqual(encodeGraph(make()))
    const found = recogniseModel(make())
    return `${found?.family} ${found?.part}`
  })
  expect(kinds).toEqual(['sam encoder', 'sam decoder', 'sam2 encoder', 'sam2 decoder', 'yolo-seg whole'])
})

describe('tiny SAM', () => {
  it('the encoder averages each channel over 16 x 16 pixels and repeats it over the embedding', async () => {
    const image = new Float32Array(3 * 1024 * 1024)
    // Channel 1, the block of row 2 and column 5: one pixel of 256.
    image[1024 * 1024 + 40 * 1024 + 90] = 512
    const embeddings = (await runGraph(tinySamEncoder(), { input_image: { type: 'float32', dims: [1, 3, 1024, 1024], values: image } }))(
      'image_embeddings',
    )
    expect(embeddings.dims).toEqual([1, 256, 64, 64])
    const lit = [...embeddings.values.entries()].filter(([, value]) => value !== 0)
    expect(lit.map(([at]) => at)).toEqual(Array.from({ length: 85 }, (_, index) => (1 + 3 * index) * 4096 + 2 * 64 + 5))
    expect(new Set(lit.map(([, value]) => value))).toEqual(new Set([2]))
  })

  it('a click gives a disc in each mask, exactly by the formula', async () => {
    const click: Point = [400, 300, 1]
    const low = (await runGraph(tinySamDecoder(), samFeeds([click])))('low_res_masks')
    expect(low.dims).toEqual([1, 4, 256, 256])
    for (const k of [0, 1, 2, 3])
      for (const [column, row] of [
        [100, 75],
        [0, 0],
        [115, 75],
        [116, 75],
        [255, 255],
      ] as const)
        expect(low.values[k * 65_536 + row * 256 + column]).toBeCloseTo(disc(k, click, column, row), 1)
  })

  it('masks of a picture of another aspect have its size, and the disc lies where the click was', async () => {
    // 854 x 480: scale 1024 / 854; a click at (427, 240) of the picture is (512, 287.8) of the input.
    const scale = 1024 / 854
    const masks = (await runGraph(tinySamDecoder(), samFeeds([[427 * scale, 240 * scale, 1]], [480, 854])))('masks')
    expect(masks.dims).toEqual([1, 4, 480, 854])
    for (const k of [0, 1, 2, 3]) {
      let [area, sumX, sumY] = [0, 0, 0]
      for (let at = 0; at < 480 * 854; at++)
        if (masks.values[k * 480 * 854 + at]! > 0) {
          area += 1
          sumX += (at % 854) + 0.5
          sumY += Math.floor(at / 854) + 0.5
        }
      expect(area / (Math.PI * (discRadii[k]! / scale) ** 2)).toBeCloseTo(1, 1)
      expect(Math.abs(sumX / area - 427)).toBeLessThan(0.5)
      expect(Math.abs(sumY / area - 240)).toBeLessThan(0.5)
    }
  })

  it('a negative click cuts, a box is its rectangle, and padding is nothing', async () => {
    const single = async (points: readonly Point[]) => (await runGraph(tinySamDecoder(), samFeeds(points)))('low_res_masks').values
    const alone = await single([[400, 300, 1]])
    const padded = await single([
      [400, 300, 1],
      [0, 0, -1],
    ])
    expect(padded).toEqual(alone)
    const cut = await single([
      [400, 300, 1],
      [440, 300, 0],
    ])
    // In the middle between both, the two discs meet; beyond it nothing is left.
    expect(cut[75 * 256 + 100]! > 0).toBe(false)
    expect(cut[75 * 256 + 90]! > 0).toBe(true)
    const box = await single([
      [200, 100, 2],
      [400, 300, 3],
    ])
    const inside = box.subarray(0, 65_536).reduce((sum, value) => sum + Number(value > 0), 0)
    expect(inside).toBe(50 * 50)
  })

  it('the mask given as a hint is added, and only when it is switched on', async () => {
    const hint = tensor([1, 1, 256, 256])
    if (!(hint.values instanceof Float32Array)) throw new Error('not float32')
    hint.values.fill(5)
    const click: Point = [400, 300, 1]
    const plain = (await runGraph(tinySamDecoder(), samFeeds([click])))('low_res_masks').values
    const hinted = (await runGraph(tinySamDecoder(), samFeeds([click], [1024, 1024], hint)))('low_res_masks').values
    expect(hinted[75 * 256 + 100]! - plain[75 * 256 + 100]!).toBeCloseTo(5, 3)
    const off = { ...samFeeds([click], [1024, 1024], hint), has_mask_input: tensor([1], [0]) }
    expect((await runGraph(tinySamDecoder(), off))('low_res_masks').values).toEqual(plain)
  })

  it('the predicted IoU tells which picture the embedding was of', async () => {
    const feeds = samFeeds([[1, 1, 1]])
    const embedding = tensor([1, 256, 64, 64])
    if (!(embedding.values instanceof Float32Array)) throw new Error('not float32')
    embedding.values.fill(20)
    const scores = async (of: typeof feeds) => [...(await runGraph(tinySamDecoder(), of))('iou_predictions').values]
    expect(await scores(feeds)).toEqual([...discScores])
    const other = await scores({ ...feeds, image_embeddings: embedding })
    other.forEach((score, k) => {
      expect(score).toBeCloseTo(discScores[k]! + 0.02, 4)
    })
  })
})

describe('tiny SAM 2', () => {
  it('a batch of prompts gives what each gives alone, without the single mask', async () => {
    const feeds = (batch: ReturnType<typeof prompts>, count: number) => ({
      image_embed: tensor([1, 256, 64, 64]),
      high_res_feats_0: tensor([1, 32, 256, 256]),
      high_res_feats_1: tensor([1, 64, 128, 128]),
      ...batch,
      mask_input: tensor([count, 1, 256, 256]),
      has_mask_input: tensor([count]),
    })
    const clicks: readonly Point[] = [
      [100, 100, 1],
      [900, 500, 1],
      [512, 1000, 1],
    ]
    const all = await runGraph(tinySam2Decoder(), feeds(prompts(...clicks.map((click) => [click])), 3))
    expect(all('masks').dims).toEqual([3, 3, 256, 256])
    expect([...all('iou_predictions').values]).toEqual([0, 1, 2].flatMap(() => discScores.slice(1)))
    for (const [index, click] of clicks.entries()) {
      const alone = await runGraph(tinySam2Decoder(), feeds(prompts([click]), 1))
      expect(all('masks').values.subarray(index * 3 * 65_536, (index + 1) * 3 * 65_536)).toEqual(alone('masks').values)
      const [column, row] = [Math.floor(click[0] / 4), Math.floor(click[1] / 4)]
      expect(alone('masks').values[65_536 + row * 256 + column]).toBeCloseTo(disc(2, click, column, row), 2)
    }
  })
})

describe('tiny YOLO-seg', () => {
  it('a pure square of the picture becomes one instance, with its class, box and mask', async () => {
    const side = 640
    const pixels = new Uint8Array(side * side * 3)
    // 16 x 16 pixels of pure green and of pure blue, which are one cell of the finest stride each; a white one that is none.
    const paint = (x0: number, y0: number, colour: readonly number[]) => {
      for (let y = y0; y < y0 + 16; y++) for (let x = x0; x < x0 + 16; x++) pixels.set(colour, (y * side + x) * 3)
    }
    paint(160, 320, [0, 255, 0])
    paint(480, 64, [0, 0, 255])
    paint(32, 32, [255, 255, 255])
    const path = await write(tinyYoloSeg(), 'yolo.onnx')
    const segmenter = await createInstanceSegmenter(path, { classNames: tinyYoloClasses, scoreThreshold: 0.5 })
    const instances = await segmenter.propose({ width: side, height: side, pixels })
    await segmenter.close()
    expect(instances.map(({ className, score, box }) => ({ className, score, box }))).toEqual(
      expect.arrayContaining([
        { className: 'green', score: 1, box: [152, 312, 32, 32] },
        { className: 'blue', score: 1, box: [472, 56, 32, 32] },
      ]),
    )
    expect(instances).toHaveLength(2)
    const green = instances.find(({ className }) => className === 'green')!
    // All of the square but the rounding of its corners, which a bilinear mask has; and nothing outside of it.
    let [inside, outside] = [0, 0]
    green.mask.forEach((bit, at) => {
      const [x, y] = [at % side, Math.floor(at / side)]
      if (bit === 1 && x >= 160 && x < 176 && y >= 320 && y < 336) inside += 1
      else outside += bit
    })
    expect(outside).toBe(0)
    expect(inside).toBeGreaterThan(256 * 0.9)
  })
})
