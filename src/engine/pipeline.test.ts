// The whole pipeline by a real worker on a small synthetic scene whose right answer is known.
import { mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { channelPair } from '#api/channel'
import { connectEngine } from '#api/client'
import { containment } from '#core/mask/overlap'
import { iouOfRles } from '#core/mask/overlap'
import { areaOfRle, boundsOfRle, rleFromString } from '#core/mask/rle'
import { rlesFromLabels } from '#core/mask/label-raster'
import type { RunRecord } from '#core/run/run'
import { makeSyntheticScene } from '#core/scene/synthetic'
import { FrameMasks, levelOfId } from '#core/segment/frame-masks'
import { FrameDecisions, type Track, TrackList } from '#core/segment/track'
import { runWorker } from '#worker/worker'
import { createEngine, openRunFolder, type RunFolder } from './engine.ts'

const frameCount = 7
const size = { width: 160, height: 120 }
let folder: string
let run: RunFolder
let record: RunRecord
let truth: Map<number, ReturnType<typeof rlesFromLabels>>

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scenewright-pipeline-'))
  const color = join(folder, 'scene', 'color')
  await mkdir(color, { recursive: true })
  const scene = makeSyntheticScene({ ...size, frames: frameCount })
  truth = new Map()
  for (let i = 0; i < frameCount; i += 1) {
    const { rgb, labels } = scene.frame(i)
    truth.set(i, rlesFromLabels(labels, size.width, size.height))
    await sharp(rgb, { raw: { ...size, channels: 3 } })
      .png()
      .toFile(join(color, `${i}.png`))
  }
  const engine = await createEngine({
    stateFolder: join(folder, 'state'),
    defaultOutput: join(folder, 'out'),
    home: folder,
    roots: undefined,
    buildId: 'b',
    version: '1',
    spawnWorker: async () => {
      const [near, far] = channelPair()
      runWorker(far)
      const { promise: exited, resolve } = Promise.withResolvers<{ reason: string }>()
      return { channel: near, pid: undefined, exited, kill: async () => resolve({ reason: 'ended' }) }
    },
  })
  const [near, far] = channelPair()
  engine.attach(far)
  const { call } = connectEngine(near)
  const { runId } = await call.runs.start({
    scene: join(folder, 'scene'),
    output: join(folder, 'out'),
    levels: [2, 4],
    stages: { ssam: { every: 3, maxCandidates: 60, addGaps: true }, tracker: { maxPropagate: 2 }, report: { pictures: 2 } },
  })
  for await (const batch of await call.runs.events({ runId, after: 0 })) void batch
  run = await openRunFolder((await call.runs.list())[0]!.folder)
  record = run.record
  await engine.close()
}, 120_000)
afterAll(async () => {
  await run?.close()
  await rm(folder, { recursive: true, force: true })
})

async function read(name: string): Promise<unknown> {
  const entry = run.listing.entries.get(name)
  if (!entry) throw new Error(`no ${name} in the run`)
  return JSON.parse(new TextDecoder().decode(await run.readArtifact(entry)))
}
const masksOf = async (stage: string, level: number, frame: number) =>
  FrameMasks.parse(await read(`${stage}/masks/level_${level}/${String(frame).padStart(6, '0')}.json`))
const rle = (mask: { counts: string }) => rleFromString(mask.counts, [size.height, size.width])

