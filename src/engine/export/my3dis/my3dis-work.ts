// What the writers of a My3DIS run folder share: the sizes, the places, and how progress is told.
import type { FamilyIdRule } from '#core/my3dis/tracks/family-tree-file'
import type { MaskPlaces } from '#core/run/run-reader'
import type { ExportWork } from '../export-work.ts'

export type My3disWork = ExportWork & {
  readonly places: readonly MaskPlaces[]
  /** Coarse to fine. */
  readonly levels: readonly number[]
  /** Of My3DIS, by those of tracks; a mask of a track that the list does not have keeps its own. */
  readonly ids: ReadonlyMap<number, number>
  readonly idRule: FamilyIdRule
  /** [height, width]; undefined when the run does not know it: masks are then taken to be as large as their frames. */
  readonly frameSize: readonly [height: number, width: number] | undefined
  /** One more frame of a level is written. */
  step(): void
}

/** Absolute indices of the frames that have masks; none for a stage that did not run. */
export function framesAt({ places }: My3disWork, stage: MaskPlaces['stage'], level: number): readonly number[] {
  return places.find((one) => one.stage === stage && one.level === level)?.frameIndices ?? []
}

export function objectIdOf({ ids }: My3disWork, trackId: number): number {
  return ids.get(trackId) ?? trackId
}
