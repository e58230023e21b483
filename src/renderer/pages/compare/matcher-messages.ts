// What the page and its matching thread say to each other.
import type { ComparisonResult } from '#core/compare/compare-types'
import type { ObjectPlace } from './object-places.ts'

export type AnswerOfFrame = {
  /** The whole answer of the engine; parts are ranges of it, so that it crosses to the thread without a copy. */
  readonly bytes: Uint8Array
  readonly parts: readonly { readonly offset: number; readonly length: number }[]
}
export type MatcherRequest =
  | {
      readonly do: 'feed'
      readonly ask: number
      readonly frameIndex: number
      readonly a: AnswerOfFrame
      readonly b: AnswerOfFrame
      /** Ids live as long as the run (tracks); else an id says nothing on the next frame. */
      readonly areTracks: boolean
      readonly levels: readonly number[]
    }
  | { readonly do: 'finish'; readonly ask: number }
export type LevelResult = Omit<ComparisonResult, 'worst'> & { readonly worst: readonly ObjectPlace[] }
/** Places of a level that the page is told, at most. */
export const keptPlaces = 2000
/** One comparison per level: objects are matched within a level, and a person looks at some of them. */
export type LevelResults = ReadonlyMap<number, LevelResult>
export type MatcherAnswer = { readonly ask: number; readonly results?: LevelResults; readonly reason?: string }

/** Ids of a frame stay below this: level 6 with the largest number. */
const idsPerFrame = 1_000_000

/** Candidates are numbered anew on each frame; with the frame in front their ids are their own over the whole run. */
export function keyOfObject(id: number, frameIndex: number, areTracks: boolean): number {
  return areTracks ? id : frameIndex * idsPerFrame + id
}

export function idOfKey(key: number): number {
  return key % idsPerFrame
}
