// What an archive says of its frames and objects, brought into order: absolute frames ascending, objects with ids unique in the run.
import type { Repair } from '../repair-table.ts'
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
  const { numbering, repairs } = numberedIds(path, level, found.keys())
  return { numbering, objects: objectsFrom(found, numbering), repairs }
}

function numberedIds(path: string, level: number, sourceIds: Iterable<string>): Pick<ObjectListing, 'numbering' | 'repairs'> {
  const all = [...sourceIds]
  const numbering = trackNumbering(level, all)
  const unusable = all.filter((sourceId) => numbering.idOf(sourceId) === undefined)
  return { numbering, repairs: repairOf('TRACKS_ID_UNUSABLE', unusable, { path, limit: largestSourceId }) }
}

function objectsFrom(found: ReadonlyMap<string, Iterable<number>>, numbering: TrackNumbering): readonly ListedObject[] {
  const objects: ListedObject[] = []
  for (const [sourceId, frames] of found) {
    const id = numbering.idOf(sourceId)
    if (id !== undefined) objects.push({ id, sourceId, frameIndices: ascending([...frames]) })
  }
  return objects.sort((a, b) => a.id - b.id)
}

/** Each once. Nearly always they are in order already; then a set of 100,000 of them is saved. */
function ascending(indices: readonly number[]): readonly number[] {
  return indices.every((index, i) => i === 0 || indices[i - 1]! < index) ? indices : [...new Set(indices)].sort((a, b) => a - b)
}

export type TrackListing = {
  readonly numbering: TrackNumbering
  /** By id; put together when it is first asked for, since opening an archive does not need it. */
  readonly objects: () => readonly ListedObject[]
  /** By index; the first row of each frame. Objects without a usable id are not counted. */
  readonly frames: readonly ListedFrame[]
  readonly repairs: readonly Repair[]
}

/** A list of ids that many rows share (the same array) is looked at once. */
export function trackListing(path: string, level: number, rows: readonly FrameRow[]): TrackListing {
  const first = new Map<number, FrameRow>()
  const again: number[] = []
  for (const row of rows) {
    if (first.has(row.frameIndex)) again.push(row.frameIndex)
    else first.set(row.frameIndex, row)
  }
  const framesOfList = new Map<readonly string[], number[]>()
  for (const { frameIndex, sourceIds } of first.values()) {
    const frames = framesOfList.get(sourceIds)
    if (frames) frames.push(frameIndex)
    else framesOfList.set(sourceIds, [frameIndex])
  }
  const distinct = new Map([...framesOfList.keys()].map((sourceIds) => [sourceIds, new Set(sourceIds)] as const))
  const all = new Set<string>()
  for (const ids of distinct.values()) for (const id of ids) all.add(id)
  const { numbering, repairs } = numberedIds(path, level, all)
  const isEachUsable = repairs.length === 0
  const usable = (ids: ReadonlySet<string>) => (isEachUsable ? ids.size : [...ids].filter((id) => numbering.idOf(id) !== undefined).length)
  const counts = new Map([...distinct].map(([sourceIds, ids]) => [sourceIds, usable(ids)] as const))
  const frames = [...first.values()]
    .map(({ frameIndex, frameName, sourceIds }) => ({ frameIndex, frameName, objectCount: counts.get(sourceIds)! }))
    .sort((a, b) => a.frameIndex - b.frameIndex)
  let objects: readonly ListedObject[] | undefined
  return {
    numbering,
    objects: () => (objects ??= objectsFrom(framesOfIds(distinct, framesOfList), numbering)),
    frames,
    repairs: [...repairOf('TRACKS_FRAME_TWICE', again, { path }), ...repairs],
  }
}

function framesOfIds(
  distinct: ReadonlyMap<readonly string[], ReadonlySet<string>>,
  framesOfList: ReadonlyMap<readonly string[], readonly number[]>,
): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, number[]>()
  for (const [sourceIds, ids] of distinct)
    for (const id of ids) {
      const frames = found.get(id) ?? []
      for (const frame of framesOfList.get(sourceIds)!) frames.push(frame)
      found.set(id, frames)
    }
  return found
}

/** One repair for all of a kind, with their number and the first of them; none where there are none. */
export function repairOf(code: Repair['code'], found: readonly (string | number)[], params: Repair['params']): readonly Repair[] {
  const [first] = found
  return first === undefined ? [] : [{ code, params: { ...params, count: found.length, first: String(first).slice(0, 60) } }]
}
