// The tracker stage with a video network: tiny modules in threads of their own, on frames that lie on disk.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Assignment } from '#api/worker-api'
import { artifactName } from '#core/archive/manifest'
import { iouOfRles } from '#core/mask/overlap'
import { areaOfRle, rleFromString, stringFromRle } from '#core/mask/rle'
import type { UsableModel } from '#core/model/usable-model'
import { encodeGraph } from '#core/model/onnx-writer'
import { RunConfig } from '#core/run/run-config'
import type { FrameMasks } from '#core/segment/frame-masks'
import type { TrackList } from '#core/segment/track'
import type { UserPrompt } from '#core/segment/user-prompt'
import { maskOf, pictureOf, preprocessing, type Square, side, tinyModules } from '../sam2/video-fixture.ts'
import type { NewStageArtifact, StageContext } from '../stage.ts'
import { tracker } from './tracker.ts'

const square = (position: number): Square => ({ x: 10 + 6 * position, y: 40, side: 32, colour: [255, 0, 0] })
const frameCount = 7
const prompted = 3
const window = 2

let folder: string
let frames: Assignment['frames']
let model: UsableModel
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tracker-stage-'))
  frames = []
  for (let position = 0; position < frameCount; position++) {
    const file = join(folder, `${position}.png`)
    const { pixels } = pictureOf([square(position)])
    await sharp(pixels, { raw: { width: side, height: side, channels: 3 } })
      .png()
      .toFile(file)
    frames.push({ frameIndex: position * 10, name: `${position}.png`, file })
  }
  const sha256 = 'a'.repeat(64)
  const files: UsableModel['files'] = []
  for (const [part, make] of tinyModules) {
    const path = join(folder, `${part}.onnx`)
    const bytes = encodeGraph(make())
    await writeFile(path, bytes)
    files.push({ part, path, sha256, sizeBytes: bytes.length })
  }
  model = { name: 'tiny', path: files[0]!.path, sha256, role: 'videoTracker', family: 'sam2-video', files, preprocessing }
})
afterAll(() => rm(folder, { recursive: true }))

type Committed = { readonly position: number; readonly counts: Readonly<Record<string, number>>; readonly state: unknown }

/** Runs the stage; the filter kept one candidate, on the prompted frame. */
async function run(asked: Assignment['model'], resume?: Committed, prompts: readonly UserPrompt[] = []) {
  const emitted: NewStageArtifact[] = []
  const commits: Committed[] = []
  const rle = maskOf(square(prompted))
  const kept: FrameMasks = {
    frameIndex: prompted * 10,
    frameName: `${prompted}.png`,
    level: 2,
    size: [side, side],
    masks: [{ id: 200001, counts: stringFromRle(rle), area: areaOfRle(rle), box: [28, 40, 32, 32], score: 0.9, uniqueId: '0000_L2_0001' }],
  }
  const settings = { backend: 'onnx' as const, model: 'tiny', maxPropagate: window, prompts: [...prompts] }
  const config = RunConfig.parse({ scene: folder, output: folder, levels: [2], stages: { ssam: { every: prompted }, tracker: settings } })
  const context: StageContext = {
    assignment: {
      id: 'run/tracker',
      stage: 'tracker',
      config,
      frames,
      width: side,
      height: side,
      folder,
      device: 'cpu',
      artifacts: [],
      record: undefined,
      model: asked,
    },
    signal: new AbortController().signal,
    begin: () => {},
    progress: () => {},
    log: () => {},
    warn: (code) => expect.fail(`warned ${code}`),
    emit: async (artifact) => void emitted.push(structuredClone(artifact)),
    resume: resume && { ...resume, state: structuredClone(resume.state) },
    commit: async (position, counts, state) => {
      commits.push({ position, counts: { ...counts }, state: structuredClone(state) })
    },
    addFile: async () => {},
    spawned: () => {},
    emitFile: async () => {},
    find: (name) => (name === filtered ? entry : undefined),
    read: async () => new TextEncoder().encode(JSON.stringify(kept)),
  }
  const counts = await tracker(context)
  return { counts, emitted, commits }
}

