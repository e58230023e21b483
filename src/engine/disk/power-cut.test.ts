// Power cuts at any moment of a run, a pause, a retry and a takeover: what was committed is there, and each run goes on to the same result.
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DrillPlace, openDrillPlace } from './drill-fixture.ts'
import { inLanes } from './fault-drill.ts'
import { drillCrash, type Recording, recordRuns } from './power-drill.ts'
import { type Disk, realDisk } from './disk.ts'
import { recordingDisk } from './recording-disk.ts'
import { seededRandom } from './seeded-random.ts'
import { crashState, moods } from './trace-replay.ts'

let place: DrillPlace
beforeAll(async () => {
  place = await openDrillPlace({ frames: 8 })
})
afterAll(() => place.close())

async function violationsOf(recording: Recording, seeds: number, goOnEvery: number): Promise<string[]> {
  const violations: string[] = []
  await inLanes(
    Array.from({ length: seeds }, (_, seed) => seed),
    async (seed) => {
      const result = await drillCrash(place, recording, seededRandom(seed), seed % goOnEvery === 0)
      violations.push(...result.violations.map((text) => `seed ${seed}, moment ${result.moment}, ${result.mood}: ${text}`))
    },
  )
  return violations
}

/** A disk on which files that end so take `ms` to sync. */
function slowFor(end: string, ms: number): Disk {
  return {
    ...realDisk,
    open: async (path, mode) => {
      const file = await realDisk.open(path, mode)
      if (!path.endsWith(end)) return file
      const sync = async () => {
        await sleep(ms)
        await file.sync()
      }
      return { ...file, sync }
    },
  }
}

describe('a power cut', () => {
  it('at any moment loses nothing that was committed, and each run goes on to the same result', { timeout: 180_000 }, async () => {
    const recording = await recordRuns(place)
    expect(await violationsOf(recording, 300, 6)).toEqual([])
  })

  it('loses nothing either where the end of one stage takes longer than all of the next', { timeout: 180_000 }, async () => {
    const recording = await recordRuns(place, 10, slowFor('tracker.tar', 700))
    expect(await violationsOf(recording, 150, 15)).toEqual([])
  })

  it('is noticed by this test when syncs are promised and not made', { timeout: 180_000 }, async () => {
    const { trace, hash } = await recordRuns(place, 30)
    // As if the tars had never been synced, though all else was.
    const acts = trace.acts.filter(({ change, path }) => change.kind !== 'sync' || !path.endsWith('.tar'))
    expect(await violationsOf({ trace: { ...trace, acts }, hash }, 60, 1000)).not.toEqual([])
  })

  it('leaves of one file what was synced, and of the rest any part', async () => {
    const disk = recordingDisk(realDisk, place.folder)
    const path = (name: string) => `${place.folder}/${name}`
    const file = await disk.open(path('one'), 'new')
    await file.write(Uint8Array.of(1, 2, 3), 0)
    await file.sync()
    await disk.syncFolder(place.folder)
    await file.write(Uint8Array.of(9, 9), 1)
    await disk.rename(path('one'), path('two'))
    await file.close()
    const seen = new Set<string>()
    for (let seed = 0; seed < 200; seed += 1) {
      const random = seededRandom(seed)
      const tree = crashState(disk.trace, disk.trace.moments, random.pick(moods), random, 1)
      expect(tree.size).toBe(1)
      seen.add([...tree].map(([name, bytes]) => `${name} ${bytes?.join('')}`).join())
    }
    expect([...seen].toSorted()).toEqual(['123', '129', '193', '199'].flatMap((bytes) => [`one ${bytes}`, `two ${bytes}`]).toSorted())
    await disk.remove(path('two'))
  })
})
