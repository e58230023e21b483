import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RegistryRow } from '#api/api'
import { type Database, openDatabase } from '../state/database.ts'
import { ownerOfProcess, isOwnerAlive } from './process-owner.ts'
import { openRegistry } from './registry.ts'
import { summaryOf, writeForeignRun, writeOwnRun } from './registry-fixture.ts'
import { registryTables } from './registry-tables.ts'
import { idOfFolder } from './run-summary.ts'

let base = ''
const opened: Database[] = []
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'scenewright-registry-'))
})
afterEach(() => {
  for (const database of opened.splice(0)) database.close()
  rmSync(base, { recursive: true, force: true })
})

function open(options: Parameters<typeof openRegistry>[1] = {}, state = join(base, 'state')) {
  const database = openDatabase(state, registryTables)
  opened.push(database)
  return openRegistry(database, options)
}
const root = () => join(base, 'runs')
const folder = (name: string) => join(root(), name)
const stateOf = (rows: readonly RegistryRow[], id: string) => rows.find((row) => row.id === id)?.state

describe('the list of runs', () => {
  it('is newest first, replaces a run put again, and leaves out what is forgotten or whose folder went away', async () => {
    const registry = open()
    for (const [id, at] of [
      ['a', 1],
      ['b', 3],
      ['c', 2],
      ['d', 4],
    ] as const) {
      writeOwnRun(folder(id), id)
      await registry.put(summaryOf(id, folder(id), { queuedAt: at }))
    }
    await registry.put(summaryOf('a', folder('a'), { queuedAt: 9 }))
    await registry.forget('c')
    rmSync(folder('d'), { recursive: true })
    expect((await registry.list()).map((run) => run.id)).toEqual(['a', 'b'])
    expect(await registry.find('d')).toBeUndefined()
    expect((await registry.find('b'))?.queuedAt).toBe(3)
    expect(await registry.outputRoots()).toEqual([root()])
  })

  it('tells a run as interrupted when its process ended, also when another process got its number, and keeps a paused one paused', async () => {
    const self = ownerOfProcess(process.pid)
    expect(isOwnerAlive(self)).toBe(true)
    // Only where the system tells when a process began can a reused number be seen.
    if (self.started !== '') expect(isOwnerAlive({ ...self, started: `${self.started}1` })).toBe(false)
    const gone = open({ owner: { pid: 4_194_303, started: '' } })
    writeOwnRun(folder('a'), 'a')
    writeOwnRun(folder('p'), 'p')
    await gone.put(summaryOf('a', folder('a'), { state: 'running', stage: 'ssam' }))
    await gone.put(summaryOf('p', folder('p'), { state: 'paused' }))
    const registry = open()
    expect(await registry.find('a')).toMatchObject({ state: 'interrupted', stage: undefined })
    expect((await registry.find('p'))?.state).toBe('paused')
    expect((await registry.search({ states: ['interrupted'] })).rows.map((row) => row.id)).toEqual(['a'])
    expect((await registry.search({ states: ['running'] })).total).toBe(0)
  })

  it('reads a process whose name holds brackets and spaces, and takes one that waits to be collected for ended', () => {
    const proc = join(base, 'proc')
    mkdirSync(join(proc, `${process.pid}`), { recursive: true })
    const stat = (state: string) =>
      writeFileSync(join(proc, `${process.pid}`, 'stat'), `${process.pid} (a) b (c) ${state} 1 ${'0 '.repeat(17)}777 0 0`)
    stat('S')
    const owner = ownerOfProcess(process.pid, proc)
    expect(owner.started).toBe('/777')
    expect(isOwnerAlive(owner, proc)).toBe(true)
    stat('Z')
    expect(isOwnerAlive(owner, proc)).toBe(false)
  })

  it('keeps a run going when a second engine opens its folder and reads it as interrupted', async () => {
    writeOwnRun(folder('a'), 'a', { ending: 'none' })
    const alive = () => true
    await open({ isAlive: alive, owner: { pid: 11, started: '' } }).put(summaryOf('a', folder('a'), { state: 'running' }))
    const second = open({ isAlive: alive, owner: { pid: 12, started: '' } })
    await second.put(summaryOf('a', folder('a'), { state: 'interrupted' }))
    await second.open(folder('a'))
    await second.scan(root())
    expect((await second.find('a'))?.state).toBe('running')
  })

  it('takes over the old list once, so that a run forgotten later does not come back', async () => {
    writeOwnRun(folder('a'), 'a')
    mkdirSync(join(base, 'state'))
    const entry = { summary: summaryOf('a', folder('a')), ownerPid: 1 }
    writeFileSync(join(base, 'state', 'runs.json'), JSON.stringify({ format: 'scenewright.runs', version: 1, runs: [entry] }))
    const first = open({ stateFolder: join(base, 'state') })
    expect((await first.list()).map((run) => run.id)).toEqual(['a'])
    await first.forget('a')
    expect(await open({ stateFolder: join(base, 'state') }).list()).toEqual([])
  })

  it('says that an old list could not be read instead of beginning empty without a word', () => {
    mkdirSync(join(base, 'state'))
    writeFileSync(join(base, 'state', 'runs.json'), '{"format":')
    expect(open({ stateFolder: join(base, 'state') }).problems[0]).toMatch(/runs\.json could not be taken over/)
  })

  it('loses nothing when two open databases and two processes write at once', async () => {
    const [one, two] = [open(), open()]
    mkdirSync(root(), { recursive: true })
    const child = (from: string) => {
      const script = `
        const { openDatabase } = await import(${JSON.stringify(join(import.meta.dirname, '../state/database.ts'))})
        const { openRegistry } = await import(${JSON.stringify(join(import.meta.dirname, 'registry.ts'))})
        const { registryTables } = await import(${JSON.stringify(join(import.meta.dirname, 'registry-tables.ts'))})
        const { summaryOf } = await import(${JSON.stringify(join(import.meta.dirname, 'registry-fixture.ts'))})
        const registry = openRegistry(openDatabase(${JSON.stringify(join(base, 'state'))}, registryTables))
        for (let i = 0; i < 100; i += 1) await registry.put(summaryOf(${JSON.stringify(from)} + i, ${JSON.stringify(root())} + '/' + ${JSON.stringify(from)} + i))
        await registry.annotate(${JSON.stringify(from)} + '0', { tags: [${JSON.stringify(from)}], note: '' })`
      const running = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'ignore', 'pipe'] })
      let said = ''
      running.stderr.on('data', (bytes) => {
        said += bytes
      })
      return new Promise<string>((resolve) => running.on('exit', (code) => resolve(code === 0 ? '' : said)))
    }
    const children = [child('x'), child('y')]
    for (let i = 0; i < 100; i += 1) {
      await one.put(summaryOf(`p${i}`, folder(`p${i}`)))
      await two.put(summaryOf(`q${i}`, folder(`q${i}`)))
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    expect(await Promise.all(children)).toEqual(['', ''])
    expect((await one.search({ limit: 1 })).total).toBe(400)
    expect(await two.allTags()).toEqual(['x', 'y'])
  })
})