const filtered = artifactName('filter', 'masks', { level: 2, frameIndex: prompted * 10 })
const entry: NonNullable<ReturnType<StageContext['find']>> = {
  seq: 1,
  name: filtered,
  stage: 'filter',
  kind: 'masks',
  mediaType: 'application/json',
  place: 'archive',
  length: 1,
  offset: 0,
  sha256: 'b'.repeat(64),
}
const chosen = (): Assignment['model'] => ({
  stage: 'tracker',
  role: 'videoTracker',
  source: 'chosen',
  name: 'tiny',
  model,
  skipped: [],
  degraded: false,
})
const masksIn = (emitted: readonly NewStageArtifact[]) =>
  emitted.filter(({ kind }) => kind === 'masks').map(({ value }) => value as FrameMasks)

describe('the tracker stage on a video network', () => {
  it('carries a candidate both ways as far as the window, in the shape that every reader of tracks knows', async () => {
    const { counts, emitted } = await run(chosen())
    expect(counts).toEqual({ prompts: 1, merged: 0, tracks: 1, orphans: 0 })
    const masks = masksIn(emitted)
    expect(masks.map(({ frameIndex }) => frameIndex)).toEqual([0, 10, 20, 30, 40, 50, 60])
    expect(masks.map((frame) => frame.masks.map(({ id }) => id))).toEqual([[], [200001], [200001], [200001], [200001], [200001], []])
    for (const [position, frame] of masks.entries())
      for (const { counts: text } of frame.masks)
        expect(iouOfRles(rleFromString(text, [side, side]), maskOf(square(position)))).toBeGreaterThan(0.87)
    const list = emitted.findLast(({ kind }) => kind === 'tracks')!.value
    expect(list).toMatchObject({ framesDone: 7, tracks: [{ id: 200001, visible: [[1, 5]], firstFrame: 10, lastFrame: 50, frameCount: 5 }] })
  })

  it('taken up at a committed frame it ends in the same masks and tracks', async () => {
    const whole = await run(chosen())
    const middle = whole.commits.find(({ position }) => position === 5) ?? whole.commits.findLast(({ position }) => position < frameCount)!
    const rest = await run(chosen(), middle)
    expect(rest.counts).toEqual(whole.counts)
    const written = masksIn(whole.emitted).slice(-masksIn(rest.emitted).length)
    expect(masksIn(rest.emitted)).toEqual(written)
    expect(rest.emitted.at(-1)).toEqual(whole.emitted.at(-1))
  })

  it('follows a mask that a person gave, on a frame without candidates and on one where it lies on a candidate', async () => {
    const given = (position: number): UserPrompt => ({
      frameIndex: position * 10,
      level: 2,
      size: [side, side],
      counts: stringFromRle(maskOf(square(position))),
    })
    const { counts, emitted } = await run(chosen(), undefined, [given(5), given(prompted)])
    // The candidate on frame 30 is found to be what the person gave there; the mask on frame 50 corrects what was carried there.
    expect(counts).toEqual({ prompts: 1, merged: 1, tracks: 1, orphans: 0 })
    const { tracks } = emitted.findLast(({ kind }) => kind === 'tracks')!.value as TrackList
    expect(tracks.map(({ prompt, visible, merged, corrected }) => ({ at: prompt?.frameIndex, visible, merged, corrected }))).toEqual([
      { at: 30, visible: [[1, 6]], merged: 1, corrected: [50] },
    ])
    for (const [position, frame] of masksIn(emitted).entries())
      for (const { counts: text } of frame.masks)
        expect(iouOfRles(rleFromString(text, [side, side]), maskOf(square(position)))).toBeGreaterThan(0.87)
  })

  it('refuses a mask of another size with its frame and level', async () => {
    const small: UserPrompt = { frameIndex: 30, level: 2, size: [2, 2], counts: '04' }
    await expect(run(chosen(), undefined, [small])).rejects.toMatchObject({ code: 'PROMPT_UNUSABLE', params: { frameIndex: 30, level: 2 } })
  })

  it('never falls to another backend by itself', async () => {
    await expect(run(undefined)).rejects.toMatchObject({ code: 'CONFIG_INVALID', params: { where: 'stages.tracker.model' } })
  })
})
