// Tests of the compare command on runs and annotations as they lie on disk: what it says, what it writes, and what it refuses.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { HardFrames } from '#core/compare/hard-frames'
import { fixtureRun } from '#engine/export/export-fixture'
import { writeOwnRun } from '#engine/export/written-run'
import { runCli } from './cli.ts'
import { type GatheredOutput, gatheredOutput } from './cli-fixture.ts'
import { pngFromIndices } from '#engine/engine'

let base = ''
let said: GatheredOutput
const cli = (...words: string[]) => {
  said = gatheredOutput()
  return runCli(words, said.output)
}
const at = (name: string) => join(base, name)

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'scenewright-compare-cli-'))
  vi.stubEnv('SCENEWRIGHT_STATE', at('state'))
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(base, { recursive: true, force: true })
})

const palette = Uint8Array.of(0, 0, 0, 255, 0, 0, 0, 255, 0)
const [width, height] = [12, 6]

/** One file a frame; each box is [id, x, y, width, height]. */
function annotate(folder: string, frames: readonly (readonly (readonly [number, number, number, number, number])[])[]): string {
  mkdirSync(at(folder))
  for (const [i, boxes] of frames.entries()) {
    const values = new Uint16Array(width * height)
    for (const [id, x, y, w, h] of boxes) for (let row = y; row < y + h; row += 1) values.fill(id, row * width + x, row * width + x + w)
    writeFileSync(join(at(folder), `0000${i}.png`), pngFromIndices({ width, height, values, palette }))
  }
  return at(folder)
}

/** A run of ours with two levels. */
async function writeRun(name: string): Promise<string> {
  const { record, frames, tracks } = fixtureRun()
  await writeOwnRun(at(name), record, (stage) => [...frames].filter(([key]) => key.startsWith(stage)).map(([, frame]) => frame), tracks)
  return at(name)
}