describe('a search', () => {
  it('finds every word in name, scene, folder, note or tag, whatever the case, and takes % _ and quotes as they are', async () => {
    const registry = open()
    const names = ['100% done', '100x done', "O'Brien_run", 'OXBrienxrun', 'Étude ＡＢＣ', '"; DROP TABLE registry_runs; --']
    for (const [i, name] of names.entries()) {
      mkdirSync(folder(`r${i}`), { recursive: true })
      await registry.put(summaryOf(`r${i}`, folder(`r${i}`), { name, sceneName: i === 3 ? 'Küche' : 'desk' }))
    }
    await registry.annotate('r1', { tags: ['Keep This'], note: 'Masks look\nBLOCKY' })
    const found = async (text: string) => (await registry.search({ text, sort: 'name' })).rows.map((row) => row.id).sort()
    expect(await found('100%')).toEqual(['r0'])
    expect(await found('N_R')).toEqual(['r2'])
    expect(await found("o'brien")).toEqual(['r2'])
    expect(await found('étude abc')).toEqual(['r4'])
    expect(await found('KÜCHE')).toEqual(['r3'])
    expect(await found('blocky keep done')).toEqual(['r1'])
    expect(await found('blocky desk/none')).toEqual([])
    expect(await found('drop table')).toEqual(['r5'])
    expect(await found(`${root()}/R4`)).toEqual(['r4'])
    expect(await found('')).toHaveLength(6)
  })

  it('pages through one order without a row twice, tells the total beyond the last page, and filters by every tag and any state', async () => {
    const registry = open()
    for (let i = 0; i < 25; i += 1) {
      mkdirSync(folder(`r${i}`), { recursive: true })
      const state = i % 2 === 0 ? 'failed' : 'succeeded'
      await registry.put(summaryOf(`r${i}`, folder(`r${i}`), { name: 'same', queuedAt: 5, startedAt: 0, endedAt: i, state }))
      if (i % 3 === 0) await registry.annotate(`r${i}`, { tags: i % 2 === 0 ? ['three', 'two'] : ['three', ' three '], note: '' })
    }
    const ids = new Set<string>()
    for (const offset of [0, 10, 20]) for (const row of (await registry.search({ limit: 10, offset, sort: 'name' })).rows) ids.add(row.id)
    expect(ids.size).toBe(25)
    expect(await registry.search({ offset: 100 })).toMatchObject({ rows: [], total: 25 })
    expect((await registry.search({ sort: 'longest', limit: 1 })).rows[0]).toMatchObject({ id: 'r24', tags: ['three', 'two'] })
    expect((await registry.search({ tags: ['three', 'two'] })).total).toBe(5)
    expect((await registry.search({ states: ['failed', 'paused'] })).total).toBe(13)
    expect(await registry.allTags()).toEqual(['three', 'two'])
  })
})

