// Tests of repacking: what comes out is a whole run folder of ours with the very masks of the source, which stays as it was.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Fault } from '#core/base/fault'
import type { RunReader } from '#core/run/run-reader'
import { FrameMasks } from '#core/segment/frame-masks'
import { type FixtureOptions, generations, quirkSet, standardOptions } from '../../../../scripts/fixtures/my3dis/options.ts'
import { writeMy3disFixtures } from '../../../../scripts/fixtures/my3dis/run-folder.ts'
import { diskSink } from '../../../../scripts/fixtures/my3dis/sink.ts'
import { resultHash } from '../../archive/result-hash.ts'
import { openOwnReader } from '../../runs/own-reader.ts'
import { openRunFolder } from '../../runs/open-run-folder.ts'
import { openMy3dis } from '../my3dis-run.ts'
import { checkRepacked } from './repack-check.ts'
import { repackMy3dis, type RepackRequest } from './repack.ts'
import { printOf } from '../run-print.ts'

let root = ''
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'repack-'))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

let made = 0
function runOf(options: Partial<FixtureOptions>, with_ = '') {
  made++
  const folder = join(root, String(made))
  const [run] = writeMy3disFixtures(diskSink(folder), folder, [
    { ...standardOptions, frames: 6, levels: [2, 4], objects: 2, ...options, quirks: quirkSet(with_) },
  ])
  const request: RepackRequest = {
    path: join(folder, run!.folder),
    cacheFolder: join(root, `cache-${made}`),
    out: join(root, `out-${made}`, 'run'),
  }
  return { folder, request, truth: run!.truth }
}

/** Run lengths of every mask, by `stage level frame id`. */
async function countsOf(reader: RunReader): Promise<Map<string, string>> {
  const all = new Map<string, string>()
  for (const { stage, level, frameIndices } of await reader.places())
    for (const frameIndex of frameIndices) {
      const found = await reader.masks(stage, level, frameIndex).catch((error: unknown) => {
        if (!(error instanceof Fault)) throw error
        return undefined
      })
      if (!found) continue
      const { masks } = FrameMasks.parse(JSON.parse(new TextDecoder().decode(found.bytes)))
      for (const { id, counts } of masks) all.set(`${stage} ${level} ${frameIndex} ${id}`, counts)
    }
  return all
}

describe('a repacked run', () => {
  it.each(generations)('of %s has every mask, track, frame and setting of the source, which is not touched', async (generation) => {
    const { folder, request } = runOf({ generation })
    const before = printOf(folder)
    const result = await repackMy3dis(request)
    const source = await openMy3dis(request)
    const own = await openOwnReader(request.out)
    const masks = await countsOf(source.reader)
    expect(masks.size).toBeGreaterThan(20)
    expect(await countsOf(own.reader)).toEqual(masks)
    expect(await own.reader.tracks()).toEqual(await source.reader.tracks())
    expect(result.checked.masks).toBe(masks.size)
    expect(result.masks.ssam + result.masks.filter + result.masks.tracker).toBe(masks.size)
    expect(result).toMatchObject({ generation, findings: [] })
    const { record } = own
    expect(record).toMatchObject({ id: result.runId, state: 'succeeded', appVersion: `My3DIS ${generation}`, scene: source.record.scene })
    expect([record.frameIndices, record.frameNames]).toEqual([source.record.frameIndices, source.record.frameNames])
    expect(record.config).toEqual({ ...source.record.config, output: join(request.out, '..') })
    expect(record.id).not.toBe(source.record.id)
    expect(record.stages.map(({ state }) => state)).toEqual(['succeeded', 'succeeded', 'succeeded', 'succeeded'])
    await own.reader.close()
    await source.reader.close()
    expect(printOf(folder)).toBe(before)
    expect(readdirSync(join(request.out, '..'))).toEqual(['run'])
  })

  it('gives each frame by its place in the tar, without reading anything before it', async () => {
    const { request, truth } = runOf({})
    await repackMy3dis(request)
    const run = await openRunFolder(request.out)
    const frameIndex = truth.selected.at(-1)!.absolute
    const entry = run.listing.entries.get(`tracker/masks/level_4/${String(frameIndex).padStart(6, '0')}.json`)
    if (entry?.place !== 'archive') throw new Error('the frame is not in a tar')
    const bytes = readFileSync(join(request.out, 'tracker.tar')).subarray(entry.offset, entry.offset + entry.length)
    expect(FrameMasks.parse(JSON.parse(bytes.toString()))).toMatchObject({ frameIndex, level: 4 })
    expect(entry.counts).toEqual({ masks: FrameMasks.parse(JSON.parse(bytes.toString())).masks.length })
    expect(run.stages.map(({ stage }) => stage)).toEqual(['ssam', 'filter', 'tracker', 'report'])
    expect(run.problems).toEqual([])
    await run.close()
  })

  it('of the same source has the same bytes again', async () => {
    const { request } = runOf({ generation: 'E3' })
    await repackMy3dis(request)
    const again = { ...request, out: join(root, 'again') }
    await repackMy3dis(again)
    expect(await resultHash(again.out)).toBe(await resultHash(request.out))
  })

  it('tells in its report where it came from and what was compared', async () => {
    const { request } = runOf({ generation: 'E0' })
    const { checked } = await repackMy3dis(request)
    const report = readFileSync(join(request.out, 'report.md'), 'utf8')
    expect(report).toContain(request.path)
    expect(report).toContain(`${checked.masks} masks`)
    expect(readFileSync(join(request.out, 'report.html'), 'utf8')).toContain('Nothing: all that the source holds is here.')
  })
})

