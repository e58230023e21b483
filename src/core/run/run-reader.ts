// What can be asked of any finished run, whoever wrote it: where masks are, the masks of one frame, and the tracks.
import type { FrameDecisions, TrackList } from '../segment/track.ts'

export type MaskStage = 'ssam' | 'filter' | 'tracker'

/** Which frames have masks at one level of one stage: absolute indices, ascending. */
export type MaskPlaces = { readonly stage: MaskStage; readonly level: number; readonly frameIndices: readonly number[] }

/** `bytes` are one FrameMasks as JSON in UTF-8 (core/segment/frame-masks). */
export type FrameMasksBytes = { readonly maskCount: number; readonly bytes: Uint8Array<ArrayBuffer> }

/** Nothing is loaded before it is asked for. All throw a Fault that names file and reason where something cannot be read. */
export type RunReader = {
  places(): Promise<readonly MaskPlaces[]>
  /** undefined when there are none for that frame at that level; a frame with masks that are all empty is not none. */
  masks(stage: MaskStage, level: number, frameIndex: number): Promise<FrameMasksBytes | undefined>
  /** Without tracker: no tracks, and framesDone 0. */
  tracks(): Promise<TrackList>
  /** What the tracker decided of the candidates of a level, frame by frame; absent where the run's program kept no such thing. */
  decisions?(level: number): Promise<readonly FrameDecisions[]>
  close(): Promise<void>
}
