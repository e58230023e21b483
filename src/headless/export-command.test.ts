// Tests of the export command on a run folder as the engine leaves it: what it says, its exit codes, and what lies there then.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fixtureRun } from '#engine/export/export-fixture'
import { writeOwnRun } from '#engine/export/written-run'
import { runCli } from './cli.ts'
import { type GatheredOutput, gatheredOutput } from './cli-fixture.ts'

let base = ''
let said: GatheredOutput
const cli = (...words: string[]) => runCli(['export', join(base, 'run'), ...words], said.output)
const out = () => join(base, 'out')

beforeEach(async () => {
  said = gatheredOutput()
  base = mkdtempSync(join(tmpdir(), 'scenewright-export-cli-'))
  const { record, frames, tracks } = fixtureRun()
  await writeOwnRun(
    join(base, 'run'),
    record,
    (stage) => [...frames].filter(([key]) => key.startsWith(stage)).map(([, frame]) => frame),
    tracks,
  )
})
afterEach(() => rmSync(base, { recursive: true, force: true }))

describe('export', () => {
  it('of a run on disk writes the masks that were recorded, and tells their number as JSON', async () => {
    expect(await cli('--format', 'coco', '--out', out(), '--level', '4', '--json')).toBe(0)
    expect(JSON.parse(said.out[0]!)).toEqual({ counts: { images: 5, annotations: 15, emptyMasks: 0 }, notes: [], out: out(), files: 2 })
    const coco = JSON.parse(readFileSync(join(out(), 'instances.json'), 'utf8'))
    const { frames } = fixtureRun()
    expect(coco.annotations[0].segmentation.counts).toBe(frames.get('tracker/4/0')!.masks[0]!.counts)
  })

  it('of one object takes its id as it is stored or shown, and holds no other', async () => {
    expect(await cli('--format', 'coco', '--out', out(), '--object', '4.0002', '--json')).toBe(0)
    expect(JSON.parse(said.out[0]!)).toMatchObject({ counts: { images: 5, annotations: 5 } })
    const coco = JSON.parse(readFileSync(join(out(), 'instances.json'), 'utf8'))
    expect(new Set(coco.annotations.map((one: { track_id: number }) => one.track_id))).toEqual(new Set([400002]))
    expect(await cli('--format', 'coco', '--out', join(base, 'out2'), '--object', 'table')).toBe(2)
    expect(await cli('--format', 'coco', '--out', join(base, 'out2'), '--object', '499999')).toBe(1)
    expect(existsSync(join(base, 'out2'))).toBe(false)
  })

  it('hands the choices for My3DIS on', async () => {
    const words = ['--scale', '0.5', '--chunk-frames', '1', '--compression', 'none', '--layout', 'plain', '--level', '2', '--level', '4']
    expect(await cli('--format', 'my3dis', '--out', out(), ...words)).toBe(0)
    expect(readdirSync(join(out(), 'level_4', 'raw')).sort()).toEqual([
      'chunk_0000.tar',
      'chunk_0001.tar',
      'chunk_0002.tar',
      'manifest.json',
    ])
    expect(readdirSync(join(out(), 'level_2', 'tracking')).sort()).toEqual([
      'object_segments_scale0.5x.npz',
      'video_segments_scale0.5x.npz',
    ])
    expect(said.out[0]).toBe(`2 levels, 18 candidates, 12 filtered, 6 objects, 30 masks in ${out()}`)
  })

  it('ends with 1 where something is already, and with 2 for what is not allowed, and writes nothing', async () => {
    expect(await cli('--format', 'csv', '--out', join(base, 'run'))).toBe(1)
    expect(said.err.join()).toContain('[EXPORT_EXISTS]')
    expect(await cli('--format', 'my3dis', '--out', out(), '--chunk-frames', '0')).toBe(2)
    expect(await cli('--format', 'gif', '--out', out())).toBe(2)
    expect(await cli('--format', 'csv')).toBe(2)
    expect(existsSync(out())).toBe(false)
  })
})
