// What two runs have in common, which masks are the same object, and how levels are put together.
import { expect, it } from 'vitest'
import type { DisagreementPlace, ObjectRelation } from '#core/compare/compare-types'
import { coverageModel } from '../../frame/coverage-model.ts'
import type { CompleteFrame } from '../../frame/frame-source.ts'
import { emptyColumns, type MaskColumns } from '../../frame/mask-columns.ts'
import { commonGround, framesWithAll, groundOfPair, settledFrames, type Side, sizeProblem } from './common-ground.ts'
import { keyOfObject, type LevelResult } from './matcher-messages.ts'
import { mergeLevels } from './merged-levels.ts'
import { indexRelations, objectNumbers } from './object-numbers.ts'
import { drawnOf, palettesOfPair } from './pair-look.ts'
import { worstOfEach } from './object-places.ts'

const scene = { framesPath: '/s', name: 's', width: 10, height: 10 }
const side = (frameIndices: number[], levels: number[], written: number[]): Side => ({
  frameIndices,
  levels,
  scene,
  coverage: coverageModel([{ stage: 'filter', level: 2, frameIndices: written }]),
})
const columns = (ids: number[], areas: number[]): MaskColumns => ({
  ...emptyColumns,
  count: ids.length,
  ids: Uint32Array.from(ids),
  areas: Uint32Array.from(areas),
  levels: Uint8Array.from(ids, () => 2),
})
const relation = (kind: ObjectRelation['kind'], a: number[], b: number[]): ObjectRelation => ({
  kind,
  level: 2,
  a,
  b,
  iou: 0.5,
  sharedPixels: 1,
  areaA: 2,
  areaB: 2,
  frames: [],
})

it('frames selected or written by one run only are never shown as a pair', () => {
  const [a, b] = [side([0, 2, 4, 6], [2, 4], [0, 4]), side([0, 4, 6, 8], [2, 6], [4, 6])]
  const ground = commonGround([a, b])
  expect(ground).toMatchObject({ frames: [0, 4, 6], levels: [2], stages: ['filter'], only: [1, 1] })
  const parts = [a, b].map(({ coverage }) => ({ coverage, stage: 'filter' as const }))
  expect(framesWithAll(ground.frames, parts)).toEqual([4])
  expect(commonGround([a, b, side([4], [2], [])])).toMatchObject({ frames: [4], stages: [], only: [3, 3, 0] })
})

it('of a run that still writes only frames with all levels are matched, for the others will change', () => {
  const coverage = coverageModel([
    { stage: 'tracker', level: 2, frameIndices: [0, 1, 2] },
    { stage: 'tracker', level: 4, frameIndices: [0, 1] },
  ])
  const part = { coverage, stage: 'tracker', levels: [2, 4], isGoing: true } as const
  expect(settledFrames([0, 1, 2], [part, { ...part, isGoing: false }])).toEqual([0, 1])
  expect(settledFrames([0, 1, 2], [{ ...part, isGoing: false }])).toEqual([0, 1, 2])
})

it('frames of another size are not laid over each other', () => {
  expect(sizeProblem(scene, { ...scene, width: 20 })).toContain('20 × 10')
  expect(sizeProblem(scene, { ...scene, name: 'other' })).toBeUndefined()
})

it('of the parts of a split only the largest here is the same object; the others differ', () => {
  const [a, b] = [columns([200_001, 200_002], [90, 30]), columns([200_005, 200_006, 200_007], [30, 50, 30])]
  const index = indexRelations({ relations: [relation('split', [200_001], [200_005, 200_006]), relation('matched', [200_002], [200_007])] })
  const numbers = objectNumbers(a, b, index, 3, true)
  expect(numbers.a[0]).toBe(numbers.b[1])
  expect(numbers.a[1]).toBe(numbers.b[2])
  expect(new Set([...numbers.a, ...numbers.b]).size).toBe(3)
})

it('a candidate is the same object on its own frame only, although its number comes again on others', () => {
  const one = columns([200_001], [9])
  const key = keyOfObject(200_001, 3, false)
  const index = indexRelations({ relations: [relation('matched', [key], [key])] })
  const here = objectNumbers(one, one, index, 3, false)
  expect(here.a[0]).toBe(here.b[0])
  const elsewhere = objectNumbers(one, one, index, 4, false)
  expect(elsewhere.a[0]).not.toBe(elsewhere.b[0])
})

const place = (frameIndex: number, areaPixels: number, objectA?: number): DisagreementPlace => ({
  frameIndex,
  level: 2,
  kind: 'onlyA',
  areaPixels,
  iou: 0,
  ...(objectA === undefined ? {} : { objectA }),
})

it('a large object is one row with its worst frame, not a row for each of its frames', () => {
  const found = worstOfEach([place(5, 90, 1), place(6, 80, 1), place(5, 70, 2), place(7, 60, 1)])
  expect(found.map(({ frameIndex, objectA, frameCount }) => [frameIndex, objectA, frameCount])).toEqual([
    [5, 1, 3],
    [5, 2, 1],
  ])
})

