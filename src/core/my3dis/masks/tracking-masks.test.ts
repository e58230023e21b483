// Tests of tracked masks: sizes, ids and empty masks as My3DIS stores them, and what is refused.
import { describe, expect, it } from 'vitest'
import { rleFromMask, stringFromRle } from '../../mask/rle.ts'
import { FrameMasks } from '../../segment/frame-masks.ts'
import { my3disFromMask } from './my3dis-mask.ts'
import { trackNumbering } from '../tracks/track-numbering.ts'
import { outlineOfFrame, trackedMasks, trackedMasksFromJson } from './tracking-masks.ts'

const rle = (rows: readonly string[]) =>
  rleFromMask(
    Uint8Array.from(rows.join(''), (pixel) => Number(pixel)),
    rows[0]!.length,
    rows.length,
  )
const encode = (text: string) => new TextEncoder().encode(text)
const dot = rle(['000', '010'])
const bar = rle(['110', '000'])
const empty = rle(['000', '000'])

function frameText(objects: Readonly<Record<string, unknown>>, more: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({ frame_index: 7, frame_name: '11077.png', objects, ...more })
}
function read(text: string, ids: readonly string[] = ['1']) {
  return trackedMasksFromJson(encode(text), { frameIndex: 7, frameName: '', numbering: trackNumbering(2, ids) })
}

