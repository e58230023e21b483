// Tests of candidates as masks of a frame: ids, parents, sizes, and fields that are missing or wrong.
import { describe, expect, it } from 'vitest'
import { packedFromRle } from '../../mask/packed.ts'
import { areaOfRle, rleFromMask, rleFromString } from '../../mask/rle.ts'
import { FrameMasks } from '../../segment/frame-masks.ts'
import { candidateIds, frameMasksFromCandidates, idsByUniqueId, maskFromItem, masksFromArrays, parentLevels } from './candidate-masks.ts'
import { CandidateJson, FilteredFrame, jsonFromBytes } from './candidate-schema.ts'
import { my3disFromMask } from './my3dis-mask.ts'

const candidate = (fields: Readonly<Record<string, unknown>>) => CandidateJson.parse(fields)
const square = (width: number, height: number, side: number) =>
  rleFromMask(
    Uint8Array.from({ length: width * height }, (_, i) => (i % width < side && i < side * width ? 1 : 0)),
    width,
    height,
  )
const frameOf = (candidates: readonly CandidateJson[], masks: Parameters<typeof frameMasksFromCandidates>[0]['masks']) =>
  frameMasksFromCandidates({
    frameIndex: 7,
    frameName: '00021.png',
    level: 4,
    candidates,
    masks,
    numberedBy: 'raw_index',
    emptySize: [3, 5],
    parents: new Map([['0000_2_0001', 200_002]]),
  })

describe('a frame of candidates', () => {
  it('has ids by the number in the store, counts its areas on the stored mask, and keeps to our schema', () => {
    const frame = frameOf(
      [
        candidate({
          raw_index: 3,
          unique_id: '0000_4_0003',
          parent_unique_id: '0000_2_0001',
          stability_score: 0.95,
          area: 9999,
          lineage: [],
        }),
        candidate({ raw_index: 0, unique_id: '0000_4_gap0000', parent_unique_id: '0000_2_0009', source: 'gap_fill', stability_score: 1 }),
      ],
      [square(8, 6, 3), square(8, 6, 2)],
    )
    expect(FrameMasks.parse(frame)).toEqual(frame)
    expect(frame.size).toEqual([6, 8])
    expect(frame.masks[0]).toMatchObject({
      id: 400_004,
      area: 9,
      box: [0, 0, 3, 3],
      score: 0.95,
      stability: 0.95,
      parent: 200_002,
      uniqueId: '0000_4_0003',
    })
    expect(areaOfRle(rleFromString(frame.masks[0]!.counts, frame.size))).toBe(9)
    // A parent that is not in the frame is no parent; a gap says that it is one.
    expect(frame.masks[1]).toMatchObject({ id: 400_001, source: 'gapFill' })
    expect(frame.masks[1]).not.toHaveProperty('parent')
  })

  it('survives NaN and null where numbers should be: JSON has no word for NaN, so it must not get through', () => {
    const frame = frameOf(
      [candidate({ raw_index: 0, stability_score: Number.NaN, parent_unique_id: null, unique_id: 17 })],
      [square(8, 6, 2)],
    )
    expect(frame.masks[0]).toMatchObject({ score: 0 })
    expect(frame.masks[0]).not.toHaveProperty('stability')
    expect(FrameMasks.parse(JSON.parse(JSON.stringify(frame)))).toEqual(frame)
  })

  it('brings masks of another size to that of the first one, and holds empty ones for candidates without a mask', () => {
    const frame = frameOf([candidate({}), candidate({}), candidate({})], [undefined, square(4, 4, 2), square(8, 8, 4)])
    expect(frame.size).toEqual([4, 4])
    expect(frame.masks.map(({ id, area, box }) => [id, area, box])).toEqual([
      [400_001, 0, [0, 0, 0, 0]],
      [400_002, 4, [0, 0, 2, 2]],
      [400_003, 4, [0, 0, 2, 2]],
    ])
    expect(frameOf([candidate({})], [undefined])).toMatchObject({ size: [3, 5], masks: [{ area: 0 }] })
    expect(frameOf([], []).masks).toEqual([])
  })

  it('numbers by place when a number is missing, double or too large, because an id must be one', () => {
    for (const numbers of [
      [0, undefined],
      [5, 5],
      [0, 99_999],
    ])
      expect(
        candidateIds(
          2,
          numbers.map((id) => candidate({ id })),
          'id',
        ),
      ).toEqual([200_001, 200_002])
    expect(candidateIds(2, [candidate({ id: 99_998 })], 'id')).toEqual([299_999])
  })

  it('knows which levels its parents are of, and the ids of those by name', () => {
    const all = [candidate({ parent_unique_id: '0001_2_0003' }), candidate({ parent_unique_id: '0001_12_gap0003' }), candidate({})]
    expect([...parentLevels(all)]).toEqual([2, 12])
    expect([...idsByUniqueId(2, [candidate({ id: 4, unique_id: 'a' }), candidate({ id: 5 })], 'id')]).toEqual([['a', 200_005]])
  })
})

