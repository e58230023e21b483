// Lanes: which tracks have one, in which order, and where a track is seen next.
import { expect, it } from 'vitest'
import type { Track } from '#core/segment/track'
import { appearanceFrom, laneBlock, lanesAround, nearestAppearance, tracksInLanes, wordsOfLife } from './lane-order.ts'
import { maskFilterFromText } from '../filter/mask-filter.ts'

const track = (id: number, visible: [number, number][], rest: Partial<Track> = {}): Track => ({
  id,
  level: Math.floor(id / 100_000),
  visible,
  frameCount: visible.reduce((sum, [first, last]) => sum + last - first + 1, 0),
  firstFrame: visible[0]?.[0] ?? 0,
  lastFrame: visible.at(-1)?.[1] ?? 0,
  ...rest,
})
const long = track(200_001, [[5, 30]], { meanArea: 10, meanScore: 0.9 })
const early = track(
  400_001,
  [
    [0, 3],
    [8, 9],
  ],
  { meanArea: 500, meanScore: 0.4 },
)
const foreign = track(400_002, [[5, 6]])
const all = [long, early, foreign]
const ids = (sort: Parameters<typeof tracksInLanes>[3], filter = '', levels: readonly number[] = [2, 4], position?: number) =>
  tracksInLanes(all, levels, maskFilterFromText(filter), sort, position).map((one) => one.id)

it('each order puts the wanted track first, and tracks without that number last', () => {
  expect(ids('first')).toEqual([early.id, long.id, foreign.id])
  expect(ids('length')).toEqual([long.id, early.id, foreign.id])
  expect(ids('area')).toEqual([early.id, long.id, foreign.id])
  expect(ids('score')).toEqual([early.id, long.id, foreign.id])
  expect(ids('level')).toEqual([long.id, early.id, foreign.id])
})

it('levels and the filter of the list hold for the lanes too, with `here` for the frame looked at', () => {
  expect(ids('first', '', [4])).toEqual([early.id, foreign.id])
  expect(ids('first', 'area>100')).toEqual([early.id])
  expect(ids('first', 'here', [2, 4], 8)).toEqual([early.id, long.id])
  expect(ids('first', 'here', [2, 4], 4)).toEqual([])
})

it('sorting leaves the list of tracks as it was', () => {
  ids('length')
  expect(all.map((one) => one.id)).toEqual([long.id, early.id, foreign.id])
})

it('the next appearance is the start of a later range, the previous one that of an earlier range', () => {
  expect(appearanceFrom(early, 1, 1)).toBe(8)
  expect(appearanceFrom(early, 8, 1)).toBeUndefined()
  expect(appearanceFrom(early, 9, -1)).toBe(8)
  expect(appearanceFrom(early, 8, -1)).toBe(0)
  expect(appearanceFrom(early, 20, -1)).toBe(8)
})

it('a track that is not on the frame is found on the nearest frame of either side', () => {
  expect(nearestAppearance(early, 2)).toBe(2)
  expect(nearestAppearance(early, 4)).toBe(3)
  expect(nearestAppearance(early, 7)).toBe(8)
  expect(nearestAppearance(early, 40)).toBe(9)
  expect(nearestAppearance(track(1, []), 3)).toBeUndefined()
})

it('a life is told in frame indices, gaps as several ranges', () => {
  expect(wordsOfLife(early, (at) => at * 10)).toBe('frames 0 to 30, 80 to 90')
})

it('a scroll by one lane mostly needs the same lanes, all in sight are among them, and none beyond the ends', () => {
  expect(lanesAround(17, 22, 5000)).toEqual(lanesAround(18, 23, 5000))
  for (const [first, last, count] of [
    [0, 5, 6],
    [4990, 4999, 5000],
    [31, 41, 5000],
  ] as const) {
    const made = lanesAround(first, last, count)
    expect(made[0]).toBeGreaterThanOrEqual(0)
    expect(made[0]).toBeLessThanOrEqual(Math.max(0, first - laneBlock))
    expect(made.at(-1)).toBeGreaterThanOrEqual(last)
    expect(made.at(-1)).toBeLessThan(count)
  }
  expect(lanesAround(0, 0, 0)).toEqual([])
})