describe('the pipeline on a known scene', () => {
  it('succeeds in every stage and says which backend ran and why', () => {
    expect(record.fault).toBeUndefined()
    expect(record.state).toBe('succeeded')
    expect(record.stages.find((stage) => stage.id === 'ssam')).toMatchObject({ backend: 'built-in', done: 3, total: 3 })
    expect(record.stages.find((stage) => stage.id === 'tracker')?.backendReason).toMatch(/flow/)
  })

  it('candidates lie inside the parent that was recorded for them, and their area and box are those of their mask', async () => {
    const coarse = await masksOf('ssam', 2, 3)
    const fine = await masksOf('ssam', 4, 3)
    expect(coarse.masks.length).toBeGreaterThan(2)
    const byId = new Map(coarse.masks.map((mask) => [mask.id, mask]))
    const children = fine.masks.filter((mask) => mask.parent !== undefined)
    expect(children.length).toBeGreaterThan(0)
    for (const child of children) expect(containment(rle(child), rle(byId.get(child.parent!)!))).toBe(1)
    for (const mask of [...coarse.masks, ...fine.masks]) {
      expect(areaOfRle(rle(mask))).toBe(mask.area)
      expect(boundsOfRle(rle(mask))).toEqual(mask.box)
      expect(mask.uniqueId).toMatch(/^0001_[24]_(gap)?\d{4}$/)
    }
  })

  it('kept and dropped candidates together are all candidates, each drop with its reason', async () => {
    for (const level of [2, 4]) {
      const offered = await masksOf('ssam', level, 0)
      const filtered = await masksOf('filter', level, 0)
      const ids = [...filtered.masks, ...(filtered.dropped ?? [])].map((mask) => mask.id).sort((a, b) => a - b)
      expect(ids).toEqual(offered.masks.map((mask) => mask.id).sort((a, b) => a - b))
    }
  })

  it('every kept candidate is decided: it prompts a track, or is found to be one already there by more than the threshold', async () => {
    const { tracks } = TrackList.parse(await read('tracker/tracks.json'))
    const known = new Set(tracks.map((track) => track.id))
    for (const frame of [0, 3, 6]) {
      for (const level of [2, 4]) {
        const kept = await masksOf('filter', level, frame)
        const { decisions } = FrameDecisions.parse(await read(`tracker/decisions/level_${level}/${String(frame).padStart(6, '0')}.json`))
        expect(decisions.map((decision) => decision.candidateId)).toEqual(kept.masks.map((mask) => mask.id))
        for (const decision of decisions) {
          expect(known.has(decision.trackId!)).toBe(true)
          if (!decision.accepted) expect(decision.bestIou).toBeGreaterThan(0.6)
        }
      }
    }
    expect(record.stages.find((stage) => stage.id === 'tracker')?.counts.merged).toBeGreaterThan(0)
  })

  it('track ids are unique in the run, carry their level, and a parent lies one chosen level above', async () => {
    const { tracks, framesDone } = TrackList.parse(await read('tracker/tracks.json'))
    expect(framesDone).toBe(frameCount)
    expect(new Set(tracks.map((track) => track.id)).size).toBe(tracks.length)
    for (const track of tracks) {
      expect(levelOfId(track.id)).toBe(track.level)
      if (track.parent !== undefined) expect(levelOfId(track.parent)).toBe(2)
    }
  })

  it('no track goes further from its prompt than the window, and the list of tracks agrees with the frames', async () => {
    const { tracks } = TrackList.parse(await read('tracker/tracks.json'))
    const seen = new Map<number, number[]>()
    for (let frame = 0; frame < frameCount; frame += 1)
      for (const level of [2, 4])
        for (const mask of (await masksOf('tracker', level, frame)).masks) seen.set(mask.id, [...(seen.get(mask.id) ?? []), frame])
    const frames = (track: Track) => track.visible.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, i) => from + i))
    for (const track of tracks) {
      expect(seen.get(track.id)).toEqual(frames(track))
      for (const frame of frames(track)) expect(Math.abs(frame - track.prompt!.frameIndex)).toBeLessThanOrEqual(2)
    }
  })

  it('finds the largest things of the scene, and carries them through frames without candidates', async () => {
    const large = [...truth.get(1)!].sort((a, b) => areaOfRle(b[1]) - areaOfRle(a[1])).slice(0, 3)
    const tracked = [...(await masksOf('tracker', 2, 1)).masks, ...(await masksOf('tracker', 4, 1)).masks]
    const best = large.map(([, mask]) => Math.max(...tracked.map((one) => iouOfRles(rle(one), mask))))
    expect(Math.max(...best)).toBeGreaterThan(0.7)
  })

  it('the report names every picture by a relative path that exists', async () => {
    const html = await readFile(join(run.folder, 'report.html'), 'utf8')
    const markdown = await readFile(join(run.folder, 'report.md'), 'utf8')
    const named = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1]!)
    expect(named.length).toBeGreaterThanOrEqual(8)
    for (const path of named) expect((await stat(join(run.folder, path))).size).toBeGreaterThan(1000)
    for (const [, path] of markdown.matchAll(/!\[[^\]]*\]\(([^)]+)\)/g)) expect((await stat(join(run.folder, path!))).isFile()).toBe(true)
    expect(markdown).toContain('## Resources')
  })
})
