// A run held against true masks: what its candidates could have reached on each frame, and what its tracks did reach.
import { resolve } from 'node:path'
import { Fault } from '#core/base/fault'
import { containment, unionOfRles } from '#core/mask/overlap'
import { scaleRle } from '#core/mask/resize'
import { emptyRle, type Rle, rleFromString } from '#core/mask/rle'
import { regionScore } from '#core/metric/region'
import { anyObject, idsOf, listMasks, numbersObjects, objectsOf, readRaster, stemOf } from '#engine/engine'
import { maskPlaces, type MaskStage, readMasks, type RunFolder } from './run-folders.ts'

type Best = { readonly iou: number; readonly id: number | undefined; readonly count: number }

export type FrameOverlap = {
  readonly frameIndex: number
  /** Among all candidates of all levels, and among those the filter kept; `count` is how many there were. */
  readonly candidate: Best
  readonly kept: Best
}

export type LevelTracks = {
  readonly level: number
  readonly trackCount: number
  /** The one track whose mean J is greatest. */
  readonly best: { readonly id: number; readonly J: number } | undefined
  /** Tracks joined one after another while the mean J rises: what the level reaches when an object lies in parts. */
  readonly greedy: { readonly ids: readonly number[]; readonly J: number } | undefined
}

export type ObjectInRun = {
  readonly id: number
  readonly frames: readonly FrameOverlap[]
  /** Means over the frames on which the object is visible. */
  readonly candidate: number
  readonly kept: number
  readonly levels: readonly LevelTracks[]
}

export type RunScore = {
  readonly type: 'run'
  readonly frames: number
  /** Most and mean number of candidates on one frame. */
  readonly candidatesMost: number
  readonly candidatesMean: number
  readonly candidate: number
  readonly kept: number
  readonly objects: readonly ObjectInRun[]
}

type TruthFrame = { readonly frameIndex: number; readonly objects: ReadonlyMap<number, Rle>; readonly size: readonly [number, number] }

/** Throws TRUTH_MISMATCH when no truth belongs to a frame of the run. */
export async function scoreRun(run: RunFolder, truthFolder: string): Promise<RunScore> {
  const truth = truthOfRun(run, truthFolder)
  const ids = [...new Set(truth.flatMap(({ objects }) => [...objects.keys()]))].sort((a, b) => a - b)
  if (ids.length === 0) throw new Fault('TRUTH_MISMATCH', { path: resolve(truthFolder), reason: 'no object is visible in it' })
  const overlaps = new Map<number, FrameOverlap[]>(ids.map((id) => [id, []]))
  for (const frame of truth) {
    const candidates = await masksOfFrame(run, 'ssam', frame)
    if (!candidates) continue
    const kept = (await masksOfFrame(run, 'filter', frame)) ?? []
    for (const [id, mask] of frame.objects)
      overlaps.get(id)!.push({ frameIndex: frame.frameIndex, candidate: bestOf(candidates, mask), kept: bestOf(kept, mask) })
  }
  const levels = [...maskPlaces(run.listing, 'tracker').keys()]
  const objects: ObjectInRun[] = []
  for (const id of ids) {
    const frames = overlaps.get(id)!
    const scored: LevelTracks[] = []
    for (const level of levels) scored.push(await scoreLevel(run, level, truth, id))
    const candidate = mean(frames.map((frame) => frame.candidate.iou))
    objects.push({ id, frames, candidate, kept: mean(frames.map((frame) => frame.kept.iou)), levels: scored })
  }
  const counts = objects[0]!.frames.map((frame) => frame.candidate.count)
  return {
    type: 'run',
    frames: truth.length,
    candidatesMost: Math.max(0, ...counts),
    candidatesMean: mean(counts),
    candidate: mean(objects.map((object) => object.candidate)),
    kept: mean(objects.map((object) => object.kept)),
    objects,
  }
}

