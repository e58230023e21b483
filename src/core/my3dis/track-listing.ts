// What an archive says of its frames and objects, brought into order: absolute frames ascending, objects with ids unique in the run.
import type { Repair } from './repair-table.ts'
import { largestSourceId, type TrackNumbering, trackNumbering } from './track-numbering.ts'

/** A frame as it is listed; the same frame may come again, and objects in any order. */
export type FrameRow = { readonly frameIndex: number; readonly frameName: string | undefined; readonly sourceIds: readonly string[] }

export type ListedFrame = { readonly frameIndex: number; readonly frameName: string | undefined; readonly objectCount: number }

/** `frameIndices`: absolute, ascending, each once; where the object was carried to, seen there or not. */
export type ListedObject = { readonly id: number; readonly sourceId: string; readonly frameIndices: readonly number[] }

export type ObjectListing = {
  readonly numbering: TrackNumbering
  /** By id. */
  readonly objects: readonly ListedObject[]
  readonly repairs: readonly Repair[]
}

/** `path` names the archive in repairs. */
export function objectListing(path: string, level: number, found: ReadonlyMap<string, Iterable<number>>): ObjectListing {
  const numbering = trackNumbering(level, found.keys())
  const objects: ListedObject[] = []
  const unusable: string[] = []
  for (const [sourceId, frames] of found) {
    const id = numbering.idOf(sourceId)
    if (id === undefined) unusable.push(sourceId)
    else objects.push({ id, sourceId, frameIndices: ascending([...frames]) })
  }
  objects.sort((a, b) => a.id - b.id)
  return { numbering, objects, repairs: repairOf('TRACKS_ID_UNUSABLE', unusable, { path, limit: largestSourceId }) }
}

/** Each once. Nearly always they are in order already; then a set of 100,000 of them is saved. */
function ascending(indices: readonly number[]): readonly number[] {
  return indices.every((index, i) => i === 0 || indices[i - 1]! < index) ? indices : [...new Set(indices)].sort((a, b) => a - b)
}

export type TrackListing = ObjectListing & {
  /** By index; the first row of each frame. Objects without a usable id are not counted. */
  readonly frames: readonly ListedFrame[]
}

export function trackListing(path: string, level: number, rows: readonly FrameRow[]): TrackListing {
  const first = new Map<number, FrameRow>()
  const again: number[] = []
  for (const row of rows) {
    if (first.has(row.frameIndex)) again.push(row.frameIndex)
    else first.set(row.frameIndex, row)
  }
  const framesOf = new Map<string, number[]>()
  const distinct = new Map<number, number>()
  for (const { frameIndex, sourceIds } of first.values()) {
    let count = 0
    for (const sourceId of sourceIds) {
      const frames = framesOf.get(sourceId)
      if (frames?.at(-1) === frameIndex) continue
      count += 1
      if (frames) frames.push(frameIndex)
      else framesOf.set(sourceId, [frameIndex])
    }
    distinct.set(frameIndex, count)
  }
  const listing = objectListing(path, level, framesOf)
  const isEachUsable = listing.objects.length === framesOf.size
  const usable = (sourceIds: readonly string[]) => new Set(sourceIds.filter((id) => listing.numbering.idOf(id) !== undefined)).size
  const frames = [...first.values()].map(({ frameIndex, frameName, sourceIds }) => ({
    frameIndex,
    frameName,
    objectCount: isEachUsable ? distinct.get(frameIndex)! : usable(sourceIds),
  }))
  frames.sort((a, b) => a.frameIndex - b.frameIndex)
  return { ...listing, frames, repairs: [...repairOf('TRACKS_FRAME_TWICE', again, { path }), ...listing.repairs] }
}

/** One repair for all of a kind, with their number and the first of them; none where there are none. */
export function repairOf(code: Repair['code'], found: readonly (string | number)[], params: Repair['params']): readonly Repair[] {
  const [first] = found
  return first === undefined ? [] : [{ code, params: { ...params, count: found.length, first: String(first).slice(0, 60) } }]
}
