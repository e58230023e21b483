// Which tracks have a lane, and in which order: the levels and the filter of the object list, sorted as the person chose.
import type { Track } from '#core/segment/track'
import type { MaskFilter } from '../filter/mask-filter.ts'
import { objectsFromTracks, objectsOnFrame } from '../object-rows.ts'

export type LaneSort = 'first' | 'length' | 'area' | 'score' | 'level'

export const laneSorts: readonly { readonly value: LaneSort; readonly label: string }[] = [
  { value: 'first', label: 'first frame' },
  { value: 'length', label: 'longest life' },
  { value: 'area', label: 'largest area' },
  { value: 'score', label: 'lowest score' },
  { value: 'level', label: 'level' },
]

/** Whether the position lies in one of the inclusive, ascending ranges. */
export function isVisibleAt(track: Track, position: number): boolean {
  return track.visible.some(([first, last]) => first <= position && position <= last)
}

/** `position` is that of the frame looked at; only the filter word `here` reads it. */
export function tracksInLanes(
  tracks: readonly Track[],
  levels: readonly number[],
  filter: MaskFilter,
  sort: LaneSort,
  position: number | undefined,
): readonly Track[] {
  const here = new Set(position === undefined ? [] : tracks.filter((track) => isVisibleAt(track, position)).map((track) => track.id))
  const passing = filter.isEmpty
    ? undefined
    : new Set(
        objectsOnFrame(objectsFromTracks(tracks), (id) => here.has(id))
          .filter(filter.passes)
          .map((one) => one.id),
      )
  return tracks.filter((track) => levels.includes(track.level) && (passing?.has(track.id) ?? true)).sort(orderOf(sort))
}

/** Equal ones stay in the order of their ids; what has no area or score comes last. */
function orderOf(sort: LaneSort): (a: Track, b: Track) => number {
  const first = (track: Track) => track.visible[0]?.[0] ?? Number.MAX_SAFE_INTEGER
  const keys: Readonly<Record<LaneSort, (track: Track) => number>> = {
    first,
    length: (track) => -track.frameCount,
    area: (track) => -(track.meanArea ?? -1),
    score: (track) => track.meanScore ?? Number.MAX_SAFE_INTEGER,
    level: (track) => track.level,
  }
  const key = keys[sort]
  return (a, b) => key(a) - key(b) || first(a) - first(b) || a.id - b.id
}

/** First frame of the next appearance after `position`, or of the one before it that began earlier; undefined when there is none. */
export function appearanceFrom(track: Track, position: number, direction: 1 | -1): number | undefined {
  const starts = track.visible.map(([first]) => first)
  return direction === 1 ? starts.find((first) => first > position) : starts.findLast((first) => first < position)
}

/** The visible frame nearest to `position`; undefined for a track that is seen nowhere. */
export function nearestAppearance(track: Track, position: number): number | undefined {
  let best: number | undefined
  for (const [first, last] of track.visible) {
    const near = Math.min(last, Math.max(first, position))
    if (best === undefined || Math.abs(near - position) < Math.abs(best - position)) best = near
  }
  return best
}

/** A life in words, for those who do not see the lane. `indexAt` gives the frame index of a position. */
export function wordsOfLife(track: Track, indexAt: (position: number) => number): string {
  const parts = track.visible
    .slice(0, 6)
    .map(([first, last]) => (first === last ? `${indexAt(first)}` : `${indexAt(first)} to ${indexAt(last)}`))
  const more = track.visible.length - parts.length
  return parts.length === 0 ? 'seen on no frame' : `frames ${parts.join(', ')}${more > 0 ? `, and ${more} more times` : ''}`
}

/** Lanes that are made together: a scroll inside of a block makes none anew. */
export const laneBlock = 8

/** The lanes to make for those in sight (inclusive): whole blocks, and one more on either side, so that a scroll finds them drawn. */
export function lanesAround(first: number, last: number, count: number): number[] {
  const from = Math.max(0, (Math.floor(first / laneBlock) - 1) * laneBlock)
  const to = Math.min(count, (Math.floor(last / laneBlock) + 2) * laneBlock)
  return Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i)
}
