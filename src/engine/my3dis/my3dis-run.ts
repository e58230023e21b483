// A run of My3DIS opened like one of ours: its description, a reader of its masks and tracks, and a record. The source is only read.
import { readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Fault } from '#core/base/fault'
import type { Description } from '#core/my3dis/description'
import { familyTreeFromBytes, familyTreeName } from '#core/my3dis/tracks/family-tree-file'
import { eventsFromMy3dis, recordFromEvents } from '#core/my3dis/foreign-record'
import type { Repair } from '#core/my3dis/repair-table'
import type { RunRecord } from '#core/run/run'
import type { RunEvent } from '#core/run/run-event'
import type { FrameMasksBytes, MaskPlaces, MaskStage, RunReader } from '#core/run/run-reader'
import { FrameMasks } from '#core/segment/frame-masks'
import type { TrackList } from '#core/segment/track'
import { idOfFolder } from '../registry/run-summary.ts'
import { frameSize } from '../scenes/list-frames.ts'
import type { Tell } from './describe/describe-level.ts'
import { type LevelSources, openLevelSources } from './candidates/level-sources.ts'
import { my3disTracks, type SourceName } from './tracks/my3dis-tracks.ts'
import type { SelectedFrames } from './tracks/opened-tracks.ts'
import { isFile } from './peek.ts'
import { describeMy3dis, type DescribeOptions } from './describe/run-description.ts'

export type OpenMy3disOptions = DescribeOptions & {
  readonly path: string
  /** Where indexes are kept: never inside of the run. */
  readonly cacheFolder: string
}

export type OpenedMy3dis = {
  readonly description: Description
  readonly reader: RunReader
  readonly record: RunRecord
  /** What the record is folded from. */
  readonly events: readonly RunEvent[]
  /** Everything found so far, each once; grows while more is read. */
  problems(): Promise<readonly Repair[]>
}

/** Throws MY3DIS_UNRECOGNISED, also for an experiment: its runs are opened one by one. What is wrong with a single store is told when it is asked. */
export async function openMy3dis({ path, cacheFolder, framesRoot }: OpenMy3disOptions): Promise<OpenedMy3dis> {
  const description = await describeMy3dis(path, { framesRoot })
  if (description.kind === 'experiment')
    throw new Fault('MY3DIS_UNRECOGNISED', { path, reason: 'it is a folder of runs, each of which is opened by itself' })
  const selected = surelySelected(description)
  const sources = openLevelSources(description, cacheFolder, selected)
  try {
    return await openedFrom(description, sources, selected)
  } catch (error) {
    await sources.close()
    throw error
  }
}

async function openedFrom(description: Description, sources: LevelSources, selected: SelectedFrames | undefined): Promise<OpenedMy3dis> {
  const found: Repair[] = [...description.repairs]
  const tell: Tell = (repair) => void found.push(repair)
  const frames = await framesOf(description, sources, selected, tell)
  const folder = description.runFolder ?? description.path
  const events = eventsFromMy3dis({
    id: idOfFolder(description.path),
    description,
    ...frames,
    ...(await pictureSize(description, sources, tell)),
    output: dirname(folder),
    modifiedAt: Math.round((await stat(folder)).mtimeMs),
  })
  return {
    description,
    record: recordFromEvents(events),
    events,
    reader: {
      places: () => placesOf(sources, tell),
      masks: (stage, level, frameIndex) => masksOf(sources, stage, level, frameIndex),
      tracks: () => tracksOf(description, sources, frames.frameIndices, tell),
      close: () => sources.close(),
    },
    problems: async () => eachOnce([...found, ...(await sources.problems())]),
  }
}

/** Undefined when indices were only counted, which is right for the first generation alone: that one counted, too. */
function surelySelected({ frames, generation }: Description): SelectedFrames | undefined {
  if (frames.indicesFrom === 'none' || (frames.indicesFrom === 'assumed' && generation !== 'E0')) return undefined
  return {
    indices: frames.frames.map(({ frameIndex }) => frameIndex),
    names: new Map(frames.frames.map(({ frameIndex, name }) => [frameIndex, name])),
  }
}

type Frames = { readonly frameIndices: readonly number[]; readonly frameNames: readonly string[] }

/** Without a selection that can be trusted, the frames are those that the stores know of. */
async function framesOf(
  description: Description,
  sources: LevelSources,
  selected: SelectedFrames | undefined,
  tell: Tell,
): Promise<Frames> {
  if (selected) return { frameIndices: selected.indices, frameNames: description.frames.frames.map(({ name }) => name) }
  const names = new Map<number, string>()
  for (const level of sources.levels) {
    const tracking = await sources.tracking(level)?.catch(unreadable('tracker', level, tell))
    for (const { frameIndex, frameName } of tracking?.frames() ?? []) names.set(frameIndex, frameName ?? names.get(frameIndex) ?? '')
    for (const stage of ['ssam', 'filter'] as const)
      for (const frameIndex of (await sources.candidateFrames(stage, level).catch(unreadable(stage, level, tell))) ?? [])
        if (!names.has(frameIndex)) names.set(frameIndex, '')
  }
  const frames = [...names].sort(([a], [b]) => a - b)
  return { frameIndices: frames.map(([index]) => index), frameNames: frames.map(([index, name]) => name || String(index)) }
}

