// The whole way from a picture to candidates on the tiny networks, whose answers are discs around the clicks.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { containment, intersectionArea } from '#core/mask/overlap'
import { areaOfRle, boundsOfRle, maskFromRle, type Rle } from '#core/mask/rle'
import { withHalfEdges } from '#core/model/half-edges'
import { encodeGraph } from '#core/model/onnx-writer'
import { defaultPreprocessing } from '#core/model/preprocessing-defaults'
import { discRadii, discScores, tinySam2Decoder, tinySam2Encoder, tinySamDecoder, tinySamEncoder } from '#core/model/tiny-sam'
import { withFloatBorder } from '../../inference/half-border.ts'
import { type ModelSession, openSession } from '../../inference/session.ts'
import { findMasks } from './found-masks.ts'
import { proposeByLevels, rankOfLevel } from './sam-levels.ts'
import { createSamSession, type SamSession } from './sam-session.ts'

let folder = ''
const open: ModelSession[] = []
const runs = { encoder: 0, decoder: 0 }
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tiny-sam-'))
  const graphs = {
    sam: [tinySamEncoder(), tinySamDecoder()],
    sam2: [tinySam2Encoder(), tinySam2Decoder()],
    'sam2.half': [withHalfEdges(tinySam2Encoder()), withHalfEdges(tinySam2Decoder())],
  } as const
  for (const [name, [encoder, decoder]] of Object.entries(graphs)) {
    await writeFile(join(folder, `${name}.encoder.onnx`), encodeGraph(encoder))
    await writeFile(join(folder, `${name}.decoder.onnx`), encodeGraph(decoder))
  }
})
afterAll(async () => {
  for (const session of open) await session.close()
  await rm(folder, { recursive: true })
})

async function sessionOf(name: 'sam' | 'sam2' | 'sam2.half', batch = 64): Promise<SamSession> {
  const family = name === 'sam' ? 'sam' : 'sam2'
  const parts = await Promise.all(
    (['encoder', 'decoder'] as const).map(async (part) => {
      const session = withFloatBorder(await openSession(join(folder, `${name}.${part}.onnx`), { providers: ['cpu'], threads: 1 }))
      open.push(session)
      return {
        ...session,
        run: (feeds: Parameters<ModelSession['run']>[0]) => {
          runs[part] += 1
          return session.run(feeds)
        },
      }
    }),
  )
  const [encoder, decoder] = parts
  const shape = encoder!.inputs.map(({ name, type, shape: dims }) => ({ name, type, shape: [...dims] }))
  const files = [{ name: 'e', part: 'encoder' as const, sizeBytes: 1, weights: [], inputs: shape, outputs: [] }]
  return createSamSession({ family, preprocessing: defaultPreprocessing(family, files) }, encoder!, decoder!, batch)
}

const picture = { width: 640, height: 480, pixels: new Uint8Array(640 * 480 * 3).fill(90) }
/** Radii of the three masks of a click, in pixels of the picture, largest first. */
const radii = (scale: number) =>
  discRadii
    .slice(1)
    .map((radius) => radius / scale)
    .toReversed()
const rules = { predictedIou: 0, stability: 0, stabilityOffset: 1, boxOverlap: 0.7, cleanArea: 10 }
const settings = {
  levels: [1, 3, 6],
  pointsPerSide: 2,
  cropLayers: 0,
  refine: 'points' as const,
  rules,
  minArea: 20,
  maxPerLevel: 100,
  maxCandidates: 100,
}
const crop = { box: { x: 0, y: 0, width: 640, height: 480 }, layer: 0 }

function discOf(x: number, y: number, radiusX: number, radiusY: number): (rle: Rle) => number {
  let area = 0
  const bits = Uint8Array.from({ length: 640 * 480 }, (_, at) => {
    const inside = (((at % 640) + 0.5 - x) / radiusX) ** 2 + ((Math.floor(at / 640) + 0.5 - y) / radiusY) ** 2 < 1
    area += Number(inside)
    return Number(inside)
  })
  return (rle) => {
    const mask = maskFromRle(rle)
    const both = mask.reduce((sum, bit, at) => sum + (bit & bits[at]!), 0)
    return both / (area + areaOfRle(rle) - both)
  }
}

