// Tests of the end of a program: nothing of its family is left, whatever it does against that.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CommandBench, openCommandBench, type Scenario } from './command-fixture.ts'
import { endLeftovers } from './leftovers.ts'
import { carriesMark, markName } from './process-table.ts'

const stubborn: Scenario = { steps: [{ ignore: ['SIGTERM', 'SIGINT', 'SIGHUP'] }, { sleepMs: 120_000 }] }
let bench: CommandBench
beforeEach(async () => {
  bench = await openCommandBench(`ending/${Math.random()}`)
})
afterEach(() => bench.close())

async function untilNoted(count: number) {
  for (let seen = 0; seen < count; seen = (await bench.alive()).length) await wait(20)
}

describe.skipIf(process.platform !== 'linux')('a cancel', () => {
  const families: readonly (readonly [string, Scenario, number])[] = [
    ['a program that ends when asked', { steps: [{ sleepMs: 120_000 }] }, 1],
    [
      'grandchildren that ignore SIGTERM',
      { steps: [{ spawn: { steps: [{ spawn: stubborn }, ...stubborn.steps!] } }, ...stubborn.steps!] },
      3,
    ],
    [
      'children in sessions of their own',
      { steps: [{ spawn: stubborn, setsid: true }, { spawn: stubborn, setsid: true }, { sleepMs: 120_000 }] },
      3,
    ],
    [
      'one whose parent has gone and that is in a session of its own',
      { steps: [{ spawn: { steps: [{ spawn: stubborn, setsid: true }, { exit: 0 }] }, setsid: true, wait: true }, { sleepMs: 120_000 }] },
      2,
    ],
    [
      'one without our mark, in a session of its own',
      { steps: [{ spawn: stubborn, setsid: true, clearEnv: true, silent: true }, { sleepMs: 120_000 }] },
      2,
    ],
  ]
  for (const [what, scenario, processes] of families)
    it(`leaves nothing of ${what}`, async () => {
      const cancel = new AbortController()
      const done = bench.run(bench.declare(scenario, { program: { name: process.execPath } }), {
        signal: cancel.signal,
        cancelGraceMs: 100,
      })
      await untilNoted(processes)
      cancel.abort()
      expect(await done).toEqual({ state: 'cancelled' })
      expect(await bench.alive()).toEqual([])
    })
  it('in the middle of the grace of a timeout does not wait for the rest of that grace', async () => {
    const cancel = new AbortController()
    const declaration = bench.declare(stubborn, { program: { name: process.execPath }, timeoutMs: 1500, graceMs: 1_000_000 })
    const done = bench.run(declaration, { signal: cancel.signal, cancelGraceMs: 50 })
    await wait(1800)
    expect((await bench.alive()).length).toBe(1)
    cancel.abort()
    expect(await done).toEqual({ state: 'cancelled' })
    expect(await bench.alive()).toEqual([])
  })
  it('keeps what the program said until then', async () => {
    const cancel = new AbortController()
    const declaration = bench.declare({ steps: [{ print: 'begun' }, { sleepMs: 120_000 }] }, { program: { name: process.execPath } })
    const log = (text: string) => {
      if (text === 'begun') cancel.abort()
    }
    await bench.run(declaration, { signal: cancel.signal, log })
    expect(await readFile(join(bench.folder, 'logs/fake.log'), 'utf8')).toBe('begun\n')
    expect(bench.files).toEqual([])
  })
  it('before the start starts nothing', async () => {
    expect(await bench.run(bench.declare({}), { signal: AbortSignal.abort() })).toEqual({ state: 'cancelled' })
    expect(bench.pids).toEqual([])
  })
})

describe.skipIf(process.platform !== 'linux')('leftovers', () => {
  it('of a lost worker are ended by their mark, others with a longer mark are not', async () => {
    const start = async (mark: string) => {
      const child = spawn(process.execPath, ['-e', 'process.stdout.write("up"); setTimeout(() => {}, 120000)'], {
        env: { [markName]: mark },
        stdio: ['ignore', 'pipe', 'ignore'],
        detached: true,
      })
      await once(child.stdout, 'data')
      return child
    }
    const mark = `lost/${Math.random()}`
    const [ours, other] = [await start(mark), await start(`${mark}2`)]
    try {
      const gone = once(ours, 'exit')
      expect(await endLeftovers(mark)).toBe(1)
      expect((await gone)[1]).toBe('SIGKILL')
      expect(carriesMark(other.pid!, `${mark}2`)).toBe(true)
      expect(await endLeftovers(mark)).toBe(0)
    } finally {
      other.kill('SIGKILL')
    }
  })
  it('are ended before the stage begins anew, so that two never write into one folder', async () => {
    const mark = `again/${Math.random()}`
    const old = spawn(process.execPath, ['-e', 'process.stdout.write("up"); setTimeout(() => {}, 120000)'], {
      env: { [markName]: mark },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    await once(old.stdout, 'data')
    const gone = once(old, 'exit')
    const outcome = await bench.run(bench.declare({ steps: [{ write: 'result.json', json: 1 }] }), { mark })
    expect(outcome.state).toBe('succeeded')
    await gone
    expect(bench.said.some(({ text }) => text.includes('earlier attempt'))).toBe(true)
  })
})
