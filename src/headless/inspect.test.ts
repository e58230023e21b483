import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { artifactName } from '#core/archive/manifest'
import { rleFromMask, stringFromRle } from '#core/mask/rle'
import { RunConfig } from '#core/run/run-config'
import type { RunEvent } from '#core/run/run-event'
import type { FrameMasks } from '#core/segment/frame-masks'
import { openRunArchive } from '#engine/archive/run-archive'
import { arrayFromNpy } from '#core/foreign/npy/npy'
import { realDisk } from '#engine/disk/disk'
import { createRunFolder } from '#engine/runs/run-folder'
import { inspectDump } from './commands/inspect-dump.ts'
import { inspectList } from './commands/inspect-list.ts'
import { resultHash } from '#engine/engine'
import { verifyRun } from './commands/inspect-verify.ts'
import type { Output } from './output.ts'
import { indicesFromPng, pngFromIndices } from '#engine/engine'
import { withRun } from './run-folders.ts'
import { scoreRun } from './score-run.ts'

const [width, height] = [8, 6]
let base = ''
let folder = ''
const lines: string[] = []
const output: Output = {
  print: (text) => void lines.push(text),
  printJson: (value) => void lines.push(JSON.stringify(value)),
  tell: (text) => void lines.push(text),
  isTerminal: false,
  columns: 80,
}

const half = (left: boolean) => Uint8Array.from({ length: width * height }, (_, i) => (i % width < width / 2 === left ? 1 : 0))

function masksOf(stage: string, frameIndex: number): FrameMasks {
  const mask = (id: number, left: boolean) => ({
    id,
    counts: stringFromRle(rleFromMask(half(left), width, height)),
    area: (width * height) / 2,
    box: [left ? 0 : width / 2, 0, width / 2, height] as [number, number, number, number],
    score: 0.9,
    stability: 0.9,
  })
  const masks = stage === 'filter' ? [mask(200001, true)] : [mask(200001, true), mask(200002, false)]
  return { frameIndex, frameName: `${frameIndex}.png`, level: 2, size: [height, width], masks }
}

/** A small run as the engine writes it, of two frames; `ends` false leaves it as a killed engine would. */
async function writeRun(ends = true): Promise<void> {
  base = mkdtempSync(join(tmpdir(), 'scenewright-inspect-'))
  folder = join(base, 'run')
  const first = {
    type: 'runQueued',
    seq: 1,
    at: 1,
    runId: 'r',
    name: 'test',
    config: RunConfig.parse({ scene: '/s', output: base, levels: [2] }),
    scene: { path: '/s', framesPath: '/s', name: 's', kind: 'frames', frameCount: 2, width, height },
    frameIndices: [0, 1],
    frameNames: ['0.png', '1.png'],
    appVersion: '0',
    buildId: 'b',
  } as Extract<RunEvent, { type: 'runQueued' }>
  const journal = await createRunFolder(realDisk, folder, first)
  const stages = ['ssam', 'filter', 'tracker', 'report']
  const archive = await openRunArchive(realDisk, folder, stages)
  for (const stage of stages) {
    const writer = await archive.begin(stage, 'f')
    for (const frameIndex of stage === 'report' ? [] : [0, 1]) {
      const name = artifactName(stage, 'masks', { level: 2, frameIndex })
      const bytes = new TextEncoder().encode(JSON.stringify(masksOf(stage, frameIndex)))
      await writer.append({ name, stage, kind: 'masks', level: 2, frameIndex, mediaType: 'application/json', bytes })
    }
    const report = { name: 'report.md', stage, kind: 'file', mediaType: 'text/markdown', bytes: new TextEncoder().encode('# r\n') }
    if (stage === 'report') await writer.addFile(report)
    if (ends || stage === 'ssam') await writer.finish({ keys: [], counts: {}, backend: undefined, durationMs: 1 })
    else await writer.close()
    if (!ends && stage === 'filter') break
  }
  await archive.close()
  if (ends) await journal.append({ type: 'runFinished', seq: 2, at: 2, state: 'succeeded' })
  await journal.close()
}

beforeEach(() => {
  lines.splice(0)
})
afterEach(() => rmSync(base, { recursive: true, force: true }))

const codes = async () => (await verifyRun(folder)).findings.map(({ code, broken }) => (broken ? code : `${code} (not broken)`))