describe.each(['sam', 'sam2', 'sam2.half'] as const)('a click on tiny %s', (family) => {
  it('gives its three discs where it was, of the right size, with their predicted IoU and stability', async () => {
    const session = await sessionOf(family)
    const seen = await session.see(picture)
    const click = { x: 200.5, y: 300.25, isOn: true }
    const found = await findMasks(session, seen, { clicks: [click], crop, frame: picture, rules, wanted: () => new Set([0, 1, 2]) })
    expect(found.map(({ rank, of }) => [rank, of])).toEqual([
      [0, 3],
      [1, 3],
      [2, 3],
    ])
    // SAM keeps the aspect (1024 / 640); SAM 2 squashes, so that a disc of the network is an ellipse of the picture.
    const [scaleX, scaleY] = family === 'sam' ? [1.6, 1.6] : [1.6, 1024 / 480]
    for (const [rank, { rle, score, stability }] of found.entries()) {
      expect(discOf(click.x, click.y, radii(scaleX)[rank]!, radii(scaleY)[rank]!)(rle)).toBeGreaterThan(0.97)
      const low = discRadii.slice(1).toReversed()[rank]! / 4
      // Logits are (r^2 - d^2) / 2r: above 1 within r^2 - 2r, above -1 within r^2 + 2r.
      expect(stability).toBeCloseTo((low - 2) / (low + 2), 2)
      // A grey picture is an embedding near zero: its share of the score is below a hundredth.
      expect(score).toBeCloseTo(discScores.slice(1).toReversed()[rank]!, 2)
    }
  })
})

it('an encoder that pads by itself is given the picture alone, and its masks still cover its whole input', async () => {
  let fed: readonly number[] = []
  const port = (name: string, type: string, shape: readonly (number | string)[]) => ({ name, type, shape })
  const encoder = {
    path: 'encoder',
    inputs: [port('input_image', 'uint8', ['h', 'w', 3])],
    outputs: [port('image_embeddings', 'float32', [1, 256, 64, 64])],
    run: async (feeds: Parameters<ModelSession['run']>[0]) => {
      fed = feeds.input_image!.dims
      return { image_embeddings: { type: 'float32' as const, dims: [1, 1], values: new Float32Array(1) } }
    },
  }
  const decoder = await openSession(join(folder, 'sam.decoder.onnx'), { providers: ['cpu'], threads: 1 })
  open.push(decoder)
  const inputs = [{ name: 'input_image', type: 'uint8', shape: ['h', 'w', 3] }]
  const preprocessing = defaultPreprocessing('sam', [{ part: 'encoder', inputs }])
  const seen = await createSamSession({ family: 'sam', preprocessing }, encoder, decoder, 1).see(picture)
  expect(fed).toEqual([768, 1024, 3])
  expect([seen.canvasWidth, seen.canvasHeight]).toEqual([1024, 1024])
})

it('a prompt alone and in a batch is one answer, and the encoder sees the picture once', async () => {
  const clicks = Array.from({ length: 7 }, (_, at) => ({ x: 40 + at * 80, y: 30 + at * 60, isOn: true }))
  const request = { clicks, crop, frame: picture, rules, wanted: () => new Set([0, 1, 2]) }
  const answers: unknown[] = []
  for (const batch of [1, 3, 64]) {
    const session = await sessionOf('sam2', batch)
    const before = { ...runs }
    const seen = await session.see(picture)
    answers.push(await findMasks(session, seen, request))
    expect([runs.encoder - before.encoder, runs.decoder - before.decoder]).toEqual([1, Math.ceil(7 / batch)])
  }
  expect(answers[1]).toEqual(answers[0])
  expect(answers[2]).toEqual(answers[0])
  expect((await sessionOf('sam', 64)).batch).toBe(1)
})

it('a cancelled picture is left between two batches', async () => {
  const session = await sessionOf('sam')
  const stop = new AbortController()
  stop.abort()
  await expect(proposeByLevels(session, picture, settings, stop.signal)).rejects.toMatchObject({ code: 'CANCELLED' })
})

