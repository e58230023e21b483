// A small run in memory for tests of exports: candidates, filtered candidates and tracks of drifting discs on two levels.
import { areaOfRle, boundsOfRle, type Rle, rleFromMask, stringFromRle } from '#core/mask/rle'
import { foldRun, type RunRecord } from '#core/run/run'
import { RunConfig } from '#core/run/run-config'
import type { MaskStage, RunReader } from '#core/run/run-reader'
import { type FrameMasks, idInLevel, type MaskEntry, uniqueCandidateId } from '#core/segment/frame-masks'
import type { Track } from '#core/segment/track'

export type FixtureSize = { readonly frames: number; readonly objects: number; readonly size: readonly [height: number, width: number] }
export const levels = [2, 4] as const
const standard: FixtureSize = { frames: 5, objects: 3, size: [120, 160] }

/** Every second picture of the scene is selected. */
export const frameIndexAt = (position: number) => position * 2

export function discMask(number: number, level: number, position: number, [height, width]: readonly [number, number]): Rle {
  const radius = (level === 2 ? 0.14 : 0.07) * height
  const [cx, cy] = [((number * 0.29 + 0.2 + position * 0.013) % 1) * width, ((number * 0.37 + 0.3) % 1) * height]
  const on = (_: unknown, i: number) => (((i % width) - cx) ** 2 + (Math.floor(i / width) - cy) ** 2 < radius ** 2 ? 1 : 0)
  return rleFromMask(Uint8Array.from({ length: width * height }, on), width, height)
}

export function entryOf(mask: Rle, more: Pick<MaskEntry, 'id'> & Partial<MaskEntry>): MaskEntry {
  const [x, y, width, height] = boundsOfRle(mask) ?? [0, 0, 0, 0]
  return { counts: stringFromRle(mask), area: areaOfRle(mask), box: [x, y, width, height], score: 0.75, ...more }
}

export type FixtureRun = {
  readonly record: RunRecord
  readonly reader: RunReader
  /** By `stage/level/frameIndex`. */
  readonly frames: Map<string, FrameMasks>
  readonly tracks: readonly Track[]
}

export function fixtureRun(wanted: Partial<FixtureSize> = {}): FixtureRun {
  const { frames: count, objects, size } = { ...standard, ...wanted }
  const positions = Array.from({ length: count }, (_, position) => position)
  const numbers = Array.from({ length: objects }, (_, i) => i + 1)
  const frames = new Map<string, FrameMasks>()
  const put = (stage: MaskStage, level: number, position: number, masks: MaskEntry[]) => {
    const frameIndex = frameIndexAt(position)
    const frame = { frameIndex, frameName: nameOf(position), level, size: [size[0], size[1]] as [number, number], masks }
    frames.set(`${stage}/${level}/${frameIndex}`, stage === 'filter' ? { ...frame, dropped: [] } : frame)
  }
  for (const level of levels)
    for (const position of positions) {
      const masks = numbers.map((number) => discMask(number, level, position, size))
      const parent = (number: number) => (level === 4 ? { parent: idInLevel(2, number) } : {})
      put(
        'tracker',
        level,
        position,
        masks.map((mask, i) => entryOf(mask, { id: idInLevel(level, i + 1), ...parent(i + 1) })),
      )
      if (position % 2 === 1) continue
      const candidates = masks.map((mask, i) =>
        entryOf(mask, {
          id: idInLevel(level, i + 1),
          uniqueId: uniqueCandidateId(position / 2, level, i),
          stability: 0.875,
          ...parent(i + 1),
        }),
      )
      put('ssam', level, position, candidates)
      put('filter', level, position, candidates.slice(0, -1))
    }
  const tracks = levels.flatMap((level) => numbers.map((number) => trackOf(level, number, count)))
  return { record: recordOf(positions, size), reader: readerOf(frames, tracks), frames, tracks }
}

const nameOf = (position: number) => `${10_000 + position * 3}.png`

function trackOf(level: number, number: number, count: number): Track {
  return {
    id: idInLevel(level, number),
    level,
    ...(level === 4 ? { parent: idInLevel(2, number) } : {}),
    orphan: false,
    prompt: { frameIndex: 0, candidateId: idInLevel(level, number), uniqueId: uniqueCandidateId(0, level, number - 1) },
    visible: [[0, count - 1]],
    frameCount: count,
    firstFrame: 0,
    lastFrame: frameIndexAt(count - 1),
    meanScore: 0.75,
    meanArea: 100.5,
    maxArea: 120,
    merged: 1,
  }
}

export function readerOf(frames: ReadonlyMap<string, FrameMasks>, tracks: readonly Track[]): RunReader {
  return {
    places: async () => {
      const groups = new Map<string, { stage: MaskStage; level: number; frameIndices: number[] }>()
      for (const [key, { level, frameIndex }] of frames) {
        const stage = (['ssam', 'filter', 'tracker'] as const).find((one) => key.startsWith(one))!
        const group = groups.get(`${stage}${level}`) ?? { stage, level, frameIndices: [] }
        group.frameIndices.push(frameIndex)
        groups.set(`${stage}${level}`, group)
      }
      return [...groups.values()]
    },
    masks: async (stage, level, frameIndex) => {
      const frame = frames.get(`${stage}/${level}/${frameIndex}`)
      return frame && { maskCount: frame.masks.length, bytes: new TextEncoder().encode(JSON.stringify(frame)) }
    },
    tracks: async () => ({ framesDone: 1, tracks: [...tracks] }),
    close: async () => {},
  }
}

function recordOf(positions: readonly number[], [height, width]: readonly [number, number]): RunRecord {
  const config = RunConfig.parse({ scene: '/scenes/kitchen/color', output: '/runs', levels: [...levels], frames: { step: 2 } })
  const queued = foldRun(undefined, {
    type: 'runQueued',
    seq: 1,
    at: Date.UTC(2026, 0, 2, 3, 4, 5),
    runId: '20260102-030405-kitchen',
    name: 'Küche',
    config,
    scene: { name: 'kitchen', kind: 'folder', framesPath: '/scenes/kitchen/color', frameCount: positions.length * 2, width, height },
    frameIndices: positions.map(frameIndexAt),
    frameNames: positions.map(nameOf),
    appVersion: '0.1.0',
    buildId: 'test',
  })
  const stages = queued.stages.map((stage, i) => ({
    ...stage,
    state: 'succeeded' as const,
    startedAt: queued.queuedAt + i * 2000,
    durationMs: 1500,
  }))
  return { ...queued, state: 'succeeded', stages, startedAt: queued.queuedAt, endedAt: queued.queuedAt + 8000 }
}
