import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { writeForeignRun, writeOwnRun } from '#engine/registry/registry-fixture'
import { cli, gatheredOutput } from './cli-fixture.ts'
import { runsDelete } from './commands/runs.ts'

let base = ''
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'scenewright-runs-'))
  vi.stubEnv('SCENEWRIGHT_STATE', join(base, 'state'))
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(base, { recursive: true, force: true })
})

const json = async (...words: string[]) => JSON.parse((await cli(...words, '--json')).out)
const folder = (name: string) => join(base, 'out', name)

describe('runs', () => {
  it('are taken in by a scan, listed newest first, and found by words, state and tag', async () => {
    writeOwnRun(folder('a'), 'aaa-1', { at: 1000, scene: 'Kitchen 50%' })
    writeOwnRun(folder('b'), 'bbb-1', { at: 2000, ending: 'failed', name: 'evil\u001b[2Jname\nsecond' })
    writeForeignRun(folder('theirs'))
    expect(await json('runs', 'scan', join(base, 'out'))).toMatchObject({ found: 3, added: 3, problems: [] })
    expect((await json('runs', 'list')).rows.map((row: { id: string }) => row.id).slice(1)).toEqual(['bbb-1', 'aaa-1'])
    expect((await json('runs', 'search', '50%', 'KITCHEN')).rows).toMatchObject([{ id: 'aaa-1' }])
    expect((await json('runs', 'search', '--state', 'failed', '--state', 'foreign')).total).toBe(2)
    await cli('runs', 'tag', 'aaa', 'good masks', 'second')
    expect(await json('runs', 'tag', 'aaa', '--remove', 'second')).toEqual({ run: 'aaa-1', tags: ['good masks'] })
    expect((await json('runs', 'search', '--tag', 'good masks')).total).toBe(1)
    await cli('runs', 'note', folder('b'), 'orphans at frame 12')
    expect((await json('runs', 'search', 'ORPHANS')).rows).toMatchObject([{ id: 'bbb-1', note: 'orphans at frame 12' }])
    const table = (await cli('runs', 'list')).out
    expect(table.split('\n')).toHaveLength(4)
    expect(table).not.toContain('\u001b')
  })

  it('end with 2 for a state, an order or a limit that does not exist, and for a beginning that several share', async () => {
    writeOwnRun(folder('a'), 'same-1')
    writeOwnRun(folder('b'), 'same-2')
    await cli('runs', 'scan', join(base, 'out'))
    expect(await cli('runs', 'search', '--state', 'lost')).toMatchObject({ code: 2, err: expect.stringMatching(/interrupted/) })
    expect((await cli('runs', 'list', '--sort', 'size')).code).toBe(2)
    expect(await cli('runs', 'list', '--limit', '0')).toMatchObject({ code: 2, err: expect.stringMatching(/limit/) })
    expect(await cli('runs', 'size', 'same')).toMatchObject({ code: 2, err: expect.stringMatching(/same-1, same-2/) })
    expect(await cli('runs', 'size', 'nothing-like-it')).toMatchObject({ code: 1, err: expect.stringMatching(/RUN_NOT_FOUND/) })
  })

  it('are deleted only after the size was shown and somebody said yes', async () => {
    writeOwnRun(folder('a'), 'a1')
    writeOwnRun(folder('b'), 'b1')
    await cli('runs', 'scan', join(base, 'out'))
    expect(await cli('runs', 'delete', 'a1')).toMatchObject({ code: 2, err: expect.stringMatching(/--yes/) })
    const { err, output } = gatheredOutput()
    await runsDelete(output, ['a1', 'b1'], false, false, async () => {
      // The size stands there before the question.
      expect(err.at(-1)).toMatch(/deleting frees/)
      return err.length > 2
    })
    expect([existsSync(folder('a')), existsSync(folder('b'))]).toEqual([true, false])
    const { deleted } = await json('runs', 'delete', 'a1', '--yes')
    expect(deleted).toMatchObject([{ run: 'a1', folder: folder('a') }])
    expect(deleted[0].freedBytes).toBeGreaterThan(0)
    expect((await json('runs', 'list')).total).toBe(0)
  })

  it('go out as CSV and come in again, with bad lines named', async () => {
    writeOwnRun(folder('a'), 'a1')
    await cli('runs', 'scan', join(base, 'out'))
    expect(await json('runs', 'export-history', '--out', join(base, 'h.csv'))).toEqual({ rows: 1, path: join(base, 'h.csv') })
    const text = readFileSync(join(base, 'h.csv'), 'utf8')
    expect(`${(await cli('runs', 'export-history')).out}\n`).toBe(text)
    writeFileSync(join(base, 'h.csv'), `${text}bad line\r\n`)
    expect(await json('runs', 'import-history', join(base, 'h.csv'))).toEqual({
      added: 0,
      known: 1,
      bad: [{ line: 3, reason: 'it has 1 columns, the header 16' }],
    })
    expect((await cli('runs', 'export-history', '--out', join(base, 'none', 'h.csv'))).code).toBe(1)
  })

  it('say what is wrong with a state folder that cannot be used, instead of a stack', async () => {
    writeFileSync(join(base, 'file'), '')
    vi.stubEnv('SCENEWRIGHT_STATE', join(base, 'file', 'state'))
    expect(await cli('runs', 'list')).toMatchObject({ code: 1, err: expect.stringMatching(/FOLDER_NOT_WRITABLE/) })
  })
})

