// What the page and its matching thread say to each other.
import type { ComparisonResult, Matching, ReferenceLevel } from '#core/compare/compare-types'
import type { ObjectPlace } from './object-places.ts'

export type AnswerOfFrame = {
  /** The whole answer of the engine; parts are ranges of it, so that it crosses to the thread without a copy. */
  readonly bytes: Uint8Array
  readonly parts: readonly { readonly offset: number; readonly length: number }[]
}
type PairOfFrame = { readonly ask: number; readonly frameIndex: number; readonly a: AnswerOfFrame; readonly b: AnswerOfFrame }
export type MatcherRequest =
  | (PairOfFrame & {
      readonly do: 'feed'
      /** Ids live as long as the run (tracks); else an id says nothing on the next frame. */
      readonly areTracks: boolean
      /** Each is matched by itself. */
      readonly levels: readonly number[]
      /** All levels of one answer are matched with all of the other, as level `pooledLevel`. */
      readonly isAcross: boolean
      /** Which of the two knows no levels: its masks are matched at each. */
      readonly reference?: 'a' | 'b' | undefined
    })
  /** With a reference, relations that have its objects keep their frames. */
  | { readonly do: 'finish'; readonly ask: number; readonly reference?: 'a' | 'b' | undefined }
  /** Scores against a reference: all frames are fed, then matched, then fed again, for the pairs decide which mask is held against which. */
  | {
      readonly do: 'score'
      readonly ask: number
      readonly matching: Matching
      readonly size: readonly [height: number, width: number] | undefined
      /** At which the reference is held against the answer. */
      readonly levels: readonly number[]
    }
  /** A is the reference. */
  | (PairOfFrame & { readonly do: 'scoreFeed' })
  | { readonly do: 'scoreMatch'; readonly ask: number }
  | { readonly do: 'scoreFinish'; readonly ask: number }

/** What levels are told under that are matched across. */
export const pooledLevel = 0
export type LevelResult = Omit<ComparisonResult, 'worst'> & { readonly worst: readonly ObjectPlace[] }
/** Places of a level that the page is told, at most. */
export const keptPlaces = 2000
/** One comparison per level: objects are matched within a level, and a person looks at some of them. */
export type LevelResults = ReadonlyMap<number, LevelResult>
export type MatcherAnswer = {
  readonly ask: number
  readonly results?: LevelResults
  readonly scores?: readonly ReferenceLevel[]
  readonly reason?: string
}

/** Ids of a frame stay below this: level 6 with the largest number. */
const idsPerFrame = 1_000_000

/** Candidates are numbered anew on each frame; with the frame in front their ids are their own over the whole run. */
export function keyOfObject(id: number, frameIndex: number, areTracks: boolean): number {
  return areTracks ? id : frameIndex * idsPerFrame + id
}

export function idOfKey(key: number): number {
  return key % idsPerFrame
}