describe('tags and notes', () => {
  it('stay when the run changes its state, and move with the folder into a registry that never heard of them', async () => {
    const registry = open()
    writeOwnRun(folder('a'), 'a')
    await registry.put(summaryOf('a', folder('a')))
    expect(await registry.annotate('a', { tags: [' good', 'good', ''], note: 'see frame 12' })).toEqual({ reason: undefined })
    await registry.put(summaryOf('a', folder('a'), { state: 'failed' }))
    expect((await registry.search({})).rows[0]).toMatchObject({ state: 'failed', tags: ['good'], note: 'see frame 12' })
    renameSync(root(), join(base, 'elsewhere'))
    const other = open({}, join(base, 'other-state'))
    await other.scan(join(base, 'elsewhere'))
    expect((await other.search({})).rows[0]).toMatchObject({ tags: ['good'], note: 'see frame 12' })
  })

  it('are kept by the registry alone where the folder is gone, and that is said', async () => {
    const registry = open()
    await registry.put(summaryOf('a', folder('a')))
    expect((await registry.annotate('a', { tags: ['lost'], note: '' })).reason).toMatch(/gone/)
    expect((await registry.search({ tags: ['lost'] })).rows[0]).toMatchObject({
      state: 'incomplete',
      fault: { params: { reason: 'folder is gone' } },
    })
    await expect(registry.annotate('none', { tags: [], note: '' })).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' })
  })
})