describe('a source that is not whole', () => {
  it.each([
    ['cut-chunk', 'MY3DIS_CHUNK_DAMAGED'],
    ['missing-chunk', 'RAW_CHUNK_MISSING'],
  ])('with the quirk %s loses the frames that are gone and keeps all else, and says so', async (quirk, code) => {
    const { request } = runOf({}, quirk)
    const result = await repackMy3dis(request)
    expect(new Set(result.findings.map((finding) => finding.code))).toEqual(new Set([code]))
    expect(result.findings).toHaveLength(2)
    const source = await openMy3dis(request)
    const own = await openOwnReader(request.out)
    const [here, there] = [await countsOf(own.reader), await countsOf(source.reader)]
    expect(here).toEqual(there)
    expect([...here.keys()].some((key) => key.startsWith('ssam 2 0 '))).toBe(true)
    expect(own.record.state).toBe('interrupted')
    expect(own.record.warnings.filter((warning) => warning.code === code)).toHaveLength(2)
    await own.reader.close()
    await source.reader.close()
  })

  it('with a damaged archive of tracks keeps the candidates of that level and the tracks of the others', async () => {
    const { request } = runOf({})
    writeFileSync(join(request.path, 'level_2/tracking/video_segments_scale0.3x.npz'), 'not a zip')
    const { findings, masks, tracks } = await repackMy3dis(request)
    expect(findings).toMatchObject([{ code: 'STORE_UNREADABLE', reason: expect.stringContaining('level 2') }])
    expect([masks.ssam > 0, masks.tracker > 0, tracks]).toEqual([true, true, 2])
  })

  it('that never got to its tracks is no finding, and stays a run that is not complete', async () => {
    const { request } = runOf({}, 'no-tracking')
    expect((await repackMy3dis(request)).findings).toEqual([])
    const { record, reader } = await openOwnReader(request.out)
    expect([record.state, record.stages.find(({ id }) => id === 'tracker')?.state]).toEqual(['interrupted', 'waiting'])
    await reader.close()
  })

  it('without a single mask that can be read leaves nothing behind', async () => {
    const { request } = runOf({ levels: [2] }, 'no-tracking,no-filtered,missing-chunk')
    rmSync(join(request.path, 'level_2/raw/chunk_0000.tar.gz'))
    await expect(repackMy3dis(request)).rejects.toMatchObject({ code: 'EXPORT_EMPTY' })
    expect(readdirSync(root)).not.toContain(`out-${made}`)
  })
})

describe('repacking', () => {
  it('refuses a place that is taken, and one inside of the source', async () => {
    const { folder, request } = runOf({ frames: 2 })
    const before = printOf(folder)
    await expect(repackMy3dis({ ...request, out: folder })).rejects.toMatchObject({ code: 'EXPORT_EXISTS' })
    for (const out of [request.path, join(request.path, 'new')])
      await expect(repackMy3dis({ ...request, out })).rejects.toMatchObject({ code: 'USAGE' })
    await expect(repackMy3dis({ ...request, path: join(folder, 'dataset') })).rejects.toMatchObject({ code: 'MY3DIS_UNRECOGNISED' })
    expect(printOf(folder)).toBe(before)
  })

  it.each([1, 20, 40])('that is cancelled after %i steps leaves nothing', async (steps) => {
    const { request } = runOf({})
    const controller = new AbortController()
    let left = steps
    const onProgress = () => {
      left -= 1
      if (left === 0) controller.abort()
    }
    await expect(repackMy3dis({ ...request, signal: controller.signal, onProgress })).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(left).toBe(0)
    expect(readdirSync(root)).not.toContain(`out-${made}`)
  })

  it('is refused by its check when one mask, one id, one frame or one track is another', async () => {
    const { request } = runOf({ frames: 2 })
    await repackMy3dis(request)
    const source = await openMy3dis(request)
    const { reader: own } = await openOwnReader(request.out)
    const places = (await own.places()).flatMap(({ stage, level, frameIndices }) =>
      frameIndices.map((frameIndex) => ({ stage, level, frameIndex })),
    )
    const check = (other: Partial<RunReader>, some = places) =>
      checkRepacked({ own, source: { ...source.reader, ...other }, places: some, signal: undefined, step: () => {} })
    const changed = (change: (frame: FrameMasks) => FrameMasks): Partial<RunReader> => ({
      masks: async (stage, level, frameIndex) => {
        const found = await source.reader.masks(stage, level, frameIndex)
        if (!found || stage !== 'tracker' || level !== 4) return found
        const frame = FrameMasks.parse(JSON.parse(new TextDecoder().decode(found.bytes)))
        return { ...found, bytes: new TextEncoder().encode(JSON.stringify(change(frame))) }
      },
    })
    const first = (frame: FrameMasks, more: object) => ({
      ...frame,
      masks: frame.masks.map((mask, i) => (i === 0 ? { ...mask, ...more } : mask)),
    })
    expect((await check({})).frames).toBe(places.length)
    for (const other of [
      changed((frame) => first(frame, { counts: '0' })),
      changed((frame) => first(frame, { id: 499_999 })),
      changed((frame) => ({ ...frame, masks: frame.masks.slice(1) })),
      changed((frame) => ({ ...frame, size: [frame.size[1], frame.size[0]] })),
      { tracks: async () => ({ framesDone: 2, tracks: [] }) },
    ])
      await expect(check(other)).rejects.toMatchObject({ code: 'REPACK_DIFFERS' })
    await expect(check({}, places.slice(1))).rejects.toMatchObject({ code: 'REPACK_DIFFERS' })
    await own.close()
    await source.reader.close()
  })
})
