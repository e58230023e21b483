// Tests of the COCO stream: run lengths untouched, sound JSON whatever order keys have, nothing lost and nothing made up.
import { describe, expect, it } from 'vitest'
import { createCocoWriter } from './coco.ts'

const encode = (value: unknown) => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value))
// Run lengths use the backslash, which JSON doubles.
const counts = 'PPYo1\\b0^O?`0'
const mask = (id: number, more: object = {}) => ({ id, counts, area: 12, box: [1, 2, 3, 4], score: 0.5, ...more })
const frame = (frameIndex: number, level: number, masks: readonly object[]) => ({
  frameIndex,
  frameName: `f"${frameIndex}.png`,
  level,
  size: [640, 853],
  masks,
})

function cocoOf(frames: readonly unknown[], levels: readonly number[] = [2, 4]) {
  const writer = createCocoWriter({ levels, idName: 'track_id', info: { description: 'a "run"' } })
  const parts = [writer.begin(), ...frames.map((one) => writer.frame(encode(one)).slice()), writer.end()]
  return { coco: JSON.parse(parts.map((part) => new TextDecoder().decode(part)).join('')), counts: writer.counts }
}

describe('COCO instances', () => {
  it('keep run lengths, also those with a backslash, byte for byte', () => {
    const { coco } = cocoOf([frame(3, 2, [mask(200001), mask(200002)])])
    expect(coco.annotations.map((one: { segmentation: unknown }) => one.segmentation)).toEqual([
      { size: [640, 853], counts },
      { size: [640, 853], counts },
    ])
  })

  it('number annotations from 1 on through all frames, and name image, category, track, level and score of each', () => {
    const { coco, counts: told } = cocoOf([frame(3, 2, [mask(200001)]), frame(3, 4, [mask(400001)]), frame(9, 2, [mask(200001)])])
    expect(
      coco.annotations.map((one: Record<string, unknown>) => [one.id, one.image_id, one.category_id, one.track_id, one.level]),
    ).toEqual([
      [1, 3, 2, 200001, 2],
      [2, 3, 4, 400001, 4],
      [3, 9, 2, 200001, 2],
    ])
    expect(coco.annotations[0]).toMatchObject({ area: 12, bbox: [1, 2, 3, 4], score: 0.5, iscrowd: 0 })
    expect(coco.images).toEqual([
      { id: 3, file_name: 'f"3.png', height: 640, width: 853, frame_index: 3 },
      { id: 9, file_name: 'f"9.png', height: 640, width: 853, frame_index: 9 },
    ])
    expect(coco.categories.map(({ id, name }: { id: number; name: string }) => [id, name])).toEqual([
      [2, 'level_2'],
      [4, 'level_4'],
    ])
    expect(told).toEqual({ images: 2, annotations: 3, emptyMasks: 0 })
  })

  it('read frames whose keys come in another order, with blanks, and with keys nobody knows', () => {
    const text = `{ "masks" : [ {"unknown":{"a":["]}"]},"score":1e-3 ,"box":[0,0,1,1], "className":"a,b\\"", "counts":"0\\\\1","area":1,\n "id" : 7} ],
      "dropped":[{"id":1}], "size":[2,1], "level":2,"frameName":"x","frameIndex":0}`
    const { coco } = cocoOf([text])
    expect(coco.annotations).toEqual([
      {
        id: 1,
        image_id: 0,
        category_id: 2,
        iscrowd: 0,
        level: 2,
        segmentation: { size: [2, 1], counts: '0\\1' },
        area: 1,
        bbox: [0, 0, 1, 1],
        track_id: 7,
        score: 0.001,
        class_name: 'a,b"',
      },
    ])
  })

  it('leave out masks without a pixel, and count them', () => {
    const { coco, counts: told } = cocoOf([frame(0, 2, [mask(1, { area: 0 }), mask(2, { area: 10 })])])
    expect(coco.annotations.map((one: { track_id: number }) => one.track_id)).toEqual([2])
    expect(told.emptyMasks).toBe(1)
  })

  it('hold no score where a foreign run has none, and its own id where it has one', () => {
    const { coco } = cocoOf([frame(0, 2, [mask(1, { score: undefined, sourceId: '2000' })])])
    expect(coco.annotations[0]).not.toHaveProperty('score')
    expect(coco.annotations[0].source_id).toBe('2000')
  })

  it('stand a frame larger than all before it, and frames without masks', () => {
    const many = Array.from({ length: 5000 }, (_, i) => mask(i + 1, { counts: counts.repeat(20) }))
    const { coco } = cocoOf([frame(0, 2, []), frame(1, 2, [mask(1)]), frame(2, 2, many)])
    expect(coco.annotations).toHaveLength(5001)
    expect(coco.annotations.at(-1).segmentation.counts).toBe(counts.repeat(20))
    expect(coco.images).toHaveLength(3)
  })

  it('refuse what is cut at any byte, or lacks what each mask has', () => {
    const whole = encode(frame(0, 2, [mask(1, { className: 'x' })]))
    const writer = createCocoWriter({ levels: [2], idName: 'track_id', info: {} })
    for (let end = 0; end < whole.length; end++) expect(() => writer.frame(whole.subarray(0, end)), `cut at ${end}`).toThrow(RangeError)
    for (const key of ['id', 'counts', 'area', 'box'])
      expect(() => writer.frame(encode(frame(0, 2, [{ ...mask(1), [key]: undefined }]))), key).toThrow(key)
    for (const key of ['size', 'level', 'frameIndex', 'frameName', 'masks'])
      expect(() => writer.frame(encode({ ...frame(0, 2, []), [key]: undefined })), key).toThrow(RangeError)
  })
})