/** Truth files matched to the run's frames by stem, else by place when there is one for each frame of the scene. */
function truthOfRun({ record }: RunFolder, truthFolder: string): TruthFrame[] {
  const files = listMasks(truthFolder)
  const byStem = new Map(files.map((file) => [stemOf(file), file]))
  const inOrder = files.length === record.scene.frameCount
  const matched = record.frameIndices.flatMap((frameIndex, i) => {
    const file = byStem.get(stemOf(record.frameNames[i]!)) ?? (inOrder ? files[frameIndex] : undefined)
    return file === undefined ? [] : [{ frameIndex, raster: readRaster(file) }]
  })
  if (matched.length === 0)
    throw new Fault('TRUTH_MISMATCH', { path: resolve(truthFolder), reason: 'none of its names is that of a frame of the run' })
  const numbered = matched.every(({ raster }) => numbersObjects(raster)) && new Set(matched.flatMap(({ raster }) => idsOf(raster))).size > 1
  return matched.map(({ frameIndex, raster }) => {
    const objects = numbered ? objectsOf(raster) : idsOf(raster).length > 0 ? new Map([[1, anyObject(raster)]]) : new Map<number, Rle>()
    return { frameIndex, objects, size: [raster.height, raster.width] as const }
  })
}

type IdMask = { readonly id: number; readonly mask: Rle }

/** Masks of all levels, or of one, in the size of the truth; undefined when the stage wrote nothing for the frame. */
async function masksOfFrame(run: RunFolder, stage: MaskStage, frame: TruthFrame, only?: number): Promise<IdMask[] | undefined> {
  const found: IdMask[] = []
  let any = false
  for (const level of only === undefined ? maskPlaces(run.listing, stage).keys() : [only]) {
    const masks = await readMasks(run, stage, level, frame.frameIndex)
    if (!masks) continue
    any = true
    for (const { id, counts } of masks.masks) found.push({ id, mask: scaleRle(rleFromString(counts, masks.size), frame.size) })
  }
  return any ? found : undefined
}

function bestOf(masks: readonly IdMask[], truth: Rle): Best {
  let iou = 0
  let id: number | undefined
  for (const candidate of masks) {
    const value = regionScore(candidate.mask, truth)
    if (value > iou) {
      iou = value
      id = candidate.id
    }
  }
  return { iou, id, count: masks.length }
}

/** A track counts for joining when at least this share of its pixels lies on the object on some frame. */
const partShare = 0.5

async function scoreLevel(run: RunFolder, level: number, truth: readonly TruthFrame[], id: number): Promise<LevelTracks> {
  const places = new Set(maskPlaces(run.listing, 'tracker').get(level))
  const frames = truth.filter(({ frameIndex }) => places.has(frameIndex))
  const wanted = frames.map(({ objects, size }) => objects.get(id) ?? emptyRle(size[0], size[1]))
  const tracks = new Map<number, (Rle | undefined)[]>()
  const parts = new Set<number>()
  for (const [i, frame] of frames.entries())
    for (const { id: track, mask } of (await masksOfFrame(run, 'tracker', frame, level)) ?? []) {
      const masks = tracks.get(track) ?? new Array<Rle | undefined>(frames.length).fill(undefined)
      masks[i] = mask
      tracks.set(track, masks)
      if (containment(mask, wanted[i]!) >= partShare) parts.add(track)
    }
  const meanJ = (masks: readonly (Rle | undefined)[]) =>
    mean(wanted.map((mask, i) => regionScore(masks[i] ?? emptyRle(mask.size[0], mask.size[1]), mask)))
  const ranked = [...tracks].map(([track, masks]) => ({ id: track, masks, J: meanJ(masks) })).sort((a, b) => b.J - a.J)
  const first = ranked[0]
  if (!first) return { level, trackCount: 0, best: undefined, greedy: undefined }
  const rest = ranked.filter((track) => track !== first && parts.has(track.id))
  return { level, trackCount: tracks.size, best: { id: first.id, J: first.J }, greedy: joinGreedily(first, rest, meanJ) }
}

type ScoredTrack = { readonly id: number; readonly masks: readonly (Rle | undefined)[]; readonly J: number }

function joinGreedily(first: ScoredTrack, rest: readonly ScoredTrack[], meanJ: (masks: readonly (Rle | undefined)[]) => number) {
  let joined = first.masks
  let J = first.J
  const ids = [first.id]
  for (const track of rest) {
    const next = joined.map((mask, i) => joinMasks(mask, track.masks[i]))
    const value = meanJ(next)
    if (value <= J) continue
    joined = next
    J = value
    ids.push(track.id)
  }
  return { ids, J }
}

function joinMasks(a: Rle | undefined, b: Rle | undefined): Rle | undefined {
  if (!a || !b) return a ?? b
  return unionOfRles([a, b], a.size[0], a.size[1])
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
}
