// Runs several scenes at once in half the memory they would take if nobody watched: all have to finish, and the kernel must kill nobody.
// node scripts/drill-soak.mjs [--scenes N] [--frames N] [--json]; needs a control group that may be written (Linux, usually root).
import { fork } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { writeScene } from './drill-scene.mjs'
import { at, ensureBuilt, say } from './project.mjs'
import { startEngine } from '../src/headless/engine-process.ts'

const { values } = parseArgs({
  options: {
    scenes: { type: 'string', default: '4' },
    frames: { type: 'string', default: '10' },
    json: { type: 'boolean', default: false },
    child: { type: 'string' },
  },
})
if (values.child) await beChild(JSON.parse(values.child))
else await main()

async function main() {
  ensureBuilt()
  const folder = mkdtempSync(join(tmpdir(), 'scenewright-soak-'))
  const count = Number(values.scenes)
  const scenes = []
  for (let i = 0; i < count; i += 1)
    scenes.push(await writeScene(join(folder, `scene_${i}`), { frames: Number(values.frames), width: 480 + 2 * i, height: 360 }))
  const naive = await runAll({ folder, scenes, state: 'naive', parallel: count, group: undefined })
  const limit = Math.floor(naive.peakBytes / 2)
  const group = makeGroup(limit)
  if (!group) {
    say('skipped: no control group for memory can be made here.')
    process.exit(3)
  }
  const tight = await runAll({ folder, scenes, state: 'tight', parallel: count, group })
  const kills = group.kills()
  group.remove()
  const result = {
    scenes: count,
    naivePeakMiB: Math.round(naive.peakBytes / 2 ** 20),
    limitMiB: Math.round(limit / 2 ** 20),
    peakMiB: Math.round(tight.peakBytes / 2 ** 20),
    finished: tight.states.filter((state) => state === 'succeeded').length,
    kernelKills: kills,
    warnings: tight.warnings,
    slower: Number((tight.seconds / naive.seconds).toFixed(2)),
  }
  if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`)
  else
    say(
      `${count} scenes at once take ${result.naivePeakMiB} MiB unwatched. In ${result.limitMiB} MiB: ${result.finished} of ${count} finished, ` +
        `${kills} kernel kills, peak ${result.peakMiB} MiB, ${result.slower} x the time. Told: ${tight.warnings.join(', ') || 'nothing'}.`,
    )
  rmSync(folder, { recursive: true, force: true })
  if (kills > 0 || result.finished < count) process.exit(1)
}

/** One engine with all scenes in a process of its own (in the group), its whole family's memory read ten times a second. */
async function runAll({ folder, scenes, state, parallel, group }) {
  const startedAt = performance.now()
  const child = fork(
    fileURLToPath(import.meta.url),
    ['--child', JSON.stringify({ folder, scenes, state, parallel, procs: group?.procs })],
    {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    },
  )
  let peakBytes = 0
  const timer = setInterval(() => {
    peakBytes = Math.max(peakBytes, familyBytes(child.pid))
  }, 100)
  const answer = await new Promise((resolve, reject) => {
    child.once('message', resolve)
    child.once('exit', (code, signal) => reject(new Error(`the engine's parent ended (${signal ?? code})`)))
  })
  clearInterval(timer)
  await new Promise((resolve) => (child.exitCode === null ? child.once('exit', resolve) : resolve()))
  return { ...answer, peakBytes, seconds: (performance.now() - startedAt) / 1000 }
}

async function beChild({ folder, scenes, state, parallel, procs }) {
  // Joined before anything is forked: children are born into their parent's group.
  if (procs) writeFileSync(procs, String(process.pid))
  const options = {
    stateFolder: join(folder, state),
    defaultOutput: join(folder, 'out'),
    home: folder,
    buildId: 'soak',
    version: '0',
    workerCode: state,
    service: true,
    extraDoctorLines: [],
  }
  const engine = startEngine(options, () => {}, at('out', 'main', 'headless-engine.js'))
  const client = engine.connect()
  await client.call.queue.setParallel({ parallel })
  const stages = { ssam: { every: 2 }, tracker: { maxPropagate: 6 }, report: { pictures: 1 } }
  const started = await client.call.runs.startAll({
    runs: scenes.map((scene) => ({ scene, output: join(folder, `out-${state}`), levels: [2, 4], stages })),
  })
  const states = []
  const warnings = new Set()
  for (const { runId, fault } of started) {
    if (!runId) {
      states.push(fault?.code ?? 'unknown')
      continue
    }
    for await (const batch of await client.call.runs.events({ runId, after: 0 }))
      for (const event of batch) {
        if (event.type === 'warningRaised') warnings.add(event.code)
        if (event.type === 'runFinished') states.push(event.state)
      }
  }
  client.close()
  await engine.close()
  process.send({ states, warnings: [...warnings] }, () => process.exit(0))
}

function familyBytes(pid) {
  let sum = 0
  for (const each of [pid, ...descendants(pid)]) {
    try {
      sum += Number(/^RssAnon:\s+(\d+)/m.exec(readFileSync(`/proc/${each}/status`, 'utf8'))?.[1] ?? 0) * 1024
    } catch {
      // It ended between the listing and the look.
    }
  }
  return sum
}

function descendants(pid) {
  try {
    const own = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(/\s+/).filter(Boolean).map(Number)
    return own.flatMap((child) => [child, ...descendants(child)])
  } catch {
    return []
  }
}

/** A child of our own control group, version 1 or 2; undefined where none may be made. */
function makeGroup(limitBytes) {
  const lines = readFileSync('/proc/self/cgroup', 'utf8').trim().split('\n')
  const v1 = lines.map((line) => line.split(':')).find(([, controllers]) => controllers.split(',').includes('memory'))
  const v2 = lines.map((line) => line.split(':')).find(([, controllers]) => controllers === '')
  const parents = [
    ...(v1 ? [{ version: 1, path: `/sys/fs/cgroup/memory${v1[2]}` }] : []),
    ...(v2 ? [{ version: 2, path: `/sys/fs/cgroup${v2[2]}` }] : []),
  ]
  for (const { version, path } of parents) {
    const group = join(path, `scenewright-soak-${process.pid}`)
    try {
      mkdirSync(group)
      if (!readdirSync(group).some((name) => name.startsWith('memory.'))) {
        rmdirSync(group)
        continue
      }
      writeFileSync(join(group, version === 1 ? 'memory.limit_in_bytes' : 'memory.max'), String(limitBytes))
      const killFile = join(group, version === 1 ? 'memory.oom_control' : 'memory.events')
      return {
        procs: join(group, 'cgroup.procs'),
        kills: () => Number(/^oom_kill (\d+)/m.exec(readFileSync(killFile, 'utf8'))?.[1] ?? 0),
        remove: () => existsSync(group) && rmdirSync(group),
      }
    } catch {
      // Not ours to make; the next kind may be.
    }
  }
  return undefined
}
