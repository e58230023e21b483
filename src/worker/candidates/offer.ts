// What every source of candidates gives, whichever backend stands behind it.
import type { Rle } from '#core/mask/rle'
import type { Picture } from '../frame-pixels.ts'

export type Offer = {
  readonly level: number
  /** Place in the same list of the candidate one level coarser that this one lies in; always before it. */
  readonly parent: number | undefined
  readonly rle: Rle
  /** 0..1. */
  readonly score: number
  readonly stability: number
  readonly className?: string | undefined
}

export type CandidateSource = {
  readonly backend: string
  /** Why this backend, in words for the record. */
  readonly reason: string
  /** False when it never asks for the device of the stage; one that asks tells itself what came of it. */
  readonly usesGpu: boolean
  /** Parents before children. */
  offer(picture: Picture): Promise<readonly Offer[]>
  close(): Promise<void>
}
