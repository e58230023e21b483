// Scores of all tracks on some of the frames, small enough to keep for five thousand tracks: one byte per track and frame read.

export type ScoreSeries = {
  /** Positions that are read or will be, ascending. */
  readonly positions: readonly number[]
  /** One entry per position: the score in steps of 1/254, or `noScore`. Undefined for a track without any. */
  scoresOf(id: number): Uint8Array | undefined
  /** Takes in what one frame says; `at` counts among `positions`. */
  put(at: number, ids: ArrayLike<number>, scores: ArrayLike<number>): void
}

export const noScore = 255
/** Frames that are read for the sparklines of a run, at most: more would not be seen in a lane. */
export const seriesFrames = 48

export function makeScoreSeries(frameCount: number, most: number = seriesFrames): ScoreSeries {
  const positions = spreadPositions(frameCount, most)
  const byTrack = new Map<number, Uint8Array>()
  return {
    positions,
    scoresOf: (id) => byTrack.get(id),
    put: (at, ids, scores) => {
      for (let i = 0; i < ids.length; i += 1) {
        const score = scores[i]!
        if (Number.isNaN(score)) continue
        const known = byTrack.get(ids[i]!) ?? new Uint8Array(positions.length).fill(noScore)
        known[at] = Math.round(Math.min(1, Math.max(0, score)) * 254)
        byTrack.set(ids[i]!, known)
      }
    },
  }
}

/** At most `most` of the positions 0..count-1, evenly spread, both ends among them. */
export function spreadPositions(count: number, most: number): readonly number[] {
  if (count <= most) return Array.from({ length: count }, (_, i) => i)
  if (most < 2) return count > 0 && most === 1 ? [0] : []
  return Array.from({ length: most }, (_, i) => Math.round((i * (count - 1)) / (most - 1)))
}

/** Indices 0..count-1, coarse first: the whole is seen roughly before it is seen finely. */
export function coarseFirst(count: number): readonly number[] {
  const order: number[] = []
  const seen = new Set<number>()
  for (let step = 2 ** Math.ceil(Math.log2(Math.max(1, count))); step >= 1; step /= 2)
    for (let i = 0; i < count; i += step)
      if (!seen.has(i)) {
        seen.add(i)
        order.push(i)
      }
  return order
}

/** The known scores inside an inclusive range of positions, 0..1; empty where nothing is read yet. */
export function scoresInRange(series: ScoreSeries, id: number, first: number, last: number): { position: number; score: number }[] {
  const scores = series.scoresOf(id)
  if (!scores) return []
  const found: { position: number; score: number }[] = []
  for (let at = 0; at < series.positions.length; at += 1) {
    const position = series.positions[at]!
    if (position >= first && position <= last && scores[at] !== noScore) found.push({ position, score: scores[at]! / 254 })
  }
  return found
}

/** Where the axis of scores begins: a little below the lowest mean, so that scores between 0.9 and 1 still look different. */
export function lowestScore(tracks: readonly { readonly meanScore?: number | undefined }[]): number {
  const lowest = tracks.reduce((low, { meanScore }) => Math.min(low, meanScore ?? 1), 1)
  return Math.max(0, Math.min(0.9, Math.floor((lowest - 0.1) * 10) / 10))
}
