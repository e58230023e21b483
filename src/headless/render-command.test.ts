// Tests of `inspect render` on a run folder with pictures: what is drawn, what is refused, and what ffmpeg is given.
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { rleFromString } from '#core/mask/rle'
import { covers } from '#core/mask/label-raster'
import { colourOfMask } from '#core/view/mask-colours'
import { fixtureRun } from '#engine/export/export-fixture'
import { writeOwnRun } from '#engine/export/written-run'
import { runCli } from './cli.ts'
import { type GatheredOutput, gatheredOutput } from './cli-fixture.ts'

let base = ''
let said: GatheredOutput
const path = process.env.PATH
const cli = (...words: string[]) => runCli(['inspect', 'render', join(base, 'run'), ...words], said.output)
const at = (name: string) => join(base, name)

beforeEach(async () => {
  said = gatheredOutput()
  base = mkdtempSync(join(tmpdir(), 'scenewright-render-'))
  const { record, frames, tracks } = fixtureRun({ frames: 2 })
  const framesPath = at('frames')
  mkdirSync(framesPath)
  for (const name of record.frameNames) {
    const ground = sharp({ create: { width: 160, height: 120, channels: 3, background: { r: 100, g: 100, b: 100 } } })
    await ground.toFormat(name.endsWith('.png') ? 'png' : 'jpeg').toFile(join(framesPath, name))
  }
  await writeOwnRun(
    at('run'),
    { ...record, scene: { ...record.scene, framesPath, width: 160, height: 120 } },
    (stage) => [...frames].filter(([key]) => key.startsWith(stage)).map(([, frame]) => frame),
    tracks,
  )
})
afterEach(() => {
  process.env.PATH = path
  rmSync(base, { recursive: true, force: true })
})

async function pixelsOf(file: string) {
  const { data, info } = await sharp(file).ensureAlpha().raw().toBuffer({ resolveWithObject: true })
  return { info, at: (x: number, y: number) => [...data.subarray((y * info.width + x) * 4, (y * info.width + x) * 4 + 4)] }
}

describe('one frame', () => {
  it('has every pixel of a mask in its colour and all others as the picture has them', async () => {
    const words = ['--frame', '2', '--level', '4', '--draw', 'fill', '--opacity', '1', '--out', at('x.png')]
    expect(await cli(...words)).toBe(0)
    const { masks, size } = fixtureRun({ frames: 2 }).frames.get('tracker/4/2')!
    const drawn = await pixelsOf(at('x.png'))
    for (let y = 0; y < 120; y += 1)
      for (let x = 0; x < 160; x += 1) {
        const under = masks.filter(({ counts }) => covers(rleFromString(counts, size), x, y)).map((one) => one.id)
        if (under.length > 1) continue
        const [red, green, blue] = under[0] === undefined ? [100, 100, 100] : colourOfMask(under[0], 'vivid')
        expect(drawn.at(x, y)).toEqual([red, green, blue, 255])
      }
  })

  it('follows a view of the page, and words go before it', async () => {
    const view = { format: 'scenewright.view', version: 1, frameIndex: 0, draw: 'fill', opacity: 0, width: 320 }
    writeFileSync(at('view.json'), JSON.stringify(view))
    expect(await cli('--view', at('view.json'), '--out', at('a.png'))).toBe(0)
    expect(await cli('--view', at('view.json'), '--out', at('b.png'), '--width', '80', '--json')).toBe(0)
    expect((await pixelsOf(at('a.png'))).info).toMatchObject({ width: 320, height: 240 })
    expect(JSON.parse(said.out.at(-1)!)).toMatchObject({ width: 80, height: 60, stage: 'tracker', frames: [0] })
  })

  it('is refused with a sentence when the view is none, the frame is not there, or the place is taken', async () => {
    writeFileSync(at('view.json'), '{"format":"scenewright.view","version":1,"opacty":1}')
    expect(await cli('--view', at('view.json'), '--out', at('a.png'))).toBe(1)
    expect(said.err.at(-1)).toMatch(/opacty.*\[VIEW_INVALID\]/s)
    expect(await cli('--frame', '1', '--out', at('a.png'))).toBe(1)
    expect(said.err.at(-1)).toMatch(/frame 1.*\[ARTIFACT_MISSING\]/s)
    expect(await cli('--opacity', '7', '--out', at('a.png'))).toBe(2)
    expect(await cli('--frames', '0:2', '--out', at('a.png'))).toBe(2)
    expect(existsSync(at('a.png'))).toBe(false)
    expect(await cli('--out', at('view.json'))).toBe(1)
    expect(said.err.at(-1)).toMatch(/\[EXPORT_EXISTS\]/)
  })
})

describe('several frames', () => {
  it('become a folder with a picture each', async () => {
    expect(await cli('--frames', '0:9', '--out', at('out'))).toBe(0)
    expect(readdirSync(at('out'))).toEqual(['000000.png', '000002.png'])
    expect(said.out.at(-1)).toContain('2 frames of stage tracker, 160 x 120 pixels')
  })

  it('become a video: ffmpeg is told size and rate, and gets every byte of every frame', async () => {
    mkdirSync(at('bin'))
    const script = '#!/bin/sh\nfor last; do :; done\necho "$@" > "$(dirname "$last")/args"\ncat > "$last"\n'
    writeFileSync(at('bin/ffmpeg'), script)
    chmodSync(at('bin/ffmpeg'), 0o755)
    process.env.PATH = `${at('bin')}:${path}`
    expect(await cli('--frames', '0:9', '--rate', '12', '--out', at('x.mp4'))).toBe(0)
    expect(readFileSync(at('args'), 'utf8')).toContain('-f rawvideo -pix_fmt rgba -s 160x120 -r 12 -i pipe:0')
    expect(readFileSync(at('x.mp4')).length).toBe(160 * 120 * 4 * 2)
  })

  it('say that ffmpeg is missing, or what it said when it failed, and leave nothing behind', async () => {
    mkdirSync(at('bin'))
    process.env.PATH = at('bin')
    expect(await cli('--frames', '0:9', '--out', at('x.mp4'))).toBe(1)
    expect(said.err.at(-1)).toMatch(/\[VIDEO_WRITER_MISSING\]/)
    writeFileSync(at('bin/ffmpeg'), '#!/bin/sh\necho "Unknown encoder" >&2\nexit 1\n')
    chmodSync(at('bin/ffmpeg'), 0o755)
    expect(await cli('--frames', '0:9', '--out', at('x.mp4'))).toBe(1)
    expect(said.err.at(-1)).toMatch(/Unknown encoder.*\[VIDEO_NOT_WRITTEN\]/s)
    expect(readdirSync(base).filter((name) => name.startsWith('x.mp4'))).toEqual([])
  })
})