describe('compare', () => {
  it('tells matched, unmatched and differing pixels of two folders of annotations as JSON', async () => {
    const a = annotate('a', [
      [[1, 0, 0, 4, 4]],
      [
        [1, 0, 0, 4, 4],
        [2, 8, 0, 3, 3],
      ],
    ])
    const b = annotate('b', [[[1, 0, 0, 4, 4]], [[1, 0, 0, 4, 3]]])
    expect(await cli('compare', a, b, '--json')).toBe(0)
    const { pairs, frames } = JSON.parse(said.out[0]!)
    expect(frames).toHaveLength(2)
    expect(pairs[0].result.levels).toMatchObject([{ counts: { matched: 1, onlyA: 1, onlyB: 0 }, sharedPixels: 28, unionPixels: 41 }])
    expect(pairs[0].result.worst).toMatchObject([
      { frameIndex: 1, objectA: 2, kind: 'onlyA', areaPixels: 9 },
      { frameIndex: 1, objectA: 1, objectB: 1, kind: 'matched', areaPixels: 4 },
    ])
  })

  it('finds a run and what was exported from it to My3DIS to be the same, in tracks and in candidates', async () => {
    const run = await writeRun('run')
    expect(await cli('export', run, '--format', 'my3dis', '--scale', '1', '--out', at('foreign'))).toBe(0)
    for (const stage of ['tracker', 'ssam']) {
      expect(await cli('compare', run, at('foreign'), '--stage', stage)).toBe(0)
      expect(said.out.join('\n')).toContain('They say the same on every frame.')
    }
  })

  it('holds candidates against tracks on the frames that have candidates only', async () => {
    const run = await writeRun('run')
    expect(await cli('compare', run, run, '--stage', 'ssam', 'tracker', '--json')).toBe(0)
    const { pairs, frames } = JSON.parse(said.out[0]!)
    const { frames: masks, record } = fixtureRun()
    const withCandidates = record.frameIndices.filter((index) => [2, 4].some((level) => masks.has(`ssam/${level}/${index}`)))
    expect(frames.map(({ frameIndex }: { frameIndex: number }) => frameIndex)).toEqual(withCandidates)
    expect(pairs[0].result.settings.matching).toBe('eachFrame')
  })

  it('writes a report with pictures and the list of hard frames, and says where pictures are gone', async () => {
    const a = annotate('a', [[[1, 0, 0, 4, 4]], [[1, 0, 0, 4, 4]]])
    const b = annotate('b', [[[1, 0, 0, 4, 4]], [[1, 1, 0, 4, 4]]])
    expect(await cli('compare', a, b, '--report', at('out/report'))).toBe(0)
    expect(readdirSync(at('out/report')).sort()).toEqual(['hard-frames.json', 'pictures', 'report.html', 'report.md'])
    const hard = HardFrames.parse(JSON.parse(readFileSync(at('out/report/hard-frames.json'), 'utf8')))
    expect(hard.frames.map(({ name, pairs }) => [name, pairs[0]!.differingPixels])).toEqual([['00001', 8]])
    expect(readdirSync(at('out/report/pictures'))).toEqual(['frame_000001.jpg'])
    expect(readFileSync(at('out/report/report.html'), 'utf8')).toContain('could not be read')
  })

  it('refuses a report where something lies already, and leaves that as it was', async () => {
    const a = annotate('a', [[[1, 0, 0, 4, 4]]])
    expect(await cli('compare', a, a, '--report', a)).toBe(1)
    expect(said.err.join('\n')).toContain('[COMPARE_REPORT_EXISTS]')
    expect(readdirSync(a)).toEqual(['00000.png'])
  })

  it('scores each answer against the truth, object by object', async () => {
    const truth = annotate('truth', [
      [
        [1, 0, 0, 4, 4],
        [2, 6, 0, 4, 4],
      ],
      [
        [1, 0, 0, 4, 4],
        [2, 6, 0, 4, 4],
      ],
    ])
    const same = annotate(
      'same',
      [0, 1].map(() => [[1, 0, 0, 4, 4] as const, [2, 6, 0, 4, 4] as const]),
    )
    const half = annotate('half', [[[2, 0, 0, 4, 4]], [[2, 0, 0, 4, 4]]])
    expect(await cli('compare', same, half, truth, '--truth', truth, '--json')).toBe(0)
    const scores = JSON.parse(said.out[0]!).truth
    expect(scores[0].levels[0]).toMatchObject({ j: 1, f: 1, precision: 1, recall: 1 })
    expect(scores[1].levels[0]).toMatchObject({ j: 0.5, f: 0.5, precision: 1, recall: 0.5 })
  })

  it('takes only the frames and levels that were asked for', async () => {
    const run = await writeRun('run')
    expect(await cli('compare', run, run, '--level', '4', '--frames', '0:1', '--json')).toBe(0)
    const { pairs, frames } = JSON.parse(said.out[0]!)
    expect([frames.length, pairs[0].levels]).toEqual([1, [4]])
  })

  it('says what is not shared instead of comparing nothing', async () => {
    const run = await writeRun('run')
    expect(await cli('compare', run, run, '--level', '9')).toBe(1)
    expect(said.err.join('\n')).toContain('[COMPARE_NOTHING_SHARED]')
    expect(await cli('compare', run, run, '--frames', '900:')).toBe(1)
    expect(said.err.join('\n')).toContain('[COMPARE_NOTHING_SHARED]')
  })

  it('is wrong usage with one answer, with five, and with stages for some of them only', async () => {
    const a = annotate('a', [[[1, 0, 0, 4, 4]]])
    expect(await cli('compare', a)).toBe(2)
    expect(await cli('compare', a, a, a, a, a)).toBe(2)
    expect(await cli('compare', a, a, a, '--stage', 'ssam', 'filter')).toBe(2)
    expect(existsSync(at('state'))).toBe(false)
  })

  it('compares each pair of four answers once', async () => {
    const a = annotate('a', [[[1, 0, 0, 4, 4]]])
    expect(await cli('compare', a, a, a, a, '--json')).toBe(0)
    const { pairs } = JSON.parse(said.out[0]!)
    expect(pairs.map(({ a: one, b }: { a: number; b: number }) => `${one}${b}`)).toEqual(['01', '02', '03', '12', '13', '23'])
  })

  it('says missing of what the reference has and the run has not, whichever comes first, and each annotated object once', async () => {
    const run = await writeRun('run')
    const { record } = fixtureRun()
    const { width: w, height: h } = record.scene
    mkdirSync(at('truth'))
    const values = new Uint16Array(w * h)
    values[w * h - 1] = 7
    for (const name of record.frameNames)
      writeFileSync(
        join(at('truth'), name.replace(/\.[^.]*$/, '.png')),
        pngFromIndices({ width: w, height: h, values, palette: new Uint8Array(24) }),
      )
    for (const [order, side, letter] of [
      [[run, at('truth')], 'b', 'A'],
      [[at('truth'), run], 'a', 'B'],
    ] as const) {
      expect(await cli('compare', ...order, '--json')).toBe(0)
      const [pair] = JSON.parse(said.out[0]!).pairs
      expect([pair.reference, pair.levels]).toEqual([side, [2, 4]])
      const missing = side === 'a' ? 'onlyA' : 'onlyB'
      expect([pair.overall[side === 'a' ? 'objectsA' : 'objectsB'], pair.overall.counts[missing]]).toEqual([1, 1])
      expect(await cli('compare', ...order, '--report', at(`report-${side}`))).toBe(0)
      const text = said.out.join('\n')
      for (const words of [`missing in ${letter}`, `extra in ${letter}`, 'best of all']) expect(text).toContain(words)
      expect(text).not.toContain('only in')
      expect(readFileSync(at(`report-${side}/report.md`), 'utf8')).toContain(`missing in ${letter}`)
      const hard = HardFrames.parse(JSON.parse(readFileSync(at(`report-${side}/hard-frames.json`), 'utf8')))
      expect(hard.frames[0]!.pairs[0]).toMatchObject({ reference: side })
    }
  })

  it('compares and scores two answers on the frames they share, whatever a sparse third one has', async () => {
    const boxes = [0, 1, 2, 3].map((i) => [[1, i, 0, 4, 4]] as const)
    const truth = annotate('truth', boxes)
    const a = annotate('a', boxes)
    const b = annotate('b', [...boxes.slice(0, 3), [[1, 8, 2, 4, 4]]])
    const sparse = annotate('sparse', boxes.slice(0, 1))
    const told = async (...more: readonly string[]) => {
      expect(await cli('compare', a, b, ...more, '--truth', truth, '--json')).toBe(0)
      const { pairs, truth: scores } = JSON.parse(said.out[0]!)
      return { pair: pairs[0].result, scores: scores.slice(0, 2) }
    }
    const alone = await told()
    expect(alone.pair.frames).toHaveLength(4)
    expect(alone.scores.map(({ levels }: { levels: { frames: number; j: number }[] }) => [levels[0]!.frames, levels[0]!.j])).toEqual([
      [4, 1],
      [4, 0.75],
    ])
    expect(await told(sparse)).toEqual(alone)
    const shared = await told(sparse, '--only-shared')
    expect([shared.pair.frames.length, shared.scores[1].levels[0].frames, shared.scores[1].levels[0].j]).toEqual([1, 1, 1])
  })
})