describe('proposeByLevels', () => {
  it('takes larger masks on coarser levels, finer ones inside their parents, and none twice', async () => {
    const offers = await proposeByLevels(await sessionOf('sam'), picture, settings)
    expect([1, 3, 6].map((level) => rankOfLevel(level, 3))).toEqual([0, 1, 2])
    // Four clicks at (160 or 480, 120 or 360): discs of 100, 60 and 20 pixels that do not meet.
    expect(offers.filter(({ level }) => level === 1)).toHaveLength(4)
    expect(offers.map(({ level }) => level)).toEqual([1, 1, 1, 1, 3, 3, 3, 3, 6, 6, 6, 6])
    for (const [place, { parent, rle, level }] of offers.entries()) {
      expect(areaOfRle(rle) / (Math.PI * ({ 1: 100, 3: 60, 6: 20 }[level] ?? 0) ** 2)).toBeCloseTo(1, 1)
      if (level === 1) continue
      expect(parent).toBeLessThan(place)
      expect(containment(rle, offers[parent!]!.rle)).toBe(1)
    }
  })

  it('gives a pixel that two masks of a level want to the first, and drops what is too small', async () => {
    // Nine clicks, 160 to 213 pixels apart: discs of 100 pixels overlap.
    const coarse = await proposeByLevels(await sessionOf('sam'), picture, { ...settings, pointsPerSide: 3, levels: [1] })
    expect(coarse.length).toBeGreaterThan(4)
    for (const [place, { rle }] of coarse.entries())
      for (const other of coarse.slice(place + 1)) expect(intersectionArea(rle, other.rle)).toBe(0)
    const large = await proposeByLevels(await sessionOf('sam'), picture, { ...settings, minArea: 2000 })
    expect(new Set(large.map(({ level }) => level))).toEqual(new Set([1, 3]))
  })

  it('leaves out what the network trusts too little or what is not stable', async () => {
    const strict = { ...settings, rules: { ...rules, predictedIou: 0.9 } }
    // Only the middle disc has a predicted IoU of 0.9375; without parents it has no place.
    expect(await proposeByLevels(await sessionOf('sam'), picture, strict)).toEqual([])
    expect(await proposeByLevels(await sessionOf('sam'), picture, { ...strict, levels: [3] })).toHaveLength(4)
    // (40 - 2) / (40 + 2) = 0.905, (24 - 2) / (24 + 2) = 0.846.
    const stable = { ...settings, rules: { ...rules, stability: 0.88 } }
    expect(new Set((await proposeByLevels(await sessionOf('sam'), picture, stable)).map(({ level }) => level))).toEqual(new Set([1]))
  })

  it('at most so many of a level, and so many in all', async () => {
    const few = await proposeByLevels(await sessionOf('sam'), picture, { ...settings, maxPerLevel: 3, maxCandidates: 5 })
    expect(few.map(({ level }) => level)).toEqual([1, 1, 1, 3, 3])
  })

  it('crops find smaller discs, laid where the crop was, and none that the crop cut', async () => {
    const whole = await proposeByLevels(await sessionOf('sam'), picture, { ...settings, levels: [6] })
    const cropped = await proposeByLevels(await sessionOf('sam'), picture, { ...settings, levels: [6], cropLayers: 1 })
    // A crop is 402 x 322 (overlap 163): one click in its middle, a disc of 32 / (1024 / 402) = 12.6 pixels.
    const small = cropped.filter(({ rle }) => areaOfRle(rle) < 800)
    expect(cropped).toHaveLength(whole.length + 4)
    expect(
      small
        .map(({ rle }) => boundsOfRle(rle)!)
        .map(([x, y, w, h]) => [x + w / 2, y + h / 2].map(Math.round))
        .sort(),
    ).toEqual(
      [
        [201, 161],
        [201, 320],
        [440, 161],
        [440, 320],
      ].sort(),
    )
    for (const { rle } of small) expect(areaOfRle(rle) / (Math.PI * ((32 * 402) / 1024) ** 2)).toBeCloseTo(1, 1)
  })

  it('anew shows each parent alone: its discs are smaller by how much larger it was shown, and lie inside', async () => {
    const before = runs.encoder
    const offers = await proposeByLevels(await sessionOf('sam'), picture, { ...settings, levels: [1, 6], refine: 'anew' })
    const parents = offers.filter(({ level }) => level === 1)
    const children = offers.filter(({ level }) => level === 6)
    expect(runs.encoder - before).toBe(1 + parents.length)
    // A parent is about 200 pixels wide and is shown 1024 wide: a disc of 32 is one of about 6 pixels. Each is clicked 2 x 2 times.
    expect(children).toHaveLength(4 * parents.length)
    for (const { rle, parent } of children) {
      expect(areaOfRle(rle) / (Math.PI * ((32 * 200) / 1024) ** 2)).toBeCloseTo(1, 0)
      expect(containment(rle, offers[parent!]!.rle)).toBe(1)
    }
  })
})
