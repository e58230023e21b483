// Tests of the watch as a whole: from files that change to what the engine is told.
import { describe, expect, it } from 'vitest'
import type { MissingFile } from '#core/schedule/memory-admission'
import { judgeLoss } from '#core/schedule/memory-admission'
import type { MemoryEffect } from '#core/schedule/memory-policy'
import { openFixture } from './memory-fixture.ts'
import { type MemoryWatchOptions, startMemoryWatch } from './memory-watch.ts'

const GiB = 2 ** 30

/** A watch over a fixture that only looks when told, on a clock that only goes when told. */
async function watching(name: string, more: Partial<MemoryWatchOptions> = {}) {
  const fixture = openFixture(name)
  const effects: MemoryEffect[] = []
  const lost: MissingFile[] = []
  let now = 0
  const watch = await startMemoryWatch({
    reader: fixture.read,
    platform: 'linux',
    now: () => now,
    everyMs: 1e9,
    policy: 'auto',
    parallel: 4,
    going: () => 4,
    onEffect: (effect) => effects.push(effect),
    onLost: (missing) => lost.push(missing),
    ...more,
  })
  const later = async (ms = 1000) => {
    now += ms
    await watch.look()
  }
  return { fixture, effects, lost, watch, later, types: () => effects.splice(0).map((effect) => effect.type) }
}
const events = (kills: number) => `low 0\nhigh 0\nmax 9\noom ${kills}\noom_kill ${kills}\noom_group_kill 0\n`

describe('startMemoryWatch', () => {
  it('goes from a kill to fewer runs, and back after a quiet while', async () => {
    const { fixture, watch, later, types } = await watching('v2-container')
    expect(watch.admission).toEqual({ start: true, parallel: 4, warning: undefined })
    fixture.set('/sys/fs/cgroup/memory.events', events(1))
    await later()
    expect(types()).toEqual(['markKilled', 'stopLaunches', 'halveCap'])
    expect(watch.state()).toMatchObject({ level: 'critical', cap: 2 })
    await later(11_000)
    expect(types()).toEqual(['resumeLaunches'])
    for (let i = 0; i < 3; i += 1) await later(60_000)
    expect(types()).toEqual(['raiseCap', 'raiseCap'])
    expect(watch.state()).toMatchObject({ level: 'calm', cap: 4 })
    watch.stop()
  })

  it('lets a lost worker be judged by counts that are read anew', async () => {
    const { fixture, watch, later } = await watching('v2-container')
    const killsBefore = watch.kills()
    fixture.set('/sys/fs/cgroup/memory.events', events(1))
    await later()
    const verdict = judgeLoss({
      signal: 'SIGKILL',
      code: undefined,
      killedByUs: false,
      killsBefore,
      killsAfter: watch.kills(),
      usedShare: watch.recentShare(),
    })
    expect(verdict.outOfMemory).toBe('certain')
    expect(verdict.evidence).toContain('/sys/fs/cgroup/memory.events rose from 0 to 1')
    watch.stop()
  })

  it('remembers the use before a kill, when what was killed has given its memory back', async () => {
    const { fixture, watch, later } = await watching('v2-container')
    fixture.set('/sys/fs/cgroup/memory.current', String(2 * GiB + GiB / 2))
    await later()
    fixture.set('/sys/fs/cgroup/memory.current', String(GiB))
    await later()
    expect(watch.recentShare()).toBe(1)
    expect(watch.newest()!.usedBytes).toBe(GiB / 2)
    watch.stop()
  })

  it('lets one run go at a time when memory is unwatched, unless forced or told otherwise', async () => {
    const parallel = async (more: Partial<MemoryWatchOptions>) => {
      const { watch } = await watching('unreadable', more)
      watch.stop()
      return watch.state().cap
    }
    expect(await parallel({})).toBe(1)
    expect(await parallel({ forced: true })).toBe(4)
    expect(await parallel({ policy: 'warn' })).toBe(4)
    const { watch } = await watching('unreadable')
    expect(watch.admission.warning?.file).toBe('/sys/fs/cgroup/lab/memory.events')
    watch.setParallel(6)
    expect(watch.state().cap).toBe(1)
    watch.setParallel(6, true)
    expect(watch.state().cap).toBe(6)
    watch.stop()
  })

  it('refuses to start under policy fail, with the same warning, and reads nothing', async () => {
    const { watch } = await watching('no-mount', { policy: 'fail' })
    expect(watch.admission).toMatchObject({ start: false, warning: { file: '/sys/fs/cgroup' } })
    expect(watch.newest()).toBeUndefined()
    watch.stop()
  })

  it('says once when the files go away, is careful meanwhile, and finds them again', async () => {
    const { fixture, watch, later, lost } = await watching('v2-container')
    fixture.set('/sys/fs/cgroup/memory.current', undefined)
    for (let i = 0; i < 3; i += 1) await later()
    expect(lost).toHaveLength(1)
    expect(lost[0]!.why).toContain('/sys/fs/cgroup/memory.current')
    expect(watch.state().cap).toBe(1)
    expect(watch.newest()!.limitedBy).toBe('the memory of this machine')
    fixture.set('/sys/fs/cgroup/memory.current', String(GiB))
    await later()
    expect(watch.state().cap).toBe(4)
    expect(watch.description()).toContain('/sys/fs/cgroup (v2)')
    watch.stop()
  })

  it('polls by itself, and not after it was stopped', async () => {
    let readings = 0
    const { watch } = await watching('v2-container', { everyMs: 1, onReading: () => (readings += 1) })
    await expect.poll(() => readings).toBeGreaterThan(3)
    watch.stop()
    const then = readings
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(readings).toBe(then)
  })
})
