import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cli } from './cli-fixture.ts'
import { resolveRunSettings } from './run-settings.ts'
import { pngFromIndices } from '#engine/engine'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'scenewright-cli-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('wrong usage ends with 2, says why on stderr, and starts nothing', () => {
  const cases: Record<string, readonly [words: readonly string[], sentence: RegExp]> = {
    'an unknown command': [['fly'], /unknown command/],
    'an unknown option': [['demo', '--fast'], /unknown option/],
    'a missing folder': [['run', '--out', 'x'], /scene is not set: name a folder of frames/],
    'a missing --out': [['run', 'x'], /--out/],
    'levels that are no numbers': [['run', 'x', '--out', 'y', '--levels', '2,b'], /--levels: "2,b"/],
    'levels that do not ascend': [['run', 'x', '--out', 'y', '--levels', '4,2'], /levels must ascend/],
    'a slice that is none': [['run', 'x', '--out', 'y', '--frames', 'all'], /start:end:step/],
    'an unknown preset': [['run', 'x', '--out', 'y', '--preset', 'best'], /standard, quick, fine/],
    'a setting without a value': [['run', 'x', '--out', 'y', '--set', 'name'], /path=value/],
    'a setting that does not exist': [
      ['run', 'x', '--out', 'y', '--set', 'stages.filter.minimumArea=3'],
      /minimumArea \(--set\): there is no such setting; the nearest is stages\.filter\.minArea\./,
    ],
    'a setting of the wrong kind': [['run', 'x', '--out', 'y', '--set', 'stages.filter.minArea=big'], /stages\.filter\.minArea/],
    'a port that is no number': [['serve', '--port', 'http'], /whole number/],
    'a stage without masks': [['inspect', 'dump', 'x', '--out', 'y', '--stage', 'report'], /Allowed choices/],
  }
  it.each(Object.entries(cases))('%s', async (_name, [words, sentence]) => {
    const { code, out, err } = await cli(...words)
    expect(code).toBe(2)
    expect(out).toBe('')
    expect(err).toMatch(sentence)
  })
})

describe('help and version end with 0 on stdout', () => {
  it.each([[['--help']], [['run', '--help']], [['--version']]])('%s', async (words) => {
    const { code, out, err } = await cli(...words)
    expect([code, err]).toEqual([0, ''])
    expect(out.length).toBeGreaterThan(4)
  })
})

describe('what is not there is a failure (1) with sentence, remedy and code', () => {
  it('no run', async () => {
    const { code, err } = await cli('inspect', 'show', join(folder, 'nowhere'))
    expect(code).toBe(1)
    expect(err).toMatch(/is not the folder of a run: nothing is there\.\nChoose the folder that holds run\.json\. \[RUN_FOLDER_EXPECTED\]/)
  })
  it('no frames to track in', async () => {
    expect((await cli('track', folder, '--prompt', 'x.png', '--out', folder)).err).toContain('[SCENE_WITHOUT_FRAMES]')
  })
})

describe('an output folder stands for its run only when it holds exactly one', () => {
  it('several are listed by name, as wrong usage', async () => {
    const out = join(folder, 'two')
    for (const name of ['a', 'b']) {
      mkdirSync(join(out, name), { recursive: true })
      writeFileSync(join(out, name, 'run.json'), '{}')
    }
    const { code, err } = await cli('inspect', 'show', out)
    expect(code).toBe(2)
    expect(err).toMatch(/holds 2 runs; name one of them: a, b\./)
  })

  it('verify takes them all, and one that cannot be read stops no other', async () => {
    const out = join(folder, 'both')
    for (const name of ['a', 'b']) {
      mkdirSync(join(out, name), { recursive: true })
      writeFileSync(join(out, name, 'run.json'), '{}')
    }
    const { code, out: said } = await cli('inspect', 'verify', out)
    expect(code).toBe(1)
    expect(said).toContain('2 runs, 2 of them broken.')
  })
})

describe('score of masks', () => {
  const width = 40
  const height = 30
  const write = (name: string, file: string, paint: (x: number, y: number) => number, palette?: Uint8Array) => {
    mkdirSync(join(folder, name), { recursive: true })
    const values = Uint16Array.from({ length: width * height }, (_, i) => paint(i % width, Math.floor(i / width)))
    writeFileSync(join(folder, name, file), pngFromIndices({ width, height, values, palette }))
  }

  it('gives half an overlap as J, and leaves out the first and the last frame', async () => {
    for (let i = 0; i < 4; i += 1) {
      write('truth', `${i}.png`, (x, y) => (x < 20 && y < 10 ? 255 : 0))
      // The outer frames are wrong on purpose: they must not count.
      write('found', `${i}.png`, (x, y) => (i === 0 || i === 3 ? 0 : x < 10 && y < 10 ? 255 : 0))
    }
    const { code, out } = await cli('score', join(folder, 'found'), '--truth', join(folder, 'truth'), '--json')
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ type: 'masks', frames: 4, found: 4, J: 0.5 })
  })

  it('scores the objects of a palette each by its number, and a swapped pair is wrong', async () => {
    const palette = Uint8Array.of(0, 0, 0, 255, 0, 0, 0, 255, 0)
    for (let i = 0; i < 3; i += 1) {
      write('truth2', `${i}.png`, (x) => (x < 20 ? 1 : 2), palette)
      write('same2', `${i}.png`, (x) => (x < 20 ? 1 : 2), palette)
      write('swapped2', `${i}.png`, (x) => (x < 20 ? 2 : 1), palette)
    }
    const score = async (name: string) =>
      JSON.parse((await cli('score', join(folder, name), '--truth', join(folder, 'truth2'), '--json')).out)
    expect(await score('same2')).toMatchObject({ J: 1, F: 1, objects: [{ id: 1 }, { id: 2 }] })
    expect((await score('swapped2')).J).toBe(0)
  })

  it('a truth folder without masks is a fault, not a score of nothing', async () => {
    mkdirSync(join(folder, 'empty'), { recursive: true })
    const { code, err } = await cli('score', join(folder, 'found'), '--truth', join(folder, 'empty'))
    expect(code).toBe(1)
    expect(err).toContain('[TRUTH_MISMATCH]')
  })
})

describe('the settings of a run', () => {
  it('lay --set over --levels over the preset, and make paths absolute', () => {
    const surroundings = { cwd: process.cwd(), env: {} }
    const given = {
      scene: 'frames',
      output: 'out',
      preset: 'quick',
      levels: '1,3',
      frames: '0:100:2',
      set: ['stages.ssam.every=2', 'stages.tracker.quality=best', 'stages.ssam.model=a.onnx'],
    }
    const config = resolveRunSettings(given, surroundings).requests[0]!
    expect(config.scene).toBe(join(process.cwd(), 'frames'))
    expect(config.levels).toEqual([1, 3])
    expect(config.frames).toEqual({ start: 0, end: 100, step: 2 })
    expect(config.stages.ssam.every).toBe(2)
    expect(config.stages.ssam.model).toBe(join(process.cwd(), 'a.onnx'))
    expect(config.stages.tracker).toMatchObject({ quality: 'best', maxPropagate: 8 })
    expect(resolveRunSettings({ scene: 'demo', output: 'out' }, surroundings).requests[0]!.scene).toBe('demo')
  })
})