/** A store that cannot be opened is told, and the others still count. */
function unreadable(stage: MaskStage, level: number, tell: Tell): (error: unknown) => undefined {
  return (error) => {
    if (!(error instanceof Fault)) throw error
    tell({ code: 'STORE_UNREADABLE', params: { stage, level, reason: error.message.replace(/\.$/, '') } })
    return undefined
  }
}

/** Of the first picture that is there, else of the first tracked masks by their scale, else 0. */
async function pictureSize(
  description: Description,
  sources: LevelSources,
  tell: Tell,
): Promise<{ readonly width: number; readonly height: number }> {
  const picture = description.frames.frames.find(({ file }) => file !== undefined)
  const read = picture?.file && (await frameSize(picture.file, picture.frameIndex, picture.name).catch(faultOnly))
  if (read) return read
  for (const level of sources.levels) {
    const failed = unreadable('tracker', level, tell)
    const tracking = await sources.tracking(level)?.catch(failed)
    const frame = tracking?.frames().find(({ objectCount }) => objectCount > 0)
    const masks = frame && (await tracking?.masks(frame.frameIndex).catch(failed))
    if (!masks || tracking?.scale === undefined) continue
    const [height, width] = FrameMasks.shape.size.parse(JSON.parse(new TextDecoder().decode(masks.bytes)).size)
    return { width: Math.round(width / tracking.scale), height: Math.round(height / tracking.scale) }
  }
  return { width: 0, height: 0 }
}

/** A picture that cannot be read is told where it is shown. */
function faultOnly(error: unknown): undefined {
  if (!(error instanceof Fault)) throw error
  return undefined
}

/** By stage in the order of the pipeline, then by level. A store that cannot be opened has no places. */
async function placesOf(sources: LevelSources, tell: Tell): Promise<readonly MaskPlaces[]> {
  const places: MaskPlaces[] = []
  for (const stage of ['ssam', 'filter'] as const)
    for (const level of sources.levels) {
      const frameIndices = await sources.candidateFrames(stage, level).catch(unreadable(stage, level, tell))
      if (frameIndices && frameIndices.length > 0) places.push({ stage, level, frameIndices })
    }
  for (const level of sources.levels) {
    const tracking = await sources.tracking(level)?.catch(unreadable('tracker', level, tell))
    const frameIndices = tracking?.frames().map(({ frameIndex }) => frameIndex) ?? []
    if (frameIndices.length > 0) places.push({ stage: 'tracker', level, frameIndices })
  }
  return places
}

async function masksOf(sources: LevelSources, stage: MaskStage, level: number, frameIndex: number): Promise<FrameMasksBytes | undefined> {
  if (stage === 'tracker') return (await sources.tracking(level))?.masks(frameIndex)
  const found = await sources.candidates(stage, level)?.masks(frameIndex)
  return found && { maskCount: found.masks.length, bytes: new TextEncoder().encode(JSON.stringify(found)) }
}

async function tracksOf(description: Description, sources: LevelSources, frameIndices: readonly number[], tell: Tell): Promise<TrackList> {
  const parents = await parentsOf(description, tell)
  const levels = []
  for (const level of sources.levels) {
    const tracking = await sources.tracking(level)?.catch(unreadable('tracker', level, tell))
    if (tracking) levels.push({ level, objects: tracking.objects(), parents: parents.get(level) })
  }
  const { list, repairs } = my3disTracks(levels, frameIndices)
  repairs.forEach(tell)
  return list
}

type Parents = ReadonlyMap<number, ReadonlyMap<string, SourceName | 'none'>>

/** Out of the family tree, by level and id: a parent that the tree does not hold is as good as not told. */
async function parentsOf({ runFolder }: Description, tell: Tell): Promise<Parents> {
  const path = runFolder === undefined ? undefined : join(runFolder, familyTreeName)
  if (path === undefined || !(await isFile(path))) return new Map()
  try {
    const { objects } = familyTreeFromBytes(path, await readFile(path))
    const byLevel = new Map<number, Map<string, SourceName | 'none'>>()
    for (const { id, level, parent } of objects.values()) {
      const known = parent === undefined ? undefined : objects.get(parent)
      if (parent !== undefined && known === undefined) continue
      const parents = byLevel.get(level) ?? new Map<string, SourceName | 'none'>()
      parents.set(String(id), known ? { level: known.level, sourceId: String(known.id) } : 'none')
      byLevel.set(level, parents)
    }
    return byLevel
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    tell({ code: 'SUMMARY_DAMAGED', params: { path, reason: String(error.params.reason) } })
    return new Map()
  }
}

function eachOnce(repairs: readonly Repair[]): readonly Repair[] {
  const byText = new Map(repairs.map((repair) => [`${repair.code} ${JSON.stringify(repair.params)}`, repair]))
  return [...byText.values()]
}
