// The list of tracks of a My3DIS run, from what its archives list: no mask is read for it.
import { openZip } from '#core/foreign/zip/zip-reader'
import type { Repair } from '#core/my3dis/repair-table'
import { type ListedObject, objectListing, repairOf } from '#core/my3dis/tracks/track-listing'
import { firstIssue } from '#core/my3dis/masks/tracking-masks'
import { LevelIndex, ObjectManifest } from '#core/my3dis/masks/tracking-schema'
import { runManifestName as manifestName } from '#core/my3dis/layout'
import type { Track, TrackList } from '#core/segment/track'
import { openFileSource } from '../../archive/file-source.ts'
import { manifestValue, memberPath } from './zipped-tracks.ts'
import { toldAsFault } from '../archive-member.ts'
import { zipTools } from '../byte-sources.ts'

/** An object by the level and id in its own files: an id alone is not unique in a run. */
export type SourceName = { readonly level: number; readonly sourceId: string }

export type LevelObjects = {
  readonly level: number
  readonly objects: readonly ListedObject[]
  /** By source id; `none` where a tree says that there is no parent. Nothing is said of objects that are not in it. */
  readonly parents?: ReadonlyMap<string, SourceName | 'none'>
}

export type ObjectList = {
  readonly objects: readonly ListedObject[]
  readonly scale: number | undefined
  readonly repairs: readonly Repair[]
}

/**
 * Tracks of these levels, by id. `selected`: absolute indices of the run's selected frames in their order; frames beyond them are left
 * out, and so are objects that have none. Without any, the frames of all objects are taken for the selected ones.
 *
 * `visible` are ranges where objects were carried to (`coverage: 'tracked'`); what only masks or prompts would say is left out. An
 * object is an orphan when its parent has no track, or when it is said to have none below the coarsest level.
 */
export function my3disTracks(
  levels: readonly LevelObjects[],
  selected: readonly number[],
): { readonly list: TrackList; readonly repairs: readonly Repair[] } {
  const frames = selected.length > 0 ? selected : framesOf(levels)
  const positions = new Map(frames.map((frameIndex, position) => [frameIndex, position]))
  const coarsest = Math.min(...levels.map(({ level }) => level))
  const ids = new Map(levels.map(({ level, objects }) => [level, new Map(objects.map(({ sourceId, id }) => [sourceId, id]))]))
  const tracks: Track[] = []
  const repairs: Repair[] = []
  for (const { level, objects, parents } of levels) {
    const unselected = new Set<number>()
    const lost: string[] = []
    for (const object of objects) {
      const seen = object.frameIndices.filter((frameIndex) => positions.has(frameIndex) || !unselected.add(frameIndex))
      const name = parents?.get(object.sourceId)
      const parent = typeof name === 'object' ? ids.get(name.level)?.get(name.sourceId) : undefined
      if (typeof name === 'object' && parent === undefined) lost.push(object.sourceId)
      const orphan = name === undefined ? undefined : parent === undefined && (name !== 'none' || level !== coarsest)
      const track = trackOf(object, level, seen, positions)
      if (track) tracks.push({ ...track, ...(parent === undefined ? {} : { parent }), ...(orphan === undefined ? {} : { orphan }) })
    }
    repairs.push(...repairOf('TRACKS_FRAME_UNSELECTED', [...unselected], { level }), ...repairOf('TRACKS_PARENT_MISSING', lost, { level }))
  }
  return { list: { framesDone: frames.length, tracks: tracks.sort((a, b) => a.id - b.id) }, repairs }
}

function framesOf(levels: readonly LevelObjects[]): readonly number[] {
  const all = new Set<number>()
  for (const { objects } of levels) for (const { frameIndices } of objects) for (const frameIndex of frameIndices) all.add(frameIndex)
  return [...all].sort((a, b) => a - b)
}

/** `seen` are absolute indices, all of them selected. Undefined without any. */
function trackOf(
  { id, sourceId }: ListedObject,
  level: number,
  seen: readonly number[],
  positions: ReadonlyMap<number, number>,
): Track | undefined {
  const [firstFrame, lastFrame] = [seen[0], seen.at(-1)]
  if (firstFrame === undefined || lastFrame === undefined) return undefined
  const visible: [number, number][] = []
  for (const position of seen.map((frameIndex) => positions.get(frameIndex) ?? 0).sort((a, b) => a - b)) {
    const last = visible.at(-1)
    if (last && position === last[1] + 1) last[1] = position
    else visible.push([position, position])
  }
  return { id, sourceId, level, visible, coverage: 'tracked', frameCount: seen.length, firstFrame, lastFrame }
}

/**
 * The objects of an object archive since October 2025: small, and without masks. Throws MY3DIS_FILE_DAMAGED and FOREIGN_* faults; older
 * ones are pickles that hold every mask, for which the video archive is read instead.
 */
export async function readObjectArchive(file: string, level: number): Promise<ObjectList> {
  const source = await toldAsFault(file, () => openFileSource(file))
  try {
    const zip = await toldAsFault(file, () => openZip(source, zipTools))
    return await toldAsFault(memberPath(zip, manifestName), async () => {
      const parsed = ObjectManifest.safeParse(await manifestValue(zip))
      if (!parsed.success) throw new RangeError(`it lists no objects: ${firstIssue(parsed.error)}`)
      const { meta, objects } = parsed.data
      const found = new Map(Object.entries(objects).map(([sourceId, refs]) => [sourceId, refs.map((ref) => ref.frame_index)]))
      return listOf(file, level, found, meta)
    })
  } finally {
    await source.close()
  }
}

/** The objects of a level's `index.json`, given as what its text parses to. Throws RangeError where it is none. */
export function objectsFromIndex(path: string, level: number, value: unknown): ObjectList {
  const parsed = LevelIndex.safeParse(value)
  if (!parsed.success) throw new RangeError(`it is no index of a level: ${firstIssue(parsed.error)}`)
  const { meta, objects } = parsed.data
  return listOf(path, level, new Map(Object.entries(objects).map(([sourceId, { frames }]) => [sourceId, frames])), meta)
}

type StatedMeta = { readonly level?: number | undefined; readonly mask_scale_ratio?: number | undefined } | undefined

function listOf(path: string, level: number, found: ReadonlyMap<string, readonly number[]>, meta: StatedMeta): ObjectList {
  const { objects, repairs } = objectListing(path, level, found)
  const stated = meta?.level
  const differs: Repair[] =
    stated === undefined || stated === level ? [] : [{ code: 'TRACKS_LEVEL_DIFFERS', params: { path, level, stated } }]
  return { objects, scale: meta?.mask_scale_ratio, repairs: [...differs, ...repairs] }
}
