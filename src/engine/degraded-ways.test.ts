// What a run does on a degraded path besides telling of it: it ends in what an undisturbed run finds, and what is no such path is not told.
import { readdir, readFile, rm, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EngineClient } from '#api/client'
import type { RunRecord } from '#core/run/run'
import { type Bench, openBench, warningsOnDisk } from './degraded-fixture.ts'
import { type Disk, realDisk } from './disk/disk.ts'
import { openRunFolder, resultHash } from './engine.ts'

let bench: Bench
beforeEach(async () => {
  bench = await openBench()
})
afterEach(() => bench.close())

async function recordOf(folder: string): Promise<RunRecord> {
  const run = await openRunFolder(folder)
  await run.close()
  return run.record
}
const codesOf = async (folder: string) => (await recordOf(folder)).warnings.map(({ code }) => code)
async function again(client: EngineClient, runId: string, stage: string): Promise<void> {
  await client.call.runs.retry({ runId, stage })
  await expect.poll(async () => (await client.call.runs.list()).find(({ id }) => id === runId)!.state).toBe('succeeded')
}

describe('an earlier result that fails while it is taken over', () => {
  /** Fails each `act` of one kind on a path that ends in `name`, for runs after the first. */
  const failing = (act: 'link' | 'rename', name: string): { disk: Disk; arm(): void } => {
    let armed = false
    const fail = async (path: string) => {
      if (armed && path.endsWith(name)) throw Object.assign(new Error(`EIO: i/o error, ${act} '${path}'`), { code: 'EIO' })
    }
    const acts: Partial<Disk> =
      act === 'link'
        ? { link: async (from, to) => fail(to).then(() => realDisk.link(from, to)) }
        : { rename: async (from, to) => fail(to).then(() => realDisk.rename(from, to)) }
    return { disk: { ...realDisk, ...acts }, arm: () => (armed = true) }
  }

  it.each([
    ['link', 'filter.tar', 'filter'],
    ['link', 'report.md', 'report'],
  ] as const)('leaves nothing behind that the stage, computed anew, could stumble over: %s of %s', async (act, name, stage) => {
    const { disk, arm } = failing(act, name)
    const { client } = await bench.start({ disk })
    const first = await bench.run(client, bench.config())
    arm()
    const second = await bench.run(client, bench.config())
    const { events } = await warningsOnDisk(second.folder, 'REUSE_REFUSED')
    expect(events.map((event) => event.stage)).toEqual([stage])
    expect(events[0]!.message).toContain('EIO')
    expect((await recordOf(second.folder)).state).toBe('succeeded')
    expect(await resultHash(second.folder)).toBe(await resultHash(first.folder))
  })

  it('after its lines stand in the manifest already does not leave them there twice', async () => {
    let armed = false
    let failures = 0
    // The record of the stage is what is written last: all else of it is there by then.
    const disk: Disk = {
      ...realDisk,
      rename: async (from, to) => {
        if (armed && to.endsWith(join('stages', 'filter.json')) && failures === 0) {
          failures += 1
          throw Object.assign(new Error('EIO: i/o error'), { code: 'EIO' })
        }
        await realDisk.rename(from, to)
      },
    }
    const { client } = await bench.start({ disk })
    const first = await bench.run(client, bench.config())
    armed = true
    const second = await bench.run(client, bench.config())
    expect(failures).toBe(1)
    expect(await codesOf(second.folder)).toEqual(['REUSE_REFUSED'])
    const names = (await readFile(join(second.folder, 'manifest.ndjson'), 'utf8'))
      .split('\n')
      .filter((line) => line.includes('filter/masks'))
    expect(names).toHaveLength(10)
    expect(await resultHash(second.folder)).toBe(await resultHash(first.folder))
    // The next engine finds all of it whole.
    await again(client, second.runId, 'report')
    expect((await recordOf(second.folder)).stages[1]).toMatchObject({ id: 'filter', attempt: 1 })
    expect(await codesOf(second.folder)).toEqual(['REUSE_REFUSED'])
  })
})

describe('work of a run that is not there any more', () => {
  it('is told when a finished stage has lost its tar, and done again', async () => {
    const { client } = await bench.start()
    const { runId, folder } = await bench.run(client, bench.config())
    const expected = await resultHash(folder)
    await truncate(join(folder, 'filter.tar'), 100)
    await again(client, runId, 'report')
    const [event] = (await warningsOnDisk(folder, 'COMMITS_CUT')).events
    expect(event).toMatchObject({ stage: 'filter', message: expect.stringContaining('goes on after 0 ') })
    expect(await resultHash(folder)).toBe(expected)
  })

  it('is told when a killed engine has lost all its commits, and done again', async () => {
    await bench.killEngine(bench.config())
    const folder = join(bench.folder, 'out', (await readdir(join(bench.folder, 'out')))[0]!)
    await rm(join(folder, '.work'), { recursive: true })
    const { client } = await bench.start({ service: true })
    await expect.poll(async () => (await client.call.runs.list())[0]!.state).toBe('succeeded')
    const [event] = (await warningsOnDisk(folder, 'COMMITS_CUT')).events
    expect(event).toMatchObject({ stage: 'tracker', message: expect.stringContaining('(4 artifacts); it goes on after 0 frames') })
  })

  it('is not told of a stage that a person asked to do again, nor of any undisturbed run', async () => {
    const { client } = await bench.start()
    const { runId, folder } = await bench.run(client, bench.config())
    await again(client, runId, 'tracker')
    expect(await codesOf(folder)).toEqual([])
  })
})