describe('report resources', () => {
  /** A run whose ssam stage was sampled once. */
  function measured(id: string, at: number, cpuPercent: number): void {
    writeOwnRun(folder(id), id, { at, ending: 'none' })
    const sample = {
      at,
      stage: 'ssam',
      cpuPercent,
      workerMemoryBytes: 2 ** 20,
      engineMemoryBytes: 0,
      readBytesPerSecond: 0,
      writeBytesPerSecond: 4096,
    }
    const events = [
      { type: 'stageStarted', stage: 'ssam', total: 1, unit: 'frames', generation: 1 },
      { type: 'sampleTaken', stage: 'ssam', sample },
      { type: 'stageFinished', stage: 'ssam', state: 'succeeded', durationMs: 2000, counts: {} },
      { type: 'runFinished', state: 'succeeded' },
    ]
    const path = join(folder(id), 'journal.ndjson')
    writeFileSync(path, readFileSync(path, 'utf8') + events.map((event, i) => `${JSON.stringify({ ...event, seq: 3 + i, at })}\n`).join(''))
  }

  it('shows the last runs of a folder or of the registry beside the one before, and tells one that cannot be read', async () => {
    measured('20260101_a', 1000, 100)
    measured('20260102_b', 2000, 150)
    measured('20260103_c', 3000, 75)
    mkdirSync(folder('20260104_torn'))
    writeFileSync(join(folder('20260104_torn'), 'run.json'), '{}')
    const { runs, unread } = await json('report', 'resources', join(base, 'out'), '--last', '2')
    expect(unread).toHaveLength(1)
    expect(runs.map((one: { run: { runId: string } }) => one.run.runId)).toEqual(['20260103_c', '20260102_b'])
    const cpu = runs[0].stages[0].values.find((value: { measure: string }) => value.measure === 'cpuPercentMean')
    expect(cpu).toMatchObject({ value: 75, before: 150, change: -75, changePercent: -50 })
    expect(runs[0].comparedWith).toMatchObject({ runId: '20260102_b', sameScene: true })
    await cli('runs', 'scan', join(base, 'out'))
    const { out } = await cli('report', 'resources', '--last', '1')
    expect(out).toMatch(/compared with run 20260102_b .*the same scene/)
    expect(out).toMatch(/CPU mean +75\.0 % +150\.0 % +-75\.0 % +-50\.0 %/)
    expect(out).toMatch(/disk write peak +4\.0 KiB\/s/)
    expect((await cli('report', 'resources', '--last', '0')).code).toBe(2)
  })
})
