import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { csvFromHistory, historyColumns, historyFromCsv } from '#core/registry/history-csv'
import { type Database, openDatabase } from '../state/database.ts'
import { openRegistry } from './registry.ts'
import { writeForeignRun, writeOwnRun } from './registry-fixture.ts'
import { registryTables } from './registry-tables.ts'

let base = ''
let database: Database
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'scenewright-history-'))
  database = openDatabase(':memory:', registryTables)
})
afterEach(() => {
  database.close()
  rmSync(base, { recursive: true, force: true })
})

const legacyRow = (runDir: string, timestamp = '2025-10-21T18:23:49+08:00') =>
  `${timestamp},scene_00010_00,v7_135,configs/a.yaml,/d/color,/o,${runDir},"2,4,6",4,120,30,8,,,,\r\n`
const file = (name: string, ...lines: readonly string[]) => {
  mkdirSync(join(base, 'logs'), { recursive: true })
  const path = join(base, 'logs', name)
  writeFileSync(path, lines.join(''))
  return path
}
const header = `${historyColumns.join(',')}\r\n`

describe('the history', () => {
  it('has one row per run that succeeded, ours and theirs, in order of time, with what each folder tells', async () => {
    writeOwnRun(join(base, 'runs', 'a'), 'a', { name: 'with "quotes", and commas', at: Date.parse('2026-01-02T03:04:05Z') })
    writeOwnRun(join(base, 'runs', 'f'), 'f', { ending: 'failed' })
    writeOwnRun(join(base, 'runs', 'i'), 'i', { ending: 'none' })
    writeForeignRun(join(base, 'runs', 'theirs'))
    writeForeignRun(join(base, 'runs', 'broken'), false)
    const registry = openRegistry(database)
    await registry.scan(join(base, 'runs'))
    const { csv, rows } = await registry.exportHistory()
    expect(rows).toBe(2)
    const [theirs, ours] = historyFromCsv(csv).rows.map(({ row }) => row)
    expect(theirs).toMatchObject({
      timestamp: '2025-10-21T18:23:49+08:00',
      experimentName: 'v7_135',
      scene: 'scene_00010_00',
      levels: [2, 4, 6],
      ssamFreq: 4,
      framesTotal: 120,
      framesSelected: 3,
      framesSsam: 1,
      sceneIndex: 3,
    })
    expect(ours).toMatchObject({
      experimentName: 'with "quotes", and commas',
      runDir: join(base, 'runs', 'a'),
      dataPath: '/scenes/kitchen',
      levels: [2, 4],
      ssamFreq: 4,
      framesTotal: 9,
      framesSelected: 5,
      framesSsam: 2,
    })
    expect(Date.parse(ours!.timestamp)).toBe(Date.parse('2026-01-02T03:05:05Z'))
  })

  it('knows every row of its own export again, here and after its folders are gone', async () => {
    writeOwnRun(join(base, 'runs', 'a'), 'a')
    writeForeignRun(join(base, 'runs', 'theirs'))
    const registry = openRegistry(database)
    await registry.scan(join(base, 'runs'))
    const { csv } = await registry.exportHistory()
    const path = file('mine.csv', csv)
    const rowsBefore = await registry.search({})
    expect(await registry.importHistory(path)).toEqual({ added: 1, known: 1, bad: [] })
    expect(await registry.search({})).toEqual(rowsBefore)
    expect((await registry.exportHistory()).csv).toBe(csv)
    const elsewhere = openRegistry(openDatabase(':memory:', registryTables))
    rmSync(join(base, 'runs'), { recursive: true })
    expect(await elsewhere.importHistory(path)).toMatchObject({ added: 2 })
    expect((await elsewhere.exportHistory()).csv).toBe(csv)
  })

  it('takes in the old file once: a folder that is there as it is, one that is gone as incomplete, bad lines with their number', async () => {
    const there = join(base, 'out', 'there')
    writeForeignRun(there)
    mkdirSync(join(base, 'out', 'empty'))
    const path = file(
      'workflow_history.csv',
      header,
      legacyRow('out/there'),
      legacyRow(join(base, 'out', 'gone')),
      legacyRow(join(base, 'out', 'gone')),
      legacyRow(join(base, 'out', 'gone'), '2025-10-22T18:23:49+08:00'),
      legacyRow(join(base, 'out', 'empty')),
      'yesterday,a,b,c,d,e,/f,"2",4,1,1,1,,,,\r\n',
      'too,short\r\n',
    )
    const registry = openRegistry(database)
    expect(await registry.importHistory(path)).toEqual({
      added: 4,
      known: 1,
      bad: [
        { line: 7, reason: '"yesterday" is no time' },
        { line: 8, reason: 'it has 2 columns, the header 16' },
      ],
    })
    const { rows } = await registry.search({ sort: 'name' })
    expect(rows.map((row) => [row.folder, row.state])).toEqual(
      expect.arrayContaining([
        [there, 'foreign'],
        [join(base, 'out', 'gone'), 'incomplete'],
        [join(base, 'out', 'empty'), 'incomplete'],
      ]),
    )
    expect(rows.find((row) => row.folder.endsWith('gone'))?.fault?.params.reason).toBe('folder is gone')
    expect(await registry.importHistory(path)).toMatchObject({ added: 0, known: 5 })
    // A disk that was not mounted then.
    writeForeignRun(join(base, 'out', 'gone'))
    const back = async () => (await registry.search({ text: 'out/gone' })).rows[0]
    expect((await back())?.fault?.params.reason).toMatch(/there again/)
    await registry.scan(join(base, 'out'))
    expect((await back())?.state).toBe('foreign')
    expect((await registry.exportHistory()).rows).toBe(4)
  })

  it('takes in both kinds of started processes, once, and never exports them as finished runs', async () => {
    const csv = file(
      'run_pid_map.csv',
      'timestamp,pid,stdout_target,command,config\n',
      '2025-10-21T18:20:00+08:00,4242,/tmp/a.log,"python run.py --config ""a b.yaml""",configs/sweep_17.yaml\n',
    )
    const tsv = file('run_pid_map.tsv', '2025-10-21 18:20:00+0800\t77\t/tmp/b.log\t./run.sh --frames 0:10\n', 'not a line\n')
    const registry = openRegistry(database)
    expect(await registry.importHistory(csv)).toEqual({ added: 1, known: 0, bad: [] })
    expect(await registry.importHistory(tsv)).toEqual({ added: 1, known: 0, bad: [{ line: 2, reason: 'it has fewer than four columns' }] })
    expect(await registry.importHistory(csv)).toMatchObject({ added: 0, known: 1 })
    const { rows } = await registry.search({ text: 'sweep_17' })
    expect(rows[0]).toMatchObject({ state: 'incomplete', queuedAt: Date.parse('2025-10-21T18:20:00+08:00') })
    expect(rows[0]?.fault?.params.reason).toMatch(/process 4242.*a b\.yaml/)
    expect(await registry.exportHistory()).toEqual({ csv: csvFromHistory([]), rows: 0 })
  })

  it('never leaves out a run that succeeded, even when its folder can tell nothing any more', async () => {
    writeOwnRun(join(base, 'runs', 'torn'), 'torn')
    writeOwnRun(join(base, 'runs', 'gone'), 'gone', { at: 5000 })
    const registry = openRegistry(database)
    await registry.scan(join(base, 'runs'))
    writeFileSync(join(base, 'runs', 'torn', 'run.json'), '{"format":')
    rmSync(join(base, 'runs', 'gone'), { recursive: true })
    const { csv } = await registry.exportHistory()
    expect(historyFromCsv(csv).rows.map(({ row }) => [row.experimentName, row.framesSelected, row.framesTotal])).toEqual([
      ['run torn', 5, undefined],
      ['run gone', 5, undefined],
    ])
  })

  it('refuses a file that is neither, and one that is not there', async () => {
    const registry = openRegistry(database)
    await expect(registry.importHistory(file('a.csv', 'a,b\n1,2\n'))).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
    await expect(registry.importHistory(join(base, 'none.csv'))).rejects.toMatchObject({ code: 'FOLDER_NOT_READABLE' })
  })
})
