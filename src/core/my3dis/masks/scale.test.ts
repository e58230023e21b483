// Tests of how My3DIS scales: its documented sizes, thin masks that must not vanish, and Pillow itself where it is there.

import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { downscaleMask, resizeMaskNearest } from '../../mask/resize.ts'
import { rleFromMask } from '../../mask/rle.ts'
import { randomFrom } from '../../scene/synthetic-random.ts'
import { areaBeforeScale, dedupSize, storedCandidate, storedSize } from './scale.ts'

const hasPillow = spawnSync('/usr/bin/python3', ['-c', 'import numpy, PIL']).status === 0

describe('sizes', () => {
  it('round each side to even halves, never below one pixel', () => {
    expect(storedSize([640, 853], 0.3)).toEqual([192, 256])
    expect(storedSize([1440, 1920], 0.3)).toEqual([432, 576])
    expect(storedSize([5, 1], 0.5)).toEqual([2, 1])
  })

  it('for comparing are at most 256 long and never enlarged', () => {
    expect([dedupSize([640, 853]), dedupSize([192, 256]), dedupSize([58, 77]), dedupSize([1000, 1])]).toEqual([
      [192, 256],
      [192, 256],
      [58, 77],
      [256, 1],
    ])
  })

  it('turn areas back into pixels of the full mask', () => {
    expect(areaBeforeScale(500, 0.3)).toBeCloseTo(5555.56, 2)
    expect(areaBeforeScale(500, 1)).toBe(500)
  })
})

describe('stored candidates', () => {
  it('stay whole, with ratio 1, when scaling would erase them', () => {
    const mask = new Uint8Array(100)
    mask[55] = 1
    const thin = rleFromMask(mask, 10, 10)
    expect(storedCandidate(thin, 0.3)).toEqual({ mask: thin, ratio: 1 })
    const wide = rleFromMask(new Uint8Array(100).fill(1), 10, 10)
    expect(storedCandidate(wide, 0.3)).toMatchObject({ mask: { size: [3, 3] }, ratio: 0.3 })
    const none = rleFromMask(new Uint8Array(100), 10, 10)
    expect(storedCandidate(none, 0.3)).toMatchObject({ mask: { size: [3, 3] }, ratio: 0.3 })
  })
})

describe('Pillow', () => {
  it.skipIf(!hasPillow)('gives the same pixels for BOX and NEAREST at the sizes of real runs [needs python3 with PIL]', () => {
    const code = [
      'import sys, base64, numpy as np',
      'from PIL import Image',
      'h, w, oh, ow, bits = sys.stdin.read().split()',
      'h, w, oh, ow = map(int, (h, w, oh, ow))',
      'm = np.unpackbits(np.frombuffer(base64.b64decode(bits), np.uint8), count=h * w).reshape(h, w)',
      'for rule in (Image.BOX, Image.NEAREST):',
      '    out = np.asarray(Image.fromarray(m * 255).resize((ow, oh), rule)) >= 128',
      '    print(base64.b64encode(np.packbits(out)).decode())',
    ].join('\n')
    for (const [height, width, ratio] of [
      [640, 853, 0.3],
      [480, 640, 0.5],
      [231, 777, 0.37],
    ] as const) {
      const random = randomFrom(height)
      const mask = new Uint8Array(height * width)
      for (let i = 0; i < mask.length; i++) mask[i] = random() < (i % width) / width ? 1 : 0
      const [outHeight, outWidth] = storedSize([height, width], ratio)
      const pack = (pixels: Uint8Array) => {
        const bytes = Buffer.alloc(Math.ceil(pixels.length / 8))
        for (const [i, pixel] of pixels.entries()) if (pixel) bytes[i >> 3]! |= 0x80 >> (i & 7)
        return bytes.toString('base64')
      }
      const input = `${height} ${width} ${outHeight} ${outWidth} ${pack(mask)}`
      const theirs = spawnSync('/usr/bin/python3', ['-c', code], { input, encoding: 'utf8', maxBuffer: 1 << 26 }).stdout.split('\n')
      expect(pack(downscaleMask(mask, width, height, ratio).mask)).toBe(theirs[0])
      expect(pack(resizeMaskNearest(mask, width, height, outWidth, outHeight))).toBe(theirs[1])
    }
  })
})
