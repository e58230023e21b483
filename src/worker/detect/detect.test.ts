// Detectors: the three forms of output by hand, classes by name, tiles, and the real networks against what was found with them elsewhere.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import sharp from 'sharp'
import { boxIou } from '../inference/detection.ts'
import { readPicture } from '../inference/trial-picture.ts'
import { wantedClasses } from './class-filter.ts'
import { openDetector } from './detector.ts'
import { detectionsFrom } from './detector-outputs.ts'
import { heldAgainstRecorded, looseModel, recordedNetworks } from './recorded-detections.ts'
import { cropOf, joinTiles, type Tile, tilesOf } from './tiling.ts'

const size = { width: 32, height: 32 }

describe('outputs of detectors', () => {
  it('reads YOLOX rows by cell and stride: corner plus offset, size as a logarithm, objectness times class', () => {
    // 16 cells of 8, 4 of 16, 1 of 32; two classes.
    const values = new Float32Array(21 * 7)
    values.set([0.5, 0.25, Math.log(2), Math.log(0.5), 0.5, 0.25, 1], 6 * 7) // cell x 2, y 1 of stride 8
    values.set([0.5, 0.5, 0, 0, 1, 0.75, 0], 20 * 7) // the one cell of stride 32
    const found = detectionsFrom('yolox', { values, dims: [1, 21, 7] }, size, 0.4, 'm')
    expect(found.map(({ score, classIndex, column }) => [score, classIndex, column])).toEqual([
      [0.5, 1, 6],
      [0.75, 0, 20],
    ])
    // Centre (2.5 * 8, 1.25 * 8), 16 wide and 4 high.
    expect(found[0]!.box.map((value) => Math.round(value * 1e4) / 1e4)).toEqual([12, 8, 16, 4])
    expect(found[1]!.box).toEqual([0, 0, 32, 32])
  })

  it('reads end-to-end rows as corners, and leaves out what is weak, empty or not finite', () => {
    const rows = [
      [2, 3, 12, 23, 0.9, 5],
      [2, 3, 12, 23, 0.1, 5],
      [9, 3, 9, 23, 0.9, 5],
      [Number.NaN, 3, 9, 23, 0.9, 5],
    ]
    const found = detectionsFrom('yolo-end-to-end', { values: Float32Array.from(rows.flat()), dims: [1, 4, 6] }, size, 0.25, 'm')
    expect(found).toEqual([{ box: [2, 3, 10, 20], score: Math.fround(0.9), classIndex: 5, column: 0 }])
  })

  it('refuses an output of another form with what was found and what was expected', () => {
    const output = { values: new Float32Array(70), dims: [1, 10, 7] }
    expect(() => detectionsFrom('yolox', output, size, 0.5, 'm.onnx')).toThrow(
      expect.objectContaining({
        code: 'MODEL_UNEXPECTED',
        params: { path: 'm.onnx', found: 'an output [1,10,7] when run', expected: '[1,21,5+classes]' },
      }),
    )
    expect(() => detectionsFrom('yolo-end-to-end', output, size, 0.5, 'm')).toThrow(expect.objectContaining({ code: 'MODEL_UNEXPECTED' }))
  })
})

describe('classes that are wanted', () => {
  const names = ['person', 'sports ball', 'car']
  it('go by name without regard to capitals, or by number; none is all', () => {
    expect(wantedClasses(['Sports Ball', '2'], names, 3, 'w')).toEqual(new Set([1, 2]))
    expect(wantedClasses(['7'], undefined, 80, 'w')).toEqual(new Set([7]))
    expect(wantedClasses([], names, 3, 'w')).toBeUndefined()
  })
  it('that the network does not have are refused: an empty scene would look like a true answer', () => {
    expect(() => wantedClasses(['ball'], names, 3, 'stages.ssam.classes')).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        params: { where: 'stages.ssam.classes', reason: expect.stringContaining('person, sports ball, car') },
      }),
    )
    expect(() => wantedClasses(['3'], names, 3, 'w')).toThrow()
    expect(() => wantedClasses(['car'], undefined, 80, 'w')).toThrow(/go by number|0 to 79/)
  })
})

