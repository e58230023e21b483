import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { idsOf, numbersObjects, objectsOf } from './mask-folder.ts'
import { indicesFromPng, pngFromIndices } from './png-index.ts'

const width = 13
const height = 7
const ramp = Uint16Array.from({ length: width * height }, (_, i) => (i * 37) % 256)

describe('PNG masks', () => {
  it('keep palette indices, which picture libraries turn into colours', () => {
    const values = Uint16Array.from({ length: width * height }, (_, i) => i % 3)
    const palette = Uint8Array.of(0, 0, 0, 200, 0, 0, 0, 200, 0)
    const back = indicesFromPng(pngFromIndices({ width, height, values, palette }), 'x')
    expect(back).toEqual({ width, height, values, palette })
    expect(numbersObjects(back)).toBe(true)
    expect([...objectsOf(back).keys()]).toEqual([1, 2])
  })

  it('are read by other programs as they were written', async () => {
    const png = pngFromIndices({ width, height, values: ramp, palette: undefined })
    const { data } = await sharp(png).extractChannel(0).raw().toBuffer({ resolveWithObject: true })
    expect([...data]).toEqual([...ramp])
  })

  it.each([
    ['grey with every line filter', { adaptiveFiltering: true, compressionLevel: 9 }],
    ['grey without filters', { adaptiveFiltering: false, compressionLevel: 0 }],
  ])('of other programs give the same values: %s', async (_name, options) => {
    const picture = Uint8Array.from(ramp)
    const png = await sharp(picture, { raw: { width, height, channels: 1 } })
      .toColourspace('b-w')
      .png(options)
      .toBuffer()
    expect([...indicesFromPng(png, 'x').values]).toEqual([...ramp])
  })

  it('in colour count as marked wherever they are not black', async () => {
    const rgb = Uint8Array.from({ length: width * height * 3 }, (_, i) => (Math.floor(i / 3) % 4 === 0 ? 0 : 90))
    const png = await sharp(rgb, { raw: { width, height, channels: 3 } })
      .png()
      .toBuffer()
    const raster = indicesFromPng(png, 'x')
    expect(numbersObjects(raster)).toBe(false)
    expect(idsOf(raster)).toEqual([90])
  })

  it('of few bits a pixel are unpacked', async () => {
    const bits = Uint8Array.from({ length: width * height }, (_, i) => (i % 5 === 0 ? 255 : 0))
    const png = await sharp(bits, { raw: { width, height, channels: 1 } })
      .png({ palette: true, colours: 2 })
      .toBuffer()
    const raster = indicesFromPng(png, 'x')
    expect(new Set(raster.values).size).toBe(2)
    const marked = raster.values[0]
    expect([...raster.values].map((value) => (value === marked ? 255 : 0))).toEqual([...bits])
  })

  it('that are cut, or no PNG at all, are faults and not empty masks', () => {
    const png = pngFromIndices({ width, height, values: ramp, palette: undefined })
    expect(() => indicesFromPng(png.subarray(0, png.length - 30), 'x')).toThrowError(expect.objectContaining({ code: 'TRUTH_MISMATCH' }))
    expect(() => indicesFromPng(Uint8Array.of(1, 2, 3), 'x')).toThrowError(/not a PNG/)
  })
})