describe('masks of the raw store', () => {
  const rles = [square(9, 5, 3), square(9, 5, 1)]
  const packed = Uint8Array.from(rles.flatMap((rle) => [...packedFromRle(rle)]))
  const shape = { kind: 'int32', shape: [2], values: Int32Array.of(5, 9) } as const

  it('are the same from packed bits and from booleans, and none where has_mask is false', () => {
    const rows = masksFromArrays('m', { packed: { kind: 'uint8', shape: [2, 6], values: packed }, shape })
    expect(rows).toEqual(rles)
    const plain = Uint8Array.from({ length: 90 }, (_, i) => (i < 45 ? Number(i % 9 < 3 && i < 27) : Number(i === 45)))
    const present = { kind: 'bool', shape: [2], values: Uint8Array.of(0, 1) } as const
    expect(masksFromArrays('m', { plain: { kind: 'bool', shape: [2, 5, 9], values: plain }, present })).toEqual([undefined, rles[1]])
  })

  it('are refused by name of the file when arrays do not fit each other', () => {
    const fault = expect.objectContaining({ code: 'MY3DIS_FILE_DAMAGED', params: expect.objectContaining({ path: 'm' }) })
    const tooShort = { kind: 'uint8', shape: [2, 5], values: packed.subarray(0, 10) } as const
    expect(() => masksFromArrays('m', { packed: tooShort, shape })).toThrow(fault)
    expect(() => masksFromArrays('m', { packed: { kind: 'uint8', shape: [2, 6], values: packed } })).toThrow(fault)
    expect(() => masksFromArrays('m', {})).toThrow(fault)
    const present = { kind: 'bool', shape: [3], values: new Uint8Array(3) } as const
    expect(() => masksFromArrays('m', { packed: { kind: 'uint8', shape: [2, 6], values: packed }, shape, present })).toThrow(fault)
  })
})

describe('masks of a filtered list', () => {
  it('are read where they are, and damage is told instead of being passed over', () => {
    const mask = square(9, 5, 3)
    expect(maskFromItem('f', candidate({ mask: my3disFromMask(mask) }))).toEqual(mask)
    expect(maskFromItem('f', candidate({}))).toBeUndefined()
    for (const broken of [{}, 'x', { packed_bits_b64: 'gg==', shape: [5, 9] }, { packed_bits_b64: '!', shape: [5, 9] }])
      expect(() => maskFromItem('f', candidate({ mask: broken }))).toThrow(expect.objectContaining({ code: 'MY3DIS_FILE_DAMAGED' }))
  })

  it('come with a fault that names the field when the JSON is of another shape', () => {
    const bytes = (text: string) => new TextEncoder().encode(text)
    expect(() => jsonFromBytes('f', bytes('{"frame_idx": "4"}'), FilteredFrame)).toThrow(/f cannot be read: frame_idx/)
    expect(() => jsonFromBytes('f', bytes('{"frame'), FilteredFrame)).toThrow(/no JSON/)
    expect(jsonFromBytes('f', bytes('{"frame_idx": 4, "items": [{"stability_score": NaN}]}'), FilteredFrame).items).toHaveLength(1)
  })
})
