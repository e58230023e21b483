// Keeps what is known of every track, and the masks of frames that later prompts may still add to.
import { areaOfRle, boundsOfRle, type Rle, stringFromRle } from '#core/mask/rle'
import { idInLevel, type MaskEntry } from '#core/segment/frame-masks'
import type { Track } from '#core/segment/track'

export type OpenTrack = {
  readonly id: number
  readonly level: number
  readonly parent: number | undefined
  readonly orphan: boolean
  readonly prompt: Track['prompt']
  /** Where it was prompted last: at its beginning, or by a correction. */
  promptPosition: number
  merged: number
  /** Positions of corrections, ascending; absent without any. */
  corrected?: number[]
  readonly positions: number[]
  scoreSum: number
  areaSum: number
  maxArea: number
}

export type BookState = {
  readonly tracks: ReadonlyMap<number, OpenTrack>
  readonly numbers: ReadonlyMap<number, number>
  readonly pending: ReadonlyMap<number, MaskEntry[]>
}

export type TrackBook = {
  /** A new track; its id is unique in the run, levels included, and never used again. */
  open(level: number, prompt: Track['prompt'], promptPosition: number, parent: number | undefined, orphan: boolean): number
  merge(trackId: number): void
  levelOf(trackId: number): number
  promptPositionOf(trackId: number): number
  /** A visible mask of a track at a position; empty masks are left out. */
  place(trackId: number, position: number, mask: Rle, score: number): void
  /** From this position on the track is what a person gave there: its mask replaces the one placed, and the window begins anew. */
  correct(trackId: number, position: number, mask: Rle): void
  /** Takes the masks of a position out: it is final, by level in the order of ids. */
  takeFrame(position: number): ReadonlyMap<number, readonly MaskEntry[]>
  /** `frameIndexOf` turns positions into absolute frame indices. */
  tracks(frameIndexOf: (position: number) => number): Track[]
  /** The book itself, to be cloned by whoever keeps it; `createTrackBook` goes on from a copy. */
  state(): BookState
}

export function createTrackBook(earlier?: BookState): TrackBook {
  const tracks = new Map<number, OpenTrack>(earlier?.tracks)
  const numbers = new Map<number, number>(earlier?.numbers)
  const pending = new Map<number, MaskEntry[]>(earlier?.pending)
  const known = (trackId: number): OpenTrack => {
    const track = tracks.get(trackId)
    if (!track) throw new RangeError(`no track ${trackId}`)
    return track
  }
  return {
    open: (level, prompt, promptPosition, parent, orphan) => {
      const number = (numbers.get(level) ?? 0) + 1
      numbers.set(level, number)
      const id = idInLevel(level, number)
      tracks.set(id, { id, level, parent, orphan, prompt, promptPosition, merged: 0, positions: [], scoreSum: 0, areaSum: 0, maxArea: 0 })
      return id
    },
    merge: (trackId) => {
      known(trackId).merged += 1
    },
    levelOf: (trackId) => known(trackId).level,
    promptPositionOf: (trackId) => known(trackId).promptPosition,
    place: (trackId, position, mask, score) => {
      const box = boundsOfRle(mask)
      if (!box) return
      const track = known(trackId)
      const area = areaOfRle(mask)
      track.positions.push(position)
      track.scoreSum += score
      track.areaSum += area
      track.maxArea = Math.max(track.maxArea, area)
      const entries = pending.get(position) ?? []
      pending.set(position, entries)
      entries.push({ id: trackId, counts: stringFromRle(mask), area, box: [...box], score: round4(score), parent: track.parent })
    },
    correct: (trackId, position, mask) => {
      const track = known(trackId)
      const entry = pending.get(position)?.find(({ id }) => id === trackId)
      const box = boundsOfRle(mask)
      if (!entry || !box) throw new RangeError(`track ${trackId} has no mask at ${position} that could be corrected`)
      const area = areaOfRle(mask)
      track.scoreSum += 1 - (entry.score ?? 0)
      track.areaSum += area - entry.area
      track.maxArea = Math.max(track.maxArea, area)
      track.promptPosition = position
      track.corrected = [...(track.corrected ?? []), position]
      Object.assign(entry, { counts: stringFromRle(mask), area, box: [...box], score: 1 })
    },
    takeFrame: (position) => {
      const byLevel = new Map<number, MaskEntry[]>()
      for (const entry of (pending.get(position) ?? []).sort((a, b) => a.id - b.id)) {
        const level = known(entry.id).level
        byLevel.set(level, [...(byLevel.get(level) ?? []), entry])
      }
      pending.delete(position)
      return byLevel
    },
    state: () => ({ tracks, numbers, pending }),
    tracks: (frameIndexOf) =>
      [...tracks.values()].filter((track) => track.positions.length > 0).map((track) => summaryOf(track, frameIndexOf)),
  }
}

function summaryOf(track: OpenTrack, frameIndexOf: (position: number) => number): Track {
  const positions = [...track.positions].sort((a, b) => a - b)
  const visible: [number, number][] = []
  for (const position of positions) {
    const last = visible.at(-1)
    if (last && position === last[1] + 1) last[1] = position
    else visible.push([position, position])
  }
  const count = positions.length
  return {
    id: track.id,
    level: track.level,
    parent: track.parent,
    orphan: track.orphan,
    prompt: track.prompt,
    visible,
    frameCount: count,
    firstFrame: frameIndexOf(positions[0]!),
    lastFrame: frameIndexOf(positions.at(-1)!),
    meanScore: round4(track.scoreSum / count),
    meanArea: Math.round(track.areaSum / count),
    maxArea: track.maxArea,
    merged: track.merged,
    ...(track.corrected && { corrected: track.corrected.map(frameIndexOf) }),
  }
}

function round4(value: number): number {
  return Math.round(value * 1e4) / 1e4
}
