// What the readers of the two kinds of tracking archives share: what they are asked with, and what they give.
import type { TrackListing } from '#core/my3dis/tracks/track-listing'
import type { TrackedMasks } from '#core/my3dis/masks/tracking-masks'

/**
 * Decided by content alone. `E-pickle`: a pickle of September 2025 that would be the same in more than one of its generations. E3
 * without scaling is the same as E2 and called so.
 */
export type TrackingGeneration = 'G-Oct/Nov zip' | 'E0' | 'E1' | 'E2' | 'E3' | 'E-pickle'

/** The run's selected frames: absolute indices in order of selection, and names by index. */
export type SelectedFrames = { readonly indices: readonly number[]; readonly names: ReadonlyMap<number, string> }

/** What a reader of one kind of archive gives; everything else is the same for all. */
export type OpenedTracks = {
  readonly generation: TrackingGeneration
  readonly scale: number | undefined
  readonly listing: TrackListing
  masks(frameIndex: number): Promise<TrackedMasks | undefined>
}
