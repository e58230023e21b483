import { existsSync, linkSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { realDisk } from '../disk/disk.ts'
import { type Database, openDatabase } from '../state/database.ts'
import { openRegistry } from './registry.ts'
import { summaryOf, writeForeignRun, writeOwnRun } from './registry-fixture.ts'
import { registryTables } from './registry-tables.ts'
import { idOfFolder } from './run-summary.ts'

let base = ''
let database: Database
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'scenewright-removal-'))
  database = openDatabase(join(base, 'state'), registryTables)
})
afterEach(() => {
  database.close()
  rmSync(base, { recursive: true, force: true })
})
const root = () => join(base, 'runs')
const folder = (name: string) => join(root(), name)

describe('the size of a run', () => {
  it('counts bytes under two names once, and as freed only when no name is left outside', async () => {
    writeOwnRun(folder('a'), 'a')
    writeOwnRun(folder('b'), 'b')
    const registry = openRegistry(database)
    await registry.scan(root())
    const bare = await registry.sizeOf('a')
    mkdirSync(join(folder('a'), 'deep'))
    writeFileSync(join(folder('a'), 'deep', 'inside'), Buffer.alloc(1000))
    linkSync(join(folder('a'), 'deep', 'inside'), join(folder('a'), 'again'))
    writeFileSync(join(folder('b'), 'shared'), Buffer.alloc(5000))
    linkSync(join(folder('b'), 'shared'), join(folder('a'), 'shared'))
    symlinkSync(join(base, 'state'), join(folder('a'), 'link'))
    const size = await registry.sizeOf('a')
    const linkBytes = join(base, 'state').length
    expect(size.files - bare.files).toBe(4)
    expect(size.totalBytes - bare.totalBytes).toBe(6000 + linkBytes)
    expect(size.freedBytes - bare.freedBytes).toBe(1000 + linkBytes)
  })
})

