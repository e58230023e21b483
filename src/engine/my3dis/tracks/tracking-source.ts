// The tracked masks of one level of a My3DIS run, of any generation: listed when opened, read frame by frame.
import { Fault } from '#core/base/fault'
import { openZip } from '#core/foreign/zip/zip-reader'
import type { Repair } from '#core/my3dis/repair-table'
import type { ListedFrame, ListedObject } from '#core/my3dis/tracks/track-listing'
import type { TrackedMasks } from '#core/my3dis/masks/tracking-masks'
import type { FrameMasksBytes } from '#core/run/run-reader'
import { type FileSource, openFileSource } from '../../archive/file-source.ts'
import { toldAsFault } from '../archive-member.ts'
import { zipTools } from '../byte-sources.ts'
import type { OpenedTracks, SelectedFrames, TrackingGeneration } from './opened-tracks.ts'
import { openPickledTracks, pickledMember } from './pickled-tracks.ts'
import { isZippedTracks, openZippedTracks } from './zipped-tracks.ts'

export type TrackingOptions = {
  readonly level: number
  /** Without them, frames of the oldest generation cannot be put to their places, and frames of pickles have no name (empty text). */
  readonly selected?: SelectedFrames | undefined
}

export type TrackingSource = {
  readonly generation: TrackingGeneration
  readonly level: number
  /** Sides of stored masks by those of the frame, within (0, 1]; undefined when the archive does not say. */
  readonly scale: number | undefined
  /** What was repaired so far; grows by what is found in frames when they are read. */
  readonly problems: readonly Repair[]
  /** By index. */
  frames(): readonly ListedFrame[]
  /** By id. Says where objects were carried to, which is not where they are visible. */
  objects(): readonly ListedObject[]
  /**
   * `size` in the bytes is that of the stored masks; `unseen` names objects without a visible pixel. Undefined for a frame without any
   * object. Throws MY3DIS_FILE_DAMAGED and the FOREIGN_* faults of what is read.
   */
  masks(frameIndex: number): Promise<FrameMasksBytes | undefined>
  close(): Promise<void>
}

/**
 * Opens a video archive by its content, whatever its name. A ZIP of JSON costs its directory and its manifest; a pickle is read whole.
 * Throws MY3DIS_UNRECOGNISED, MY3DIS_WITHOUT_MASKS, MY3DIS_FILE_DAMAGED and FOREIGN_* faults; nothing stays open then.
 */
export async function openTracking(options: TrackingOptions & { readonly file: string }): Promise<TrackingSource> {
  const source = await toldAsFault(options.file, () => openFileSource(options.file))
  try {
    return await trackingFrom(source, options)
  } catch (error) {
    await source.close()
    throw error
  }
}

/** As `openTracking`, from a source that is closed with what is returned. */
export async function trackingFrom(source: FileSource, { level, selected }: TrackingOptions): Promise<TrackingSource> {
  const opened = await toldAsFault(source.name, () => openedFrom(source, level, selected))
  const problems = [...opened.listing.repairs]
  const listed = new Map(opened.listing.frames.map(({ frameIndex, objectCount }) => [frameIndex, objectCount]))
  const note = (repair: Repair) => {
    if (!problems.some(({ code }) => code === repair.code)) problems.push(repair)
  }
  return {
    generation: opened.generation,
    level,
    scale: opened.scale,
    problems,
    frames: () => opened.listing.frames,
    objects: () => opened.listing.objects(),
    async masks(frameIndex) {
      const found = await opened.masks(frameIndex)
      if (found === undefined) return undefined
      for (const repair of repairsOf(source.name, frameIndex, found, listed.get(frameIndex) ?? 0)) note(repair)
      if (found.masks === undefined) return undefined
      return { maskCount: found.masks.masks.length, bytes: new TextEncoder().encode(JSON.stringify(found.masks)) }
    },
    close: () => source.close(),
  }
}

async function openedFrom(source: FileSource, level: number, selected: SelectedFrames | undefined): Promise<OpenedTracks> {
  const zip = await openZip(source, zipTools)
  if (isZippedTracks(zip)) return openZippedTracks(zip, level, selected)
  const member = pickledMember(zip)
  if (member !== undefined) return openPickledTracks(zip, member, level, selected)
  throw new Fault('MY3DIS_UNRECOGNISED', { path: source.name, reason: 'it holds neither frames as JSON nor one array of masks' })
}

function repairsOf(path: string, frameIndex: number, found: TrackedMasks, listed: number): Repair[] {
  const repairs: Repair[] = []
  const { masks, wrongFullSize, objectCount } = found
  if (masks !== undefined && wrongFullSize !== undefined) {
    const params = { path, shape: `[${masks.size.join(', ')}]`, claimed: `[${wrongFullSize.join(', ')}]` }
    repairs.push({ code: 'FULL_SIZE_WRONG', params })
  }
  if (objectCount !== listed) repairs.push({ code: 'TRACKS_OBJECTS_DIFFER', params: { path, frameIndex, found: objectCount, listed } })
  return repairs
}
