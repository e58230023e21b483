// Kills engine and worker at random moments of a small run, again and again, and holds what is left against an undisturbed run.
// node scripts/torture.mjs --kills N --seed S [--json]; ends with 1 at the first violation, leaving the folder for a look.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { writeScene } from './drill-scene.mjs'
import { at, ensureBuilt, say } from './project.mjs'
import { startEngine } from '../src/headless/engine-process.ts'
import { resultHash } from '../src/engine/archive/result-hash.ts'

const { values } = parseArgs({
  options: { kills: { type: 'string', default: '150' }, seed: { type: 'string', default: '1' }, json: { type: 'boolean', default: false } },
})
const [wanted, seed] = [Number(values.kills), Number(values.seed)]
const random = randomFrom(seed)
const folder = mkdtempSync(join(tmpdir(), 'scenewright-torture-'))
const scene = await writeScene(join(folder, 'scene'), { frames: 8, width: 96, height: 72 })
ensureBuilt()
const built = at('out', 'main', 'headless-engine.js')
const config = {
  scene,
  output: join(folder, 'out'),
  levels: [2, 4],
  stages: { ssam: { every: 2, maxCandidates: 40 }, tracker: { maxPropagate: 3 }, report: { pictures: 1, maxWidth: 160 } },
}
const counts = { kills: 0, ofEngine: 0, ofWorker: 0, runs: 0, lost: 0, torn: 0, different: 0, givenUp: 0 }
const startedAt = performance.now()
const expected = await undisturbed()
while (counts.kills < wanted) await tortured()
const seconds = ((performance.now() - startedAt) / 1000).toFixed(0)
const bad = counts.lost + counts.torn + counts.different
if (values.json) process.stdout.write(`${JSON.stringify({ ...counts, seed, seconds: Number(seconds) })}\n`)
else
  say(
    `${counts.kills} kills (${counts.ofEngine} of the engine, ${counts.ofWorker} of a worker) in ${counts.runs} runs (${counts.givenUp} let go on by hand), ${seconds} s, ` +
      `seed ${seed}: ` +
      `${counts.lost} committed frames lost, ${counts.torn} torn manifests, ${counts.different} results that differ.`,
  )
if (bad > 0) {
  say(`Look at ${folder}`)
  process.exit(1)
}
rmSync(folder, { recursive: true, force: true })

function options(state) {
  return {
    stateFolder: join(folder, state),
    defaultOutput: join(folder, 'out'),
    home: folder,
    buildId: 'torture',
    version: '0',
    workerCode: `${state}`,
    service: true,
    extraDoctorLines: [],
  }
}

function engineOf(state) {
  return existsSync(built) ? startEngine(options(state), () => {}, built) : startEngine(options(state), () => {})
}

async function undisturbed() {
  const engine = engineOf('calm')
  const client = engine.connect()
  const { runId } = await client.call.runs.start(config)
  for await (const batch of await client.call.runs.events({ runId, after: 0 })) void batch
  const [summary] = await client.call.runs.list()
  if (summary.state !== 'succeeded') throw new Error(`the undisturbed run is ${summary.state}: ${JSON.stringify(summary.fault)}`)
  client.close()
  await engine.close()
  return resultHash(summary.folder)
}

/** One run, killed every so often until it is through. Each has a state folder of its own, so that nothing is taken over. */
async function tortured() {
  counts.runs += 1
  const state = `state-${counts.runs}`
  let runFolder
  let before = new Map()
  for (let round = 0; round < 200; round += 1) {
    const engine = engineOf(state)
    const client = engine.connect()
    let summary
    try {
      if (!runFolder) await client.call.runs.start(config)
      summary = (await client.call.runs.list())[0]
      runFolder = summary.folder
      const end = watchEnd(client, summary.id)
      const killAt = new Promise((resolve) => setTimeout(resolve, pause()))
      const first = counts.kills >= wanted ? await end : await Promise.race([end, killAt.then(() => 'kill')])
      if (first === 'kill') await killSomething(engine)
      summary = first === 'kill' ? undefined : first
    } catch (error) {
      // The engine was killed under a question.
      if (!/closed|cut|lost|gone/i.test(String(error?.message ?? error))) throw error
    }
    client.close()
    if (summary?.state === 'succeeded') {
      await engine.close()
      if ((await resultHash(runFolder)) !== expected) {
        counts.different += 1
        say(`${runFolder} differs from the undisturbed run.`)
      }
      rmSync(join(folder, state), { recursive: true, force: true })
      if (counts.different === 0) rmSync(runFolder, { recursive: true, force: true })
      return
    }
    // Killed five times before it got any further: the engine leaves it, and a person lets it go on.
    if (summary?.state === 'failed' && summary.fault?.code === 'ENGINE_LOST') {
      counts.givenUp += 1
      const again = engine.connect()
      await again.call.runs.continue({ runId: summary.id })
      again.close()
    } else if (summary && summary.state !== 'running' && summary.state !== 'queued')
      throw new Error(`the run is ${summary.state}: ${JSON.stringify(summary.fault)} in ${runFolder}`)
    await engine.kill()
    before = look(runFolder, before)
  }
  throw new Error(`no end after 200 rounds in ${runFolder}`)
}

/** How long a round lasts before something is killed: mostly in the middle of the work, sometimes at once. */
function pause() {
  return random() < 0.15 ? random() * 120 : 250 + random() * 1800
}

async function killSomething(engine) {
  counts.kills += 1
  const pid = engine.pid
  const workers = childrenOf(pid)
  if (workers.length > 0 && random() < 0.5) {
    counts.ofWorker += 1
    process.kill(workers[0], 'SIGKILL')
    // The engine goes on by itself; a moment later it is killed too, in the middle of that, every other time.
    await new Promise((resolve) => setTimeout(resolve, random() * 600))
    return
  }
  counts.ofEngine += 1
  process.kill(pid, 'SIGKILL')
}

async function watchEnd(client, runId) {
  for await (const batch of await client.call.runs.events({ runId, after: 0 })) void batch
  return (await client.call.runs.list()).find((summary) => summary.id === runId)
}

/** What is committed can only grow; the manifest has no line that is not whole before the last one. */
function look(runFolder, before) {
  const now = new Map()
  for (const stage of ['ssam', 'filter', 'tracker', 'report']) {
    const done = existsSync(join(runFolder, 'stages', `${stage}.json`))
    const commits = join(runFolder, '.work', stage, 'commits.ndjson')
    const lines = existsSync(commits) ? readFileSync(commits, 'utf8').split('\n').slice(0, -1) : []
    now.set(stage, done ? Number.POSITIVE_INFINITY : lines.length > 0 ? JSON.parse(lines.at(-1)).position : 0)
  }
  for (const [stage, position] of before) {
    if (now.get(stage) >= position) continue
    counts.lost += 1
    say(`${stage} was committed up to ${position}, and is at ${now.get(stage)} now, in ${runFolder}`)
  }
  const manifest = join(runFolder, 'manifest.ndjson')
  const lines = existsSync(manifest) ? readFileSync(manifest, 'utf8').split('\n').slice(0, -1) : []
  for (const line of lines) {
    try {
      JSON.parse(line)
    } catch {
      counts.torn += 1
      say(`a line of ${manifest} is not whole: ${line.slice(0, 80)}`)
    }
  }
  return now
}

function childrenOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(/\s+/).filter(Boolean).map(Number)
  } catch {
    return []
  }
}

/** mulberry32 (Tommy Ettinger, public domain): the same seed gives the same moments, as far as a busy machine allows. */
function randomFrom(start) {
  let state = start >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