it('levels are added up by pixels and ranked together, in pixels of the frame; levels that are not shown are left out', () => {
  const result = (level: number, areaPixels: number, size: [number, number], shared: number): LevelResult => ({
    settings: { matching: 'overTime', matchIou: 0.5, partShare: 0.6, leastPart: 0.1, worst: 10 },
    size,
    levels: [
      {
        level,
        objectsA: 2,
        objectsB: 1,
        share: 1 - shared / 100,
        sharedPixels: shared,
        unionPixels: 100,
        counts: { matched: 1, split: 0, merged: 0, onlyA: 1, onlyB: 0 },
        meanIou: shared / 100,
      },
    ],
    relations: [],
    frames: [{ frameIndex: 0, share: 1 - shared / 100, sharedPixels: shared, unionPixels: 100, masksA: 2, masksB: 1 }],
    worst: [{ ...place(0, areaPixels, keyOfObject(level * 100_000 + 1, 0, false)), level, frameCount: 1 }],
  })
  const results = new Map([
    [2, result(2, 30, [10, 10], 50)],
    [4, result(4, 10, [5, 5], 100)],
    [6, result(6, 99, [10, 10], 0)],
  ])
  const merged = mergeLevels(results, [2, 4], 100)
  expect(merged.places.map(({ level, areaPixels }) => [level, areaPixels])).toEqual([
    [4, 40],
    [2, 30],
  ])
  expect(merged.frames.get(0)).toMatchObject({ share: 0.25, masksA: 4 })
  expect(merged).toMatchObject({ share: 0.25, objectsA: 4, meanIou: 0.75, counts: { matched: 2, onlyA: 2, split: 0 } })
})

it('an annotated object counts once over the levels that are shown, and its parts at another level are no other object', () => {
  const [one, two] = [1, 2].map((number) => keyOfObject(200_000 + number, 0, true)) as [number, number]
  const of = (kind: ObjectRelation['kind'], level: number, a: number[], b: number[], iou: number): ObjectRelation => ({
    ...relation(kind, a, b),
    level,
    iou,
    frames: [{ frameIndex: 0, iou, areaPixels: kind === 'matched' ? 10 : 50, sharedPixels: kind === 'matched' ? 90 : 50 }],
  })
  const result = (level: number, relations: ObjectRelation[]): LevelResult => ({
    settings: { matching: 'overTime', matchIou: 0.5, partShare: 0.6, leastPart: 0.1, worst: 10 },
    size: [10, 10],
    levels: [
      {
        level,
        objectsA: 2,
        objectsB: 2,
        share: 0,
        sharedPixels: 0,
        unionPixels: 0,
        counts: { matched: 1, split: 0, merged: 0, onlyA: 0, onlyB: 1 },
      },
    ],
    relations,
    frames: [{ frameIndex: 0, share: 0.9, sharedPixels: 1, unionPixels: 10, masksA: 2, masksB: 2 }],
    worst: [{ ...place(0, 50), kind: 'onlyB', level, objectB: two, frameCount: 1 }],
  })
  const results = new Map([
    [2, result(2, [of('matched', 2, [200_007], [one], 0.9), of('onlyB', 2, [], [two], 0)])],
    [4, result(4, [of('merged', 4, [400_001, 400_002], [one], 1), of('onlyB', 4, [], [two], 0)])],
  ])
  const merged = mergeLevels(results, [2, 4], 100, 'b')
  expect(merged).toMatchObject({ objectsA: 4, objectsB: 2, counts: { matched: 1, merged: 0, onlyB: 1, onlyA: 0 } })
  expect(merged.places).toHaveLength(1)
  expect(merged.frames.get(0)).toMatchObject({ masksA: 4, masksB: 2 })
  const numbers = objectNumbers(
    columns([200_007, 400_001], [90, 40]),
    columns([200_001, 200_002], [100, 50]),
    indexRelations(merged, 'b'),
    0,
    true,
  )
  expect([numbers.a[0], numbers.a[1]]).toEqual([numbers.b[0], numbers.b[0]])
  expect(numbers.b[1]).not.toBe(numbers.b[0])
})

it('beside a reference an answer is asked at all its levels, whichever levels the run has that the reference is about', () => {
  const [answer, reference] = [side([0, 4], [2, 4, 6], [0, 4]), side([0, 4], [3], [4])]
  expect(groundOfPair([answer, reference], 'b').levels).toEqual([2, 4, 6])
  expect(groundOfPair([reference, answer], 'a').levels).toEqual([2, 4, 6])
  expect(groundOfPair([answer, reference], undefined).levels).toEqual([])
})

it('beside a reference with several levels only what stands for an annotated object is drawn, for finer masks would hide it', () => {
  const [answer, reference] = [columns([200_007, 400_001, 400_002], [90, 40, 9]), columns([200_001], [100])]
  const frame = (masks: MaskColumns) => ({ picture: { frameIndex: 0 }, masks: { columns: masks } }) as CompleteFrame
  const group = [frame(answer), frame(reference)]
  const relations = indexRelations({ relations: [relation('matched', [200_007], [200_001]), relation('onlyA', [400_002], [])] }, 'b')
  const paired = { sides: [], pair: [0, 1], relations, areTracks: true, answer: 'a' } as const
  const drawn = (colourBy: 'match' | 'id', index = 0) => [0, 1, 2].map(drawnOf(group, index, paired, colourBy))
  expect(drawn('match')).toEqual([true, false, false])
  expect(drawn('match', 1)).toEqual([true, true, true])
  expect(drawn('id')).toEqual([true, true, true])
})

it('an object has one colour in the answer and in the reference, also where several masks of the answer are it at other levels', () => {
  const [answer, reference] = [columns([200_007, 400_001], [90, 40]), columns([200_001], [100])]
  const numbers = { a: Uint32Array.of(1, 1), b: Uint32Array.of(1) }
  const { a, b } = palettesOfPair(answer, reference, numbers, 'match', 'vivid', ['a', 'b'], 'b')
  expect([[...a.subarray(0, 4)], [...a.subarray(4, 8)]]).toEqual([[...b], [...b]])
})
