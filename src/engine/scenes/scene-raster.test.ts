// Depth and labels of a scene: the numbers that are stored come back, in millimetres and without a screen's ideas of grey.
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { SceneRasterHeader } from '#api/api'
import { answerSceneLayers, answerSceneRaster } from './scene-raster.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scenewright-raster-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const [width, height] = [6, 4]
const picture = () => sharp({ create: { width, height, channels: 3, background: '#808080' } }).png()
/** 16-bit grey PNG of values 0, 500, 1000, … */
const values = Uint16Array.from({ length: width * height }, (_, i) => i * 500)
const grey16 = () =>
  sharp(values, { raw: { width, height, channels: 1 } })
    .toColourspace('grey16')
    .png()
const read = (bytes: Uint8Array) => Array.from({ length: bytes.length / 2 }, (_, i) => bytes[2 * i]! + 256 * bytes[2 * i + 1]!)

it('gives each stored number back, beside the picture or in the next folder', async () => {
  await picture().toFile(join(folder, 'f-0.color.png'))
  await grey16().toFile(join(folder, 'f-0.depth.png'))
  const { header, bytes } = await answerSceneRaster(folder, 'f-0.color.png', 3, 'depth')
  expect(read(bytes)).toEqual([...values])
  const said = SceneRasterHeader.parse(header)
  expect(said).toMatchObject({ frameIndex: 3, kind: 'depth', width, height })
  expect(said.low).toBeGreaterThan(0)
  expect(said.high).toBeLessThanOrEqual(values.at(-1)!)
})

it('labels of 8 bits keep their numbers, and the scene says that it has them and no depth', async () => {
  await mkdir(join(folder, 'color'))
  await mkdir(join(folder, 'label-filt'))
  await picture().toFile(join(folder, 'color', '0.png'))
  const labels = Uint8Array.from({ length: width * height }, (_, i) => i)
  await sharp(labels, { raw: { width, height, channels: 1 } })
    .toColourspace('b-w')
    .png()
    .toFile(join(folder, 'label-filt', '0.png'))
  const frames = join(folder, 'color')
  expect((await answerSceneLayers(frames, ['0.png'])).header).toEqual({ kinds: ['label'] })
  const { bytes } = await answerSceneRaster(frames, '0.png', 0, 'label')
  expect(read(bytes)).toEqual([...labels])
})

it('says so when there is none, and when it is a picture in colour', async () => {
  await picture().toFile(join(folder, '0.png'))
  await expect(answerSceneRaster(folder, '0.png', 0, 'depth')).rejects.toMatchObject({ code: 'ARTIFACT_MISSING' })
  await picture().toFile(join(folder, '0.depth.png'))
  await expect(answerSceneRaster(folder, '0.png', 0, 'depth')).rejects.toMatchObject({ code: 'FRAME_UNREADABLE' })
  await writeFile(join(folder, '0.depth.png'), 'this is no picture')
  await expect(answerSceneRaster(folder, '0.png', 0, 'depth')).rejects.toMatchObject({ code: 'FRAME_UNREADABLE' })
})

const real = process.env.SCENEWRIGHT_DATA
it.skipIf(!real)('the depth of a real RGB-D sequence lies between a hand and a room', async () => {
  const scene = join(real ?? '', 'rgbd-redkitchen')
  const name = (await readdir(scene)).find((one) => one.endsWith('.color.jpg')) ?? ''
  const { header, bytes } = await answerSceneRaster(scene, name, 0, 'depth')
  const { low, high, width: columns, height: rows, file } = SceneRasterHeader.parse(header)
  expect([columns, rows]).toEqual([640, 480])
  expect(low).toBeGreaterThan(200)
  expect(high).toBeLessThan(10_000)
  // The header of the file itself says 16 bits: nothing was scaled on the way.
  expect((await readFile(join(scene, file)))[24]).toBe(16)
  expect(bytes.length).toBe(640 * 480 * 2)
})
