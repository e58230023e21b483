// Clicks and boxes on a picture whose right answers are known: squares for the built-in segmenter, discs for the tiny network.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FrameQuestion } from '#api/worker-api'
import { iouOfRles } from '#core/mask/overlap'
import { rleFromMask, rleFromString } from '#core/mask/rle'
import { encodeGraph } from '#core/model/onnx-writer'
import { defaultPreprocessing } from '#core/model/preprocessing-defaults'
import { discRadii, tinySam2Decoder, tinySam2Encoder } from '#core/model/tiny-sam'
import type { UsableModel } from '#core/model/usable-model'
import { createKeyedCache } from './keyed-cache.ts'
import { createPromptDesk } from './prompt-desk.ts'

const [width, height] = [256, 192]
const squares = [
  { x: 30, y: 40, side: 60, colour: [220, 40, 40] },
  { x: 150, y: 90, side: 70, colour: [40, 60, 220] },
] as const

let folder = ''
let model: UsableModel
let frame: FrameQuestion['frame']
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prompt-desk-'))
  const pixels = new Uint8Array(width * height * 3).fill(120)
  for (const { x, y, side, colour } of squares)
    for (let row = y; row < y + side; row++)
      for (let column = x; column < x + side; column++) pixels.set(colour, (row * width + column) * 3)
  const file = join(folder, 'frame.png')
  await sharp(pixels, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(file)
  frame = { frameIndex: 3, name: 'frame.png', file }
  const graphs = { encoder: tinySam2Encoder(), decoder: tinySam2Decoder() }
  const files: UsableModel['files'] = []
  for (const part of ['encoder', 'decoder'] as const) {
    const path = join(folder, `${part}.onnx`)
    await writeFile(path, encodeGraph(graphs[part]))
    files.push({ part, path, sha256: 'a'.repeat(64), sizeBytes: 1 })
  }
  const shape = graphs.encoder.inputs.map(({ name, shape: dims }) => ({ name, type: 'float32' as const, shape: [...dims] }))
  const preprocessing = defaultPreprocessing('sam2', [{ part: 'encoder', inputs: shape }])
  model = {
    name: 'tiny',
    path: files[0]!.path,
    sha256: 'a'.repeat(64),
    role: 'promptableSegmenter',
    family: 'sam2',
    files,
    ...(preprocessing && { preprocessing }),
  }
})
afterAll(() => rm(folder, { recursive: true }))

const never = new AbortController().signal
const ask = (question: FrameQuestion['question'], asked?: UsableModel): FrameQuestion => ({
  id: 'q',
  frame,
  width,
  height,
  device: 'cpu',
  question,
  ...(asked && { model: asked }),
})
const squareMask = ({ x, y, side }: (typeof squares)[number]) => {
  const mask = new Uint8Array(width * height)
  for (let row = y; row < y + side; row++) mask.fill(1, row * width + x, row * width + x + side)
  return rleFromMask(mask, width, height)
}
const at = (x: number, y: number, positive = true) => ({ x, y, positive })
const read = (counts: string) => rleFromString(counts, [height, width])

describe('without a network', () => {
  const desk = createPromptDesk()
  it('a click gives the square it lies on, and says that no network answered', async () => {
    for (const square of squares) {
      const { masks, backend } = await desk.answer(ask({ points: [at(square.x + 20.5, square.y + 20.5)] }), never)
      expect(backend).toBe('built-in')
      expect(Math.max(...masks.map(({ counts }) => iouOfRles(read(counts), squareMask(square))))).toBeGreaterThan(0.95)
    }
  })
  it('a box gives first what fills it, and no answer holds a point that is outside', async () => {
    const [red, blue] = squares
    const boxed = await desk.answer(ask({ points: [], box: [red.x - 2, red.y - 2, red.x + red.side + 2, red.y + red.side + 2] }), never)
    expect(iouOfRles(read(boxed.masks[0]!.counts), squareMask(red))).toBeGreaterThan(0.95)
    const both = await desk.answer(ask({ points: [at(red.x + 9, red.y + 9), at(blue.x + 9, blue.y + 9), at(5, 5, false)] }), never)
    const union = iouOfRles(read(both.masks[0]!.counts), squareMask(red)) + iouOfRles(read(both.masks[0]!.counts), squareMask(blue))
    // 3600 and 4900 pixels together: 0.42 + 0.58.
    expect(union).toBeGreaterThan(0.93)
  })
})

describe('with a promptable network', () => {
  const desk = createPromptDesk()
  it('a click gives the discs around it, the best guess of the network first', async () => {
    const { masks, backend, reason } = await desk.answer(ask({ points: [at(128, 96)] }, model), never)
    expect([backend, reason]).toEqual(['tiny', 'sam2, provider cpu'])
    // Radii of the masks with scores 0.94, 0.63 and 0.5, in pixels of an input of 1024 x 1024 over 256 x 192.
    const scale = (1024 / width) * (1024 / height)
    for (const [place, mask] of [2, 3, 1].entries())
      expect(masks[place]!.area / ((Math.PI * discRadii[mask]! ** 2) / scale)).toBeCloseTo(1, 1)
    expect(masks.map(({ score }) => score)).toEqual(masks.map(({ score }) => score).toSorted((a, b) => b - a))
  })
  it('several clicks have the one mask first that the network means for several', async () => {
    const { masks } = await desk.answer(ask({ points: [at(60, 60), at(180, 120, false)] }, model), never)
    expect(masks.length).toBeGreaterThan(0)
    const [first] = masks
    const [x, y, w, h] = first!.box
    expect([x <= 60 && 60 < x + w, y <= 60 && 60 < y + h]).toEqual([true, true])
  })
  it('a question that is cancelled has no answer', async () => {
    await expect(desk.answer(ask({ points: [at(60, 60)] }, model), AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' })
  })
})

it('what a frame became is made once, and given up by bytes with the oldest first', async () => {
  let made = 0
  const cache = createKeyedCache<number>(10, () => 6)
  const make = async () => {
    made += 1
    return made
  }
  expect(await Promise.all([cache.get('a', make), cache.get('a', make)])).toEqual([1, 1])
  expect(await cache.get('b', make)).toBe(2)
  expect(await cache.get('a', make)).toBe(3)
  await expect(cache.get('c', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await cache.get('c', make)).toBe(4)
})
