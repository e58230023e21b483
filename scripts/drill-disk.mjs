// Fails a disk at every act of a small run, and pulls the plug at random moments of recorded ones; counts what is not as promised.
//
//   node scripts/drill-disk.mjs --seed 1 --states 2000 [--stride N]      ends with 1 when there is one violation; a last line of JSON
//
// Each act is failed five ways (full, full with half a write, broken once, broken once with what was not synced lost, broken for good), of a
// new run, of one begun again from a stage, and of one that takes all over. --stride N tries every Nth act only.
import { parseArgs } from 'node:util'
import { hastyDisk, openDrillPlace } from '../src/engine/disk/drill-fixture.ts'
import { drillFault, freshRun, inLanes, measure, retriedRun, reusingRun } from '../src/engine/disk/fault-drill.ts'
import { drillCrash, recordRuns } from '../src/engine/disk/power-drill.ts'
import { seededRandom } from '../src/engine/disk/seeded-random.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    states: { type: 'string', default: '2000' },
    stride: { type: 'string', default: '1' },
  },
})
const [seed, states, stride] = [Number(values.seed), Number(values.states), Number(values.stride)]
if (![seed, states, stride].every(Number.isInteger) || states < 0 || stride < 1)
  throw new Error('usage: drill-disk.mjs --seed <n> --states <n> [--stride <n>]')

const plans = [
  { code: 'ENOSPC', lasts: true },
  { code: 'ENOSPC', lasts: true, reached: 0.5 },
  { code: 'EIO' },
  { code: 'EIO', losesUnsynced: true, reached: 0.5 },
  { code: 'EIO', lasts: true },
]
const startedAt = performance.now()
const faults = { acts: 0, drills: 0, refused: 0, failed: 0, passed: 0, untouched: 0, violations: 0 }
const cuts = { acts: 0, states: 0, resumed: 0, violations: 0 }
await failEveryAct()
await pullThePlug()
const seconds = Math.round((performance.now() - startedAt) / 1000)
process.stdout.write(
  `${faults.drills} faults at ${faults.acts} acts: ${faults.failed} runs failed, ${faults.refused} refused, ${faults.passed} passed, ` +
    `${faults.violations} violations; ${cuts.states} power cuts in ${cuts.acts} acts (${cuts.resumed} gone on with, seed ${seed}): ` +
    `${cuts.violations} violations; ${seconds} s\n${JSON.stringify({ seed, faults, cuts, seconds })}\n`,
)
process.exitCode = faults.violations + cuts.violations > 0 ? 1 : 0

async function failEveryAct() {
  const place = await openDrillPlace({ frames: 2 })
  for (const scenario of [freshRun, retriedRun, reusingRun]) {
    const { acts, hash } = await measure(place, scenario, hastyDisk)
    faults.acts += acts
    const all = plans.flatMap((plan) => Array.from({ length: Math.ceil(acts / stride) }, (_, i) => ({ ...plan, at: i * stride })))
    await inLanes(all, async (plan) => {
      const { end, violations } = await drillFault(place, scenario, plan, hash, hastyDisk)
      faults.drills += 1
      faults[end] += 1
      faults.violations += violations.length
      for (const text of violations) process.stdout.write(`${scenario.name}, ${JSON.stringify(plan)}: ${text}\n`)
    })
  }
  await place.close()
}

/** A new recording for each thousand of states: when which commit is synced differs from one to the next. */
async function pullThePlug() {
  const place = await openDrillPlace({ frames: 8 })
  for (let from = 0; from < states; from += 1000) {
    const recording = await recordRuns(place, 60 + 10 * ((from / 1000) % 6))
    cuts.acts += recording.trace.acts.length
    const seeds = Array.from({ length: Math.min(1000, states - from) }, (_, i) => seed * 1_000_000 + from + i)
    await inLanes(seeds, async (one) => {
      const goOn = one % 4 === 0
      const { moment, mood, violations } = await drillCrash(place, recording, seededRandom(one), goOn)
      cuts.states += 1
      cuts.resumed += goOn ? 1 : 0
      cuts.violations += violations.length
      for (const text of violations) process.stdout.write(`seed ${one}, moment ${moment}, ${mood}: ${text}\n`)
    })
  }
  await place.close()
}