describe('a scan', () => {
  it('finds ours, those of My3DIS and those not whole, one and two levels down, and one bad folder stops nothing', async () => {
    writeOwnRun(folder('own'), 'own')
    writeOwnRun(join(root(), 'experiment', 'deep'), 'deep', { ending: 'failed' })
    writeOwnRun(join(root(), 'too', 'far', 'down'), 'far')
    writeForeignRun(join(root(), 'v7', 'scene_00010_00'))
    writeForeignRun(folder('unfinished'), false)
    mkdirSync(join(root(), 'bare', 'level_2'), { recursive: true })
    writeOwnRun(folder('torn'), 'torn')
    writeFileSync(join(folder('torn'), 'journal.ndjson'), '{"type":"runQu')
    mkdirSync(folder('page'))
    writeFileSync(join(folder('page'), 'manifest.json'), '{"name":"a web page"}')
    mkdirSync(folder('other'))
    writeFileSync(join(folder('other'), 'run.json'), '{"format":"somebody.else"}')
    writeOwnRun(folder('copy'), 'own')
    writeOwnRun(folder('notes'), 'notes')
    writeFileSync(join(folder('notes'), 'scenewright-notes.json'), '{"format":')
    const registry = open()
    const result = await registry.scan(root())
    const { rows } = await registry.search({ limit: 100 })
    expect(rows).toHaveLength(7)
    expect(stateOf(rows, 'deep')).toBe('failed')
    expect(stateOf(rows, 'torn')).toBe('incomplete')
    expect(rows.find((row) => row.folder.endsWith('scene_00010_00'))).toMatchObject({
      state: 'foreign',
      name: 'v7_135',
      frameCount: 3,
      levels: [2, 4, 6],
      queuedAt: Date.parse('2025-10-21T18:20:00+08:00'),
      endedAt: Date.parse('2025-10-21T18:23:49+08:00'),
    })
    expect(rows.find((row) => row.folder === folder('unfinished'))).toMatchObject({
      state: 'incomplete',
      fault: { params: { reason: 'it has no workflow_summary.json, so it did not finish' } },
    })
    expect(stateOf(rows, idOfFolder(folder('bare')))).toBe('incomplete')
    expect(result.problems.map(({ folder: at }) => at).sort()).toEqual([expect.stringMatching(/\/(copy|own)$/), folder('notes')].sort())
    expect(result).toMatchObject({ found: 8, added: 7 })
    expect(await registry.scan(root())).toMatchObject({ found: 8, added: 0 })
  })

  it('gives the same rows when the registry was deleted and is built again, hostile names included', async () => {
    const names = ["it's", 'a "b" %_\\', 'новая сцена', '-rf', 'tab\there', 'x'.repeat(200)]
    for (const [i, name] of names.entries()) writeOwnRun(folder(name), `id${i}`, { name, scene: name, at: 1000 + i })
    writeForeignRun(folder('foreign'))
    const first = open()
    await first.scan(root())
    await first.annotate('id2', { tags: ["'; DROP", 'ß'], note: '%' })
    await first.annotate(idOfFolder(folder('foreign')), { tags: ['theirs'], note: '' })
    const before = await first.search({ sort: 'name' })
    expect(before.total).toBe(7)
    opened.pop()?.close()
    rmSync(join(base, 'state'), { recursive: true })
    const again = open()
    await again.scan(root())
    expect(await again.search({ sort: 'name' })).toEqual(before)
    expect(await again.outputRoots()).toEqual([root()])
  })

  it('follows a run that was moved, and replaces what stood for its folder while it could not be read', async () => {
    writeOwnRun(folder('a'), 'a')
    const registry = open()
    await registry.scan(root())
    renameSync(folder('a'), folder('b'))
    writeFileSync(join(folder('b'), 'run.json'), '{')
    renameSync(join(folder('b'), 'journal.ndjson'), join(base, 'journal'))
    await registry.scan(root())
    expect(stateOf((await registry.search({})).rows, idOfFolder(folder('b')))).toBe('incomplete')
    renameSync(join(base, 'journal'), join(folder('b'), 'journal.ndjson'))
    await registry.scan(root())
    expect((await registry.search({})).rows.map(({ id, folder: at }) => [id, at])).toEqual([['a', folder('b')]])
  })

  it('can be stopped, tells a root that is not there, and does not follow links out of what is permitted', async () => {
    writeOwnRun(folder('a'), 'a')
    const registry = open()
    await expect(registry.scan(root(), AbortSignal.abort())).rejects.toThrow(/abort/i)
    await expect(registry.scan(join(base, 'nowhere'))).rejects.toMatchObject({ code: 'FOLDER_NOT_READABLE' })
    const strict = open({
      permit: async (path) => {
        if (path.endsWith('/a')) throw new Error('outside')
        return path
      },
    })
    expect(await strict.scan(root())).toMatchObject({ added: 0, problems: [{ reason: 'outside' }] })
  })
})