describe('inspect verify', () => {
  it('finds nothing in a whole run, and looks at every artifact', async () => {
    await writeRun()
    expect(await verifyRun(folder)).toEqual({ folder, checked: 7, result: await resultHash(folder), findings: [] })
  })

  it('names one changed byte of one artifact', async () => {
    await writeRun()
    const tar = join(folder, 'ssam.tar')
    const bytes = readFileSync(tar)
    bytes[512 + 3]! ^= 1
    writeFileSync(tar, bytes)
    const { findings } = await verifyRun(folder)
    expect(findings).toMatchObject([
      { code: 'ARCHIVE_DIFFERS', where: 'ssam.tar' },
      { code: 'ARTIFACT_DIFFERS', where: 'ssam/masks/level_2/000000.json' },
    ])
  })

  it('names a cut archive and each artifact that went with its end', async () => {
    await writeRun()
    truncateSync(join(folder, 'ssam.tar'), 512 * 3)
    const found = await codes()
    expect(found).toContain('ARCHIVE_CUT')
    expect(found.filter((code) => code === 'ARTIFACT_GONE').length).toBeGreaterThan(0)
  })

  it('names a damaged member header, a missing file, a changed file and a cut manifest', async () => {
    await writeRun()
    const tar = join(folder, 'ssam.tar')
    const bytes = readFileSync(tar)
    bytes[0]! ^= 1
    writeFileSync(tar, bytes)
    expect(await codes()).toContain('ARCHIVE_DAMAGED')
    rmSync(join(folder, 'report.md'))
    expect(await codes()).toContain('FILE_MISSING')
    writeFileSync(join(folder, 'report.md'), '# x\n')
    expect(await codes()).toContain('FILE_DIFFERS')
    appendFileSync(join(folder, 'report.md'), 'more')
    expect(await codes()).toContain('FILE_LENGTH_DIFFERS')
    appendFileSync(join(folder, 'manifest.ndjson'), '{"seq":')
    expect(await codes()).toContain('MANIFEST_CUT')
  })

  it('does not call a run broken that was only interrupted', async () => {
    await writeRun(false)
    expect(await codes()).toEqual(['RUN_INCOMPLETE (not broken)', 'ARCHIVE_UNFINISHED (not broken)'])
  })

  it('says of a folder without a journal that it cannot be read', async () => {
    await writeRun()
    rmSync(join(folder, 'journal.ndjson'))
    expect(await codes()).toEqual(['RUN_UNREADABLE'])
  })
})

describe('inspect list and dump', () => {
  it('list one run by its output folder, and several runs by their folders, unreadable ones with the reason', async () => {
    await writeRun()
    await inspectList(output, base, true)
    expect(JSON.parse(lines[0]!)).toHaveLength(7)
    mkdirSync(join(base, 'zz'))
    writeFileSync(join(base, 'zz', 'run.json'), '{}')
    await inspectList(output, base, true)
    expect(JSON.parse(lines[1]!)).toMatchObject([{ name: 'test', state: 'succeeded', problems: [] }, { state: 'unreadable' }])
  })

  it('write the very pixels of a mask, and refuse a choice that fits nothing', async () => {
    await writeRun()
    const choice = { stage: 'tracker', level: 2, frame: 1, id: 200002, format: 'png', out: join(base, 'dump') } as const
    await inspectDump(output, folder, choice, false)
    const png = indicesFromPng(readFileSync(join(base, 'dump', '2_200002_000001.png')), 'x')
    expect([...png.values].map((value) => value / 255)).toEqual([...half(false)])
    await expect(inspectDump(output, folder, { ...choice, id: 5 }, false)).rejects.toMatchObject({ code: 'ARTIFACT_MISSING' })
    await inspectDump(output, folder, { ...choice, format: 'rle' }, false)
    const mask = JSON.parse(readFileSync(join(base, 'dump', '2_200002_000001.json'), 'utf8'))
    await inspectDump(output, folder, { ...choice, format: 'npy' }, false)
    const { values } = arrayFromNpy('x', readFileSync(join(base, 'dump', '2_200002_000001.npy')))
    expect([...values].map(Number)).toEqual([...half(false)])
    expect(mask.segmentation).toEqual({ size: [height, width], counts: stringFromRle(rleFromMask(half(false), width, height)) })
  })
})

describe('score of a run', () => {
  it('tells what candidates, kept candidates and tracks reach of an object that lies in two of them', async () => {
    await writeRun()
    const truth = join(base, 'truth')
    mkdirSync(truth)
    for (const name of ['0.png', '1.png'])
      writeFileSync(
        join(truth, name),
        pngFromIndices({ width, height, values: new Uint16Array(width * height).fill(255), palette: undefined }),
      )
    const score = await withRun(folder, (run) => scoreRun(run, truth))
    expect(score).toMatchObject({ frames: 2, candidatesMost: 2, candidate: 0.5, kept: 0.5 })
    expect(score.objects[0]!.levels[0]).toMatchObject({ level: 2, trackCount: 2, best: { J: 0.5 }, greedy: { J: 1 } })
  })
})