describe('trackedMasksFromJson', () => {
  it('keeps size, id and pixels as stored, and takes objects in the order of their ids', () => {
    const found = read(frameText({ 12: my3disFromMask(dot), 3: my3disFromMask(bar) }), ['12', '3'])
    expect(FrameMasks.parse(found.masks)).toEqual({
      frameIndex: 7,
      frameName: '11077.png',
      level: 2,
      size: [2, 3],
      masks: [
        { id: 200003, sourceId: '3', counts: stringFromRle(bar), area: 2, box: [0, 0, 2, 1] },
        { id: 200012, sourceId: '12', counts: stringFromRle(dot), area: 1, box: [1, 1, 1, 1] },
      ],
    })
  })

  it('counts an object that is tracked but not visible among the unseen, not among the masks', () => {
    const { masks, objectCount } = read(frameText({ 1: my3disFromMask(empty), 2: my3disFromMask(dot) }), ['1', '2'])
    expect(masks).toMatchObject({ unseen: [200001], masks: [{ id: 200002 }] })
    expect(objectCount).toBe(2)
    expect(read(frameText({ 1: my3disFromMask(empty) })).masks).toMatchObject({ size: [2, 3], masks: [], unseen: [200001] })
  })

  it('is nothing for a frame without objects, because not even a size is known', () => {
    expect(read(frameText({})).masks).toBeUndefined()
  })

  it('reads masks with a leading side, and tells a full size that lost its width', () => {
    const stored = my3disFromMask(dot, undefined, 'sam2')
    expect(stored.shape).toEqual([1, 2, 3])
    expect(read(frameText({ 1: stored }))).toMatchObject({ masks: { size: [2, 3] }, wrongFullSize: undefined })
    expect(read(frameText({ 1: my3disFromMask(dot, [20, 30], 'sam2') })).wrongFullSize).toEqual([1, 20])
    expect(read(frameText({ 1: my3disFromMask(dot, [20, 30], 'plain') })).wrongFullSize).toBeUndefined()
  })

  it('is the same whoever decodes the base64, also where that one leaves out what it does not know', () => {
    // Large enough that its base64 is cut out of the text.
    const large = rle(Array.from({ length: 60 }, (_, y) => '01'.repeat(30 + (y % 2)).slice(y % 2, 60 + (y % 2))))
    const decode = (text: Uint8Array) => Uint8Array.from(Buffer.from(Buffer.from(text).toString('latin1'), 'base64'))
    const frame = { frameIndex: 7, frameName: '', numbering: trackNumbering(2, ['1']) }
    const text = frameText({ 1: my3disFromMask(large) })
    expect(read(text).masks?.masks).toMatchObject([{ counts: stringFromRle(large) }])
    expect(trackedMasksFromJson(encode(text), frame, decode)).toEqual(read(text))
    const stored = my3disFromMask(large)
    const broken = frameText({ 1: { ...stored, packed_bits_b64: `!!!!${stored.packed_bits_b64.slice(4)}` } })
    expect(() => trackedMasksFromJson(encode(broken), frame, decode)).toThrow(/object 1 does not hold/)
    expect(() => read(broken)).toThrow(/object 1 does not hold/)
  })

  it('takes keys that nobody knows and NaN where a number may stand', () => {
    const text = frameText({ 1: { ...my3disFromMask(dot), score: 0 } }, { later: [1] }).replace('"score":0', '"score":NaN')
    expect(read(text).masks?.masks).toHaveLength(1)
  })

  it.each([
    ['text that is cut', frameText({ 1: my3disFromMask(dot) }).slice(0, -9), /no JSON/],
    ['a list', '[]', /no frame/],
    ['objects as a list', frameText([] as never), /objects/],
    ['another frame', frameText({}, { frame_index: 8 }), /frame 8 stands where frame 7 should be/],
    ['a frame below zero', frameText({}, { frame_index: -1 }), /frame_index/],
    ['a mask without bits', frameText({ 1: { shape: [2, 3] } }), /packed_bits_b64/],
    ['too few bits', frameText({ 1: { packed_bits_b64: 'AAAA', shape: [200, 300] } }), /has 7500 bytes; got 3/],
    ['a raster beyond all bounds', frameText({ 1: { packed_bits_b64: 'AAAA', shape: [1e9, 1e9] } }), /larger than/],
    ['several masks in one', frameText({ 1: { packed_bits_b64: 'AAAA', shape: [4, 2, 3] } }), /\[H, W\] or \[1, H, W\]/],
    ['a full size of another kind', frameText({ 1: { ...my3disFromMask(dot), full_resolution_shape: 'x' } }), /full_resolution_shape/],
    ['masks of two sizes', frameText({ 1: my3disFromMask(dot), 2: my3disFromMask(rle(['01'])) }), /object 2 is 1 x 2, another one 2 x 3/],
  ])('refuses %s, with a reason', (_, text, reason) => {
    expect(() => read(text, ['1', '2'])).toThrow(RangeError)
    expect(() => read(text, ['1', '2'])).toThrow(reason)
  })

  it('is not led astray by keys that every object has', () => {
    const text =
      '{"frame_index":7,"objects":{"__proto__":{"shape":[2,3],"packed_bits_b64":"AA=="},"constructor":{"shape":[2,3],"packed_bits_b64":"AA=="}}}'
    expect(read(text)).toEqual({ masks: undefined, objectCount: 0, wrongFullSize: undefined })
  })
})

describe('trackedMasks', () => {
  it('takes packed bytes and run lengths as older generations have them', () => {
    const frame = { frameIndex: 1, frameName: 'a', numbering: trackNumbering(4, ['0', '5']) }
    const { masks } = trackedMasks(
      [
        ['5', { packed_bits: Uint8Array.of(0b0000_1000), shape: [1, 2, 3] }],
        ['0', bar],
      ],
      frame,
    )
    expect(masks?.masks.map(({ id, sourceId, counts }) => [id, sourceId, counts])).toEqual([
      [400001, '0', stringFromRle(bar)],
      [400006, '5', stringFromRle(dot)],
    ])
  })
})

describe('outlineOfFrame', () => {
  it('names objects whatever their order', () => {
    const text = '{"frame_index": 3, "frame_name": null, "objects": {"10": {"packed_bits_b64": "AA==", "shape": [2, 3]}}}'
    expect(outlineOfFrame(encode(text))).toEqual({ frameIndex: 3, frameName: undefined, sourceIds: ['10'] })
  })
})