describe('deleting a run', () => {
  it('takes folder and row, leaves the others and what links point to, and keeps its line in the history', async () => {
    writeOwnRun(folder('a'), 'a')
    writeOwnRun(folder('b'), 'b')
    writeForeignRun(folder('f'))
    writeFileSync(join(base, 'precious'), 'x')
    symlinkSync(base, join(folder('a'), 'out'))
    const registry = openRegistry(database)
    await registry.scan(root())
    const { csv } = await registry.exportHistory()
    await registry.remove('a')
    await registry.remove(idOfFolder(folder('f')))
    expect(readdirSync(root())).toEqual(['b'])
    expect(existsSync(join(base, 'precious'))).toBe(true)
    expect((await registry.search({})).rows.map((row) => row.id)).toEqual(['b'])
    expect((await registry.exportHistory()).csv).toBe(csv)
    await expect(registry.remove('a')).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' })
  })

  it('refuses what is running, what is no run, what is a link, what is not permitted, and a run that others lie in', async () => {
    const registry = openRegistry(database, {
      permit: async (path) => {
        if (path.includes('forbidden')) throw new Error('forbidden')
        return path
      },
    })
    writeOwnRun(folder('running'), 'running')
    await registry.put(summaryOf('running', folder('running'), { state: 'running' }))
    mkdirSync(folder('plain'), { recursive: true })
    writeFileSync(join(folder('plain'), 'run.json'), '{"format":"somebody.else"}')
    await registry.put(summaryOf('plain', folder('plain')))
    writeOwnRun(join(base, 'far'), 'linked')
    symlinkSync(join(base, 'far'), folder('linked'))
    await registry.put(summaryOf('linked', folder('linked')))
    writeOwnRun(folder('forbidden'), 'forbidden')
    await registry.put(summaryOf('forbidden', folder('forbidden')))
    writeForeignRun(folder('outer'))
    await registry.open(folder('outer'))
    writeOwnRun(join(folder('outer'), 'stamp', 'inner'), 'inner')
    await registry.put(summaryOf('gone', folder('gone')))
    const refused: Record<string, RegExp> = {
      running: /is running/,
      plain: /no run\.json/,
      linked: /a link/,
      forbidden: /forbidden/,
      [idOfFolder(folder('outer'))]: /another run lies in it/,
      gone: /ENOENT/,
    }
    for (const [id, reason] of Object.entries(refused)) await expect(registry.remove(id), id).rejects.toThrow(reason)
    expect(readdirSync(root()).sort()).toEqual(['forbidden', 'linked', 'outer', 'plain', 'running'])
    expect((await registry.search({})).total).toBe(6)
  })

  it('refuses a folder that holds another run by now, and a row without a folder even where this process stands in a run', async () => {
    const registry = openRegistry(database)
    writeOwnRun(folder('a'), 'newcomer')
    await registry.put(summaryOf('old', folder('a')))
    await expect(registry.remove('old')).rejects.toThrow(/another run, newcomer/)
    await registry.put(summaryOf('nowhere', '', { state: 'incomplete' }))
    const before = process.cwd()
    process.chdir(folder('a'))
    try {
      await expect(registry.remove('nowhere')).rejects.toMatchObject({ code: 'RUN_FOLDER_EXPECTED' })
      await expect(registry.sizeOf('nowhere')).rejects.toMatchObject({ code: 'RUN_FOLDER_EXPECTED' })
    } finally {
      process.chdir(before)
    }
    expect(readdirSync(root())).toEqual(['a'])
  })

  it('happens once when two engines are asked at the same time, and the other is told why not', async () => {
    writeOwnRun(folder('a'), 'a')
    const other = openDatabase(join(base, 'state'), registryTables)
    const [one, two] = [openRegistry(database), openRegistry(other)]
    await one.scan(root())
    const ends = await Promise.allSettled([one.remove('a'), two.remove('a')])
    expect(ends.map((end) => end.status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(ends.find((end) => end.status === 'rejected')?.reason.code).toMatch(/RUN_NOT_FOUND|RUN_FOLDER_EXPECTED|FOLDER_NOT_WRITABLE/)
    expect(readdirSync(root())).toEqual([])
    expect((await two.search({})).total).toBe(0)
    other.close()
  })

  it('leaves everything as it was when the folder cannot be renamed', async () => {
    writeOwnRun(folder('a'), 'a')
    const registry = openRegistry(database, {
      disk: {
        ...realDisk,
        rename: async () => {
          throw new Error('EIO')
        },
      },
    })
    await registry.scan(root())
    await expect(registry.remove('a')).rejects.toMatchObject({ code: 'FOLDER_NOT_WRITABLE' })
    expect((await registry.list()).map((run) => run.id)).toEqual(['a'])
    expect(readdirSync(root())).toEqual(['a'])
  })

  it.each(['before the rename', 'after the rename', 'while its bytes go'])(
    'leaves no half run behind when the engine is killed %s, and a scan takes away the rest',
    async (moment) => {
      writeOwnRun(folder('a'), 'a')
      const never = new Promise<void>(() => {})
      const reached = Promise.withResolvers<void>()
      const stop = () => {
        reached.resolve()
        return never
      }
      const registry = openRegistry(database, {
        disk: {
          ...realDisk,
          rename: (from, to) => (moment === 'before the rename' ? stop() : realDisk.rename(from, to)),
          syncFolder: (path) => (moment === 'after the rename' ? stop() : realDisk.syncFolder(path)),
          remove: () => stop(),
        },
      })
      await registry.scan(root())
      void registry.remove('a')
      await reached.promise
      const after = openRegistry(database)
      const there = moment === 'before the rename'
      expect((await after.search({})).total).toBe(there ? 1 : 0)
      expect(await after.list()).toHaveLength(there ? 1 : 0)
      await after.scan(root())
      expect(readdirSync(root())).toEqual(there ? ['a'] : [])
      expect((await after.search({})).total).toBe(there ? 1 : 0)
    },
  )
})
