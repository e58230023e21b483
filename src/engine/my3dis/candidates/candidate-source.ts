// What is asked of the candidates of one level, raw or filtered, however they are stored.
import type { MaskSize } from '#core/my3dis/masks/candidate-masks'
import type { Repair } from '#core/my3dis/repair-table'
import type { FrameMasks } from '#core/segment/frame-masks'

/** `count` of candidates; undefined where only reading the frame would tell. */
export type CandidatePlace = { readonly frameIndex: number; readonly count: number | undefined }

/** Nothing is read before it is asked for. All throw a Fault that names the file. */
export type CandidateSource = {
  /** Frames that can be read, by absolute index, ascending. */
  frames(): Promise<readonly CandidatePlace[]>
  /** At the size the masks are stored at; undefined for a frame that has no candidates there. */
  masks(frameIndex: number): Promise<FrameMasks | undefined>
  /** Ids of a frame's candidates by their unique ids; empty for a generation without those. */
  uniqueIds(frameIndex: number): Promise<ReadonlyMap<string, number>>
  /** What was found out so far; grows while more is read. */
  problems(): readonly Repair[]
  close(): Promise<void>
}

/** What a source is told of the run that it is a part of. */
export type CandidateContext = {
  readonly level: number
  /** Where indexes are kept. */
  readonly cacheFolder: string
  /** Ids of a frame's candidates by unique id, on the levels asked for. */
  readonly kin: (frameIndex: number, levels: ReadonlySet<number>) => Promise<ReadonlyMap<string, number>>
  /** The name of a frame, for stores that do not tell it. */
  readonly nameOf: (frameIndex: number) => string | undefined
  /** Absolute indices by place in the selection, for stores of the first generation, which count there. */
  readonly selected: readonly number[]
}

/** A context for a file that is opened alone. */
export function loneContext(level: number, cacheFolder: string): CandidateContext {
  return { level, cacheFolder, kin: async () => new Map(), nameOf: () => undefined, selected: [] }
}

export const sizeWhereUnknown: MaskSize = [1, 1]

/** Frames that are looked at for the size of masks, when the one that is asked for has none. */
const sizeTries = 4

/** The size of masks on the first frames that have some. */
export async function sizeFromOthers(
  frames: readonly CandidatePlace[],
  sizeOf: (frameIndex: number) => Promise<MaskSize | undefined>,
): Promise<MaskSize> {
  for (const { frameIndex } of frames.filter(({ count }) => count !== 0).slice(0, sizeTries)) {
    const size = await sizeOf(frameIndex)
    if (size !== undefined) return size
  }
  return sizeWhereUnknown
}