describe('tiles', () => {
  it('cover the picture, overlap as asked, and come after the whole picture', () => {
    expect(tilesOf({ width: 100, height: 60 }, 1, 0.2)).toEqual([{ x: 0, y: 0, width: 100, height: 60 }])
    const tiles = tilesOf({ width: 100, height: 60 }, 2, 0.2)
    expect(tiles[0]).toEqual({ x: 0, y: 0, width: 100, height: 60 })
    expect(tiles.slice(1)).toEqual([
      { x: 0, y: 0, width: 60, height: 36 },
      { x: 40, y: 0, width: 60, height: 36 },
      { x: 0, y: 24, width: 60, height: 36 },
      { x: 40, y: 24, width: 60, height: 36 },
    ])
  })
  it('are cut out pixel for pixel', () => {
    const pixels = Uint8Array.from({ length: 4 * 3 * 3 }, (_, i) => i)
    const crop = cropOf({ width: 4, height: 3, pixels }, { x: 1, y: 1, width: 2, height: 2 })
    expect([...crop.pixels]).toEqual([15, 16, 17, 18, 19, 20, 27, 28, 29, 30, 31, 32])
  })
  it('give a thing seen in two of them once, the better one, and keep classes apart', () => {
    const [left, right] = tilesOf({ width: 100, height: 60 }, 2, 0.2).slice(1) as [Tile, Tile]
    const one = (tile: Tile, score: number, classIndex: number, x: number) => ({ box: [x, 5, 10, 10] as const, score, classIndex, tile })
    const found = [one(left, 0.5, 0, 44), one(right, 0.9, 0, 45), one(left, 0.4, 1, 44), one(left, 0.3, 0, 10)]
    expect(joinTiles(found, { width: 100, height: 60 }, 0.45, 10).map(({ score }) => score)).toEqual([0.9, 0.4, 0.3])
  })
  it('drop the piece of a thing that a tile cut off, also when the network was surer of the piece', () => {
    const [whole, left] = tilesOf({ width: 100, height: 60 }, 2, 0.2) as [Tile, Tile]
    const thing = { box: [20, 5, 70, 30] as const, score: 0.6, classIndex: 0, tile: whole }
    const piece = { box: [22, 5, 37, 28] as const, score: 0.8, classIndex: 0, tile: left }
    const small = { box: [25, 10, 8, 8] as const, score: 0.5, classIndex: 0, tile: left }
    expect(joinTiles([thing, piece, small], { width: 100, height: 60 }, 0.45, 10)).toEqual([thing, small])
  })
})

const data = process.env.SCENEWRIGHT_DATA ?? ''

describe.skipIf(data === '')('real networks', () => {
  it.each(recordedNetworks)('%s finds what was found with it elsewhere', { timeout: 60_000 }, async (file, family) => {
    const { problems, recorded } = await heldAgainstRecorded(data, file, family)
    expect(recorded).toBeGreaterThan(0)
    expect(problems).toEqual([])
  })

  it('tiles find what the whole picture is too small for, and nothing twice', { timeout: 60_000 }, async () => {
    const classNames: string[] = JSON.parse(await readFile(join(data, 'models', 'models.json'), 'utf8')).classes
    const model = looseModel(join(data, 'models', 'yolox_nano_416.onnx'), 'yolox', classNames)
    const picture = await readPicture(join(data, 'tracking-davis', 'JPEGImages', 'dog', '00010.jpg'))
    // Four times as large a frame, the dog in one quarter of it.
    const { width, height } = picture
    const wide = await sharp(picture.pixels, { raw: { width, height, channels: 3 } })
      .extend({ right: width * 3, bottom: height * 3, background: { r: 120, g: 120, b: 120 } })
      .raw()
      .toBuffer()
    const large = { width: width * 4, height: height * 4, pixels: new Uint8Array(wide) }
    const dogs = async (tiles: number) => {
      const detector = await openDetector(model, { providers: ['cpu'], threads: 1, classes: ['dog'], tiles })
      const found = await detector.detect(large)
      await detector.close()
      return found
    }
    expect(await dogs(1)).toEqual([])
    const found = await dogs(4)
    expect(found.length).toBe(1)
    expect(boxIou(found[0]!.box, [196, 66, 233, 306])).toBeGreaterThan(0.6)
  })
})
