// What the tracker stage needs of whatever carries objects from frame to frame: the built-in carrier or a network.
import type { Rle } from '#core/mask/rle'

/** One object on one frame; `mask` is empty where it is lost. `score` is 0 to 1. */
export type Carried = { readonly id: number; readonly mask: Rle; readonly score: number; readonly lost: boolean }

export type ObjectCarrier<State> = {
  /** Begins at a frame without objects. */
  start(position: number): Promise<void>
  /** New objects on the current frame; no mask is empty. */
  add(objects: readonly { readonly id: number; readonly mask: Rle }[]): Promise<void>
  /** To the next frame in the carrier's direction. */
  advance(position: number): Promise<readonly Carried[]>
  remove(ids: readonly number[]): void
  /** All that `restore` needs; survives a structured clone. */
  state(): State
  restore(state: State): Promise<void>
}

export type CarrierSource<State> = {
  forward(): ObjectCarrier<State>
  backward(): ObjectCarrier<State>
  /** Frames in a row for which a lost object is looked for. */
  readonly patience: number
  /** Whether an object that was lost on the way back may be found again further back. */
  readonly findsAgainBackwards: boolean
}
