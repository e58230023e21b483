// From the ids of My3DIS's objects, which start anew on each level, to ids that are unique in a run.
import { idInLevel, idsPerLevel } from '../../segment/frame-masks.ts'

export type TrackNumbering = {
  readonly level: number
  /** 1 where an object of the level has the id 0, because numbers of ours begin at 1; else 0. */
  readonly shift: 0 | 1
  /** level * 100000 + id + shift; undefined for an id that is no whole number in range, or 0 where the level was said to have none. */
  readonly idOf: (sourceId: string) => number | undefined
}

/** `sourceIds` are all ids of the level: whether one of them is 0 decides for the others, too. */
export function trackNumbering(level: number, sourceIds: Iterable<string>): TrackNumbering {
  let shift: 0 | 1 = 0
  for (const sourceId of sourceIds) if (sourceId === '0') shift = 1
  return {
    level,
    shift,
    idOf(sourceId) {
      // One way to write a number only: "01" would become the same as "1".
      if (!/^(0|[1-9]\d{0,5})$/.test(sourceId)) return undefined
      const number = Number(sourceId) + shift
      return number >= 1 && number < idsPerLevel ? idInLevel(level, number) : undefined
    },
  }
}

/** The largest id that an object may have. */
export const largestSourceId = idsPerLevel - 2
