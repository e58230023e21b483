// Cancels command stages at random moments of random scenarios, and counts what is still running afterwards.
//
//   node scripts/drill-cancel.mjs --count 200 --seed 7        ends with 1 when one process is left, or p99 of the time until all are gone is over 2 s
//
// What is left is asked of the system, not of the code under test: every process of a scenario notes its pid and start time in a file.
import { readdirSync, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { fakeProgram, openCommandBench } from '../src/worker/command/command-fixture.ts'

const { values } = parseArgs({ options: { count: { type: 'string', default: '200' }, seed: { type: 'string', default: '1' } } })
const count = Number(values.count)
const seed = Number(values.seed)
if (!Number.isInteger(count) || count < 1 || !Number.isInteger(seed)) throw new Error('usage: drill-cancel.mjs --count <n> --seed <n>')
if (process.platform !== 'linux') throw new Error('what is left can be asked of Linux only')

const mostGoneMs = 2000
const random = randomFrom(seed)
const goneMs = []
let orphans = 0
let notCancelled = 0
let processes = 0
for (let i = 0; i < count; i += 1) {
  const mark = `drill/${process.pid}/${seed}/${i}`
  const bench = await openCommandBench(mark)
  const cancel = new AbortController()
  const scenario = random() < 0.15 ? writerFrom(random) : scenarioFrom(random)
  const timed = random() < 0.15
  // Some are asked for their version first: that is a program too.
  const versionArgv = random() < 0.3 ? [fakeProgram, '--version'] : undefined
  const changes = {
    program: { name: process.execPath, versionArgv },
    ...(timed ? { timeoutMs: 300 + Math.floor(random() * 500), graceMs: 60_000, attempts: 1 } : {}),
  }
  let cancelledAt = Number.NaN
  const timer = setTimeout(
    () => {
      cancelledAt = performance.now()
      cancel.abort()
    },
    Math.floor(random() ** 2 * 1500),
  )
  const outcome = await bench.run(bench.declare(scenario, changes), { signal: cancel.signal })
  clearTimeout(timer)
  if (outcome.state === 'cancelled') goneMs.push(performance.now() - cancelledAt)
  else notCancelled += 1
  const left = [...new Set([...(await bench.alive()), ...withMark(mark)])]
  processes += new Set(bench.noted()).size
  if (left.length > 0) {
    orphans += left.length
    process.stdout.write(`cancel ${i}: ${left.length} left (${left.join(', ')}) of ${JSON.stringify(scenario)}\n`)
    for (const pid of left) process.kill(pid, 'SIGKILL')
  }
  await bench.close()
}
goneMs.sort((a, b) => a - b)
const p99 = quantile(goneMs, 0.99)
process.stdout.write(
  `${goneMs.length} cancels (seed ${seed}; ${notCancelled} more ended before theirs), ${processes} processes noted: ${orphans} orphans; ` +
    `all gone after p50 ${Math.round(quantile(goneMs, 0.5))} ms, p99 ${Math.round(p99)} ms, at most ${Math.round(goneMs.at(-1) ?? 0)} ms\n`,
)
process.exitCode = orphans > 0 || goneMs.length === 0 || p99 > mostGoneMs ? 1 : 0

/** Programs that start others up to three deep, in sessions of their own or not, that end when asked or do not. */
function scenarioFrom(next, depth = 0) {
  const steps = []
  if (next() < 0.5) steps.push({ ignore: ['SIGTERM', 'SIGHUP', 'SIGINT'] })
  else if (next() < 0.3) steps.push({ tidyMs: Math.floor(next() * 3000) })
  if (next() < 0.3) steps.push({ print: 'chatter '.repeat(10), repeat: Math.floor(next() * 20_000) })
  const children = depth < 3 ? Math.floor(next() * (depth === 0 ? 4 : 2)) : 0
  for (let i = 0; i < children; i += 1) {
    const setsid = next() < 0.5
    // Without our mark only its parents lead to it: then they stay.
    const clearEnv = next() < 0.2
    steps.push({ spawn: scenarioFrom(next, clearEnv ? 3 : depth + 1), setsid, clearEnv, silent: next() < 0.3 })
    if (next() < 0.3) steps.push({ sleepMs: Math.floor(next() * 200) })
  }
  const leaves = depth > 0 && next() < 0.3 && !steps.some(({ spawn }) => spawn !== undefined && steps.some(({ clearEnv }) => clearEnv))
  steps.push(leaves ? { exit: 0 } : next() < 0.1 ? { print: 'tick', everyMs: 5, repeat: 100_000 } : { sleepMs: 600_000 })
  return { steps }
}

/** One that ends by itself about when it is cancelled, with something to hash. */
function writerFrom(next) {
  return { steps: [{ write: 'big.bin', bytes: 100_000_000 }, { sleepMs: Math.floor(next() * 300) }, { write: 'result.json', json: 1 }] }
}

/** Alive and with the mark in its environment. */
function withMark(mark) {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return []
    try {
      if (!`\0${readFileSync(`/proc/${name}/environ`, 'latin1')}`.includes(`\0SCENEWRIGHT_STAGE=${mark}\0`)) return []
      const stat = readFileSync(`/proc/${name}/stat`, 'latin1')
      return stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z') ? [] : [Number(name)]
    } catch {
      // Gone while we looked, or not ours.
      return []
    }
  })
}

function quantile(sorted, part) {
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? 0
}

/** mulberry32: small, and the same everywhere. */
function randomFrom(start) {
  let state = start >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}
