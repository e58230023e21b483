// Reads mutated foreign containers of every kind, and runs of My3DIS with a damaged file: each is read or refused by a fault, in 2 s.
// node scripts/fuzz.mjs [--count N of each kind; of runs a twentieth, as each is a folder on disk] [--seed S, the first one] [--kind zip] [--json]; ends with 1 at the first violation.
// A violation names its kind and seed; `--kind K --seed S --count 1` repeats it.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { inflateRawSync } from 'node:zlib'
import { my3disKinds, my3disTarget } from './fuzz-my3dis.mjs'
import { findNode, isNodeGoodEnough, say } from './project.mjs'

const self = fileURLToPath(import.meta.url)
/** Of a case. */
const longestMs = 2000
/** Of the whole process, with everything that Node itself needs. */
const mostMemoryBytes = 512 * 2 ** 20

if (!isMainThread) await readCases(workerData)
else if (isNodeGoodEnough()) process.exitCode = await main()
else process.exitCode = spawnSync(findNode(), [self, ...process.argv.slice(2)], { stdio: 'inherit' }).status ?? 1

async function main() {
  const { values } = parseArgs({
    options: {
      count: { type: 'string', default: '20000' },
      seed: { type: 'string', default: '1' },
      kind: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  })
  const { fuzzTargets } = await import('../src/core/foreign/fuzz-targets.ts')
  const known = [...fuzzTargets.map((target) => target.kind), ...my3disKinds]
  const kinds = known.filter((kind) => values.kind === undefined || kind === values.kind)
  const [count, seed] = [Number(values.count), Number(values.seed)]
  if (kinds.length === 0 || !(count > 0) || !Number.isInteger(seed)) {
    say(`Give --count above 0, a whole --seed, and --kind as one of ${known.join(', ')}.`)
    return 2
  }
  const results = []
  const folder = mkdtempSync(join(tmpdir(), 'scenewright-fuzz-'))
  try {
    for (const kind of kinds) {
      const share = my3disKinds.includes(kind) && values.kind === undefined ? Math.ceil(count / 20) : count
      const result = await fuzzKind({ kind, seed, count: share, folder: join(folder, kind.replaceAll(' ', '-')) })
      results.push(result)
      if (!values.json) say(lineOf(result))
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  if (values.json) process.stdout.write(`${JSON.stringify({ seed, count, results })}\n`)
  return results.some((result) => result.violation) ? 1 : 0
}

/** A thread of its own, so that a case that never ends can be ended. */
function fuzzKind(work) {
  return new Promise((resolve) => {
    const worker = new Worker(self, { workerData: work, resourceLimits: { maxOldGenerationSizeMb: mostMemoryBytes / 2 ** 20 } })
    let last = { done: 0, seed: work.seed - 1, outcomes: {}, memoryBytes: 0, slowestMs: 0 }
    const end = (violation) => {
      clearTimeout(watch)
      worker.terminate()
      resolve({ kind: work.kind, ...last, violation })
    }
    // Progress comes every few cases; this only has to be longer than those.
    const watched = () =>
      setTimeout(() => end(`no end: a case after seed ${last.seed} takes more than ${15 * longestMs} ms`), 15 * longestMs)
    let watch = watched()
    worker.on('message', (message) => {
      clearTimeout(watch)
      last = message.progress
      if (message.violation !== undefined || message.ended) end(message.violation)
      else watch = watched()
    })
    worker.on('error', (error) => end(`after seed ${last.seed}: ${error.stack ?? error}`))
  })
}

async function readCases({ kind, seed, count, folder }) {
  const { Fault } = await import('../src/core/base/fault.ts')
  const runCase = my3disKinds.includes(kind) ? await my3disTarget(kind, folder) : await containerTarget(kind)
  const progress = { done: 0, seed, outcomes: {}, memoryBytes: 0, slowestMs: 0 }
  for (progress.seed = seed; progress.done < count; progress.seed += 1) {
    const startedAt = performance.now()
    let outcome = 'read'
    try {
      outcome = await runCase(progress.seed)
    } catch (error) {
      if (!(error instanceof Fault))
        return parentPort.postMessage({ progress, violation: `seed ${progress.seed}: ${error.stack ?? error}` })
      outcome = error.code
    }
    const elapsedMs = performance.now() - startedAt
    progress.done += 1
    progress.outcomes[outcome] = (progress.outcomes[outcome] ?? 0) + 1
    progress.slowestMs = Math.max(progress.slowestMs, Math.round(elapsedMs))
    if (elapsedMs > longestMs)
      return parentPort.postMessage({ progress, violation: `seed ${progress.seed} took ${Math.round(elapsedMs)} ms` })
    if (progress.done % 50 !== 0 && progress.done < count) continue
    progress.memoryBytes = Math.max(progress.memoryBytes, process.memoryUsage.rss())
    if (progress.memoryBytes > mostMemoryBytes)
      return parentPort.postMessage({ progress, violation: `${progress.memoryBytes} bytes of memory at seed ${progress.seed}` })
    parentPort.postMessage({ progress })
  }
  return parentPort.postMessage({ progress, ended: true })
}

async function containerTarget(kind) {
  const { fuzzTargets, runFuzzCase } = await import('../src/core/foreign/fuzz-targets.ts')
  const target = fuzzTargets.find((one) => one.kind === kind)
  const tools = { inflate: async (bytes, limit) => inflateRawSync(bytes, { maxOutputLength: limit }) }
  return async (seed) => {
    await runFuzzCase(target, seed, tools)
    return 'read'
  }
}

function lineOf({ kind, done, outcomes, memoryBytes, slowestMs, violation }) {
  const read = outcomes.read ?? 0
  const codes = Object.keys(outcomes).length - (read > 0 ? 1 : 0)
  const figures = `${kind}: ${done} cases, ${read} read as sound, ${done - read} refused or repaired by ${codes} codes, slowest ${slowestMs} ms, memory at most ${Math.round(memoryBytes / 2 ** 20)} MiB`
  return violation ? `${figures}\nVIOLATION in ${kind}: ${violation}` : figures
}
