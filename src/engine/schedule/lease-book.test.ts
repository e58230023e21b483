// Tests of leases that several engines share: races for the last place, engines that die, and workers that outlive them.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, describe, expect, it } from 'vitest'
import type { Lease } from '#core/schedule/schedule'
import { ownerOfProcess, type ProcessOwner } from '../registry/process-owner.ts'
import { type Database, openDatabase } from '../state/database.ts'
import { createLeaseBook, leaseTables } from './lease-book.ts'

const devices = [
  { id: 'cpu', memoryBytes: 1000, cores: 4 },
  { id: 'cuda:0', memoryBytes: 800 },
]
const lease = (runId: string, more: Partial<Lease> = {}): Lease => ({
  runId,
  stage: 'ssam',
  device: 'cuda:0',
  memoryBytes: 600,
  cores: 1,
  alone: false,
  ...more,
})

const folders: string[] = []
const databases: Database[] = []
const children: ChildProcess[] = []
const newFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), 'leases-'))
  folders.push(folder)
  return folder
}
const opened = (folder: string) => {
  const database = openDatabase(folder, leaseTables)
  databases.push(database)
  return database
}
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  for (const database of databases.splice(0)) database.close()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

/** Two engines of one machine: owners by number only, alive as long as they are in `alive`. */
function twoEngines() {
  const folder = newFolder()
  const alive = new Set([1, 2])
  const isAlive = (owner: ProcessOwner) => alive.has(owner.pid)
  const engine = (pid: number) => createLeaseBook(opened(folder), { owner: { pid, started: '' }, isAlive, now: () => pid })
  return { first: engine(1), second: engine(2), alive }
}

/** A process of its own that opens the book, waits for a line, takes a lease, tells whether it got it, and stays. */
function engineProcess(folder: string, runId: string) {
  const at = (path: string) => JSON.stringify(new URL(path, import.meta.url).href)
  const code = `
    import { openDatabase } from ${at('../state/database.ts')}
    import { createLeaseBook, leaseTables } from ${at('./lease-book.ts')}
    const book = createLeaseBook(openDatabase(${JSON.stringify(folder)}, leaseTables))
    console.log('ready')
    process.stdin.once('data', () => console.log(JSON.stringify(book.take(${JSON.stringify(lease(runId))}, ${JSON.stringify(devices)}))))
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['pipe', 'pipe', 'inherit'] })
  children.push(child)
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const line = async () => String((await lines.next()).value)
  const take = async () => {
    child.stdin.write('go\n')
    return JSON.parse(await line()) as { taken: boolean }
  }
  return { child, ready: line(), take }
}

describe('createLeaseBook', () => {
  it('gives the last place on a device to one engine only, and tells the other who has it', () => {
    const { first, second } = twoEngines()
    expect(first.take(lease('a'), devices)).toEqual({ taken: true })
    const late = second.take(lease('b'), devices)
    expect(late).toMatchObject({ taken: false, foreign: [{ runId: 'a', holder: 'another Scenewright (process 1)' }] })
    expect(!late.taken && late.reason).toContain('600 B of 800 B are taken by a run of another Scenewright (process 1)')
    expect(second.take(lease('c', { memoryBytes: 200 }), devices)).toEqual({ taken: true })
    expect(first.release('a')).toBe(true)
    expect(second.take(lease('b'), devices)).toEqual({ taken: true })
  })

  it('does not let one engine release, or carry out, a run of another', () => {
    const { first, second } = twoEngines()
    first.take(lease('a'), devices)
    expect(second.release('a')).toBe(false)
    expect(second.take(lease('a', { device: 'cpu', memoryBytes: 1 }), devices)).toMatchObject({ taken: false })
    expect(second.foreign()).toHaveLength(1)
    expect(first.foreign()).toEqual([])
  })

  it('keeps a lone lease alone across engines', () => {
    const { first, second } = twoEngines()
    first.take(lease('a', { memoryBytes: 1 }), devices)
    expect(second.take(lease('b', { device: 'cpu', alone: true }), devices)).toMatchObject({ taken: false })
    first.release('a')
    expect(second.take(lease('b', { device: 'cpu', alone: true }), devices)).toEqual({ taken: true })
    expect(first.take(lease('a', { memoryBytes: 1 }), devices)).toMatchObject({ taken: false })
  })

  it('refuses what is larger than the device, instead of writing down more than there is', () => {
    expect(twoEngines().first.take(lease('a', { memoryBytes: 801 }), devices)).toMatchObject({ taken: false })
    expect(twoEngines().first.take(lease('a', { device: 'cuda:9' }), devices)).toMatchObject({ taken: false })
  })

  it('lets a second lease of a run replace its first, so that a run never holds two', () => {
    const { first } = twoEngines()
    first.take(lease('a'), devices)
    expect(first.take(lease('a', { stage: 'filter', memoryBytes: 700 }), devices)).toEqual({ taken: true })
    expect(first.list()).toMatchObject([{ stage: 'filter', memoryBytes: 700, at: 1 }])
    expect(first.releaseAll()).toBe(1)
  })

  it('frees what a dead engine held, but not before its worker is gone too', () => {
    const { first, second, alive } = twoEngines()
    first.take(lease('a'), devices)
    first.attachWorker('a', process.pid)
    alive.delete(1)
    alive.add(process.pid)
    expect(second.take(lease('b'), devices)).toMatchObject({
      taken: false,
      foreign: [{ holder: `a worker that lost its engine (process ${process.pid})` }],
    })
    alive.delete(process.pid)
    expect(second.purge()).toMatchObject([{ runId: 'a' }])
    expect(second.take(lease('b'), devices)).toEqual({ taken: true })
  })

  it('tells a later process under the same number from the engine that died', () => {
    const database = opened(newFolder())
    const { pid, started } = ownerOfProcess(process.pid)
    createLeaseBook(database, { owner: { pid, started: `${started}0` } }).take(lease('a'), devices)
    const book = createLeaseBook(database)
    // Where the system does not tell when a process began, the number alone decides.
    expect(book.foreign()).toHaveLength(started === '' ? 1 : 0)
  })
})

describe('processes of their own', () => {
  it('never get the same place when they reach for it at one moment', async () => {
    const folder = newFolder()
    opened(folder)
    const engines = ['a', 'b', 'c', 'd'].map((runId) => engineProcess(folder, runId))
    await Promise.all(engines.map((engine) => engine.ready))
    const answers = await Promise.all(engines.map((engine) => engine.take()))
    expect(answers.filter((answer) => answer.taken)).toHaveLength(1)
  })

  it('lose their leases when they are killed, and only then', async () => {
    const folder = newFolder()
    const book = createLeaseBook(opened(folder))
    const engine = engineProcess(folder, 'a')
    expect(await engine.ready).toBe('ready')
    expect(await engine.take()).toEqual({ taken: true })
    expect(book.take(lease('b'), devices)).toMatchObject({ taken: false })
    engine.child.kill('SIGKILL')
    await once(engine.child, 'exit')
    expect(book.take(lease('b'), devices)).toEqual({ taken: true })
  })
})
