// Eight runs write at once while four readers look: no frame may be torn, no listing may show what cannot be read; and how long nothing takes.
// node scripts/drill-crowd.mjs [--json]
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import sharp from 'sharp'
import { say } from './project.mjs'
import { channelPair } from '../src/api/channel.ts'
import { connectEngine } from '../src/api/client.ts'
import { createEngine, openRunFolder } from '../src/engine/engine.ts'
import { fakeWorker } from '../src/engine/fake-worker.ts'

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } })
const folder = mkdtempSync(join(tmpdir(), 'scenewright-crowd-'))
const result = { ...(await crowd()), ...(await nothingChanged()), ...(await bookkeeping()) }
rmSync(folder, { recursive: true, force: true })
if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`)
else
  say(
    `8 runs writing, 4 readers: ${result.reads} frames read, ${result.corrupt} corrupt, ${result.failed} runs failed. ` +
      `1,000 frames with nothing changed: ${result.rerunMs} ms, ${result.rerunStages} stages run. Bookkeeping: ${result.bookkeepingMs} ms a stage.`,
  )
if (result.corrupt + result.failed + result.rerunStages > 0) process.exit(1)

async function frames(name, count, width = 64, height = 48) {
  const path = join(folder, name)
  mkdirSync(path, { recursive: true })
  const noise = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 7919) % 251)
  for (let i = 0; i < count; i += 1) {
    noise[0] = i % 256
    noise[1] = Math.floor(i / 256)
    await sharp(noise, { raw: { width, height, channels: 3 } })
      .jpeg({ quality: 90 })
      .toFile(join(path, `${String(i).padStart(5, '0')}.jpg`))
  }
  return path
}

async function engineFor(state, work) {
  const engine = await createEngine({
    stateFolder: join(folder, state),
    defaultOutput: join(folder, 'out'),
    home: folder,
    roots: undefined,
    buildId: 'drill',
    version: '0',
    workerCode: 'drill',
    service: true,
    spawnWorker: async () => fakeWorker(work),
  })
  const [near, far] = channelPair()
  engine.attach(far)
  return { engine, client: connectEngine(near) }
}

async function follow(client, runId) {
  const events = []
  for await (const batch of await client.call.runs.events({ runId, after: 0 })) events.push(...batch)
  return events
}

/** Readers ask over the contract, and open the folders beside the engine as other programs do. */
async function crowd() {
  const scene = await frames('crowd', 40)
  const wait = () => new Promise((resolve) => setTimeout(resolve, 4))
  const { engine, client } = await engineFor('crowd-state', { before: wait, artifactBytes: 30_000 })
  await client.call.queue.setParallel({ parallel: 8 })
  const runs = []
  for (let i = 0; i < 8; i += 1) {
    // Each its own result: nothing may be taken over here.
    const stages = { ssam: { every: 1, minArea: 100 + i } }
    runs.push((await client.call.runs.start({ scene, output: join(folder, `out-${i}`), levels: [2], stages })).runId)
  }
  const counts = { reads: 0, corrupt: 0, failed: 0 }
  let done = false
  const readers = Array.from({ length: 4 }, (_, reader) => readOn(client, runs, reader, () => done, counts))
  for (const runId of runs) {
    const events = await follow(client, runId)
    if (events.at(-1).state !== 'succeeded') counts.failed += 1
  }
  done = true
  await Promise.all(readers)
  client.close()
  await engine.close()
  return counts
}

async function readOn(client, runs, reader, isDone, counts) {
  const folders = new Map((await client.call.runs.list()).map((run) => [run.id, run.folder]))
  for (let i = reader; !isDone(); i += 1) {
    const runId = runs[i % runs.length]
    try {
      if (reader % 2 === 0) await readByContract(client, runId, counts)
      else await readByFolder(folders.get(runId), counts)
    } catch (error) {
      counts.corrupt += 1
      say(`reader ${reader}: ${error?.stack ?? error}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}

async function readByContract(client, runId, counts) {
  for (const { stage, level, frameIndices } of await client.call.runs.coverage({ runId })) {
    const frameIndex = frameIndices.at(-1)
    const { header, bytes } = await client.bytes({ what: 'frame', runId, frameIndex, stage, levels: [level], withImage: true })
    for (const part of header.parts) {
      const masks = JSON.parse(new TextDecoder().decode(bytes.subarray(part.offset, part.offset + part.length)))
      counts.reads += 1
      if (masks.frameIndex !== frameIndex) counts.corrupt += 1
    }
  }
}

async function readByFolder(runFolder, counts) {
  if (!existsSync(join(runFolder, 'manifest.ndjson'))) return
  const run = await openRunFolder(runFolder)
  try {
    for (const entry of [...run.listing.entries.values()].filter(({ place }) => place === 'archive').slice(-3)) {
      const masks = JSON.parse(new TextDecoder().decode(await run.readArtifact(entry)))
      counts.reads += 1
      if (masks.frameIndex !== entry.frameIndex) counts.corrupt += 1
    }
  } finally {
    await run.close()
  }
}

/** A thousand frames of the size people have, run once; the second time nothing has to run. */
async function nothingChanged() {
  const scene = await frames('thousand', 1000, 640, 480)
  const { engine, client } = await engineFor('thousand-state', { artifactBytes: 40_000 })
  const config = { scene, output: join(folder, 'out-thousand'), levels: [2, 4] }
  const first = await client.call.runs.start(config)
  await follow(client, first.runId)
  const startedAt = performance.now()
  const { runId } = await client.call.runs.start(config)
  const events = await follow(client, runId)
  const rerunMs = Math.round(performance.now() - startedAt)
  const rerunStages = events.filter((event) => event.type === 'stageStarted').length + (events.at(-1).state === 'succeeded' ? 0 : 4)
  client.close()
  await engine.close()
  return { rerunMs, rerunStages }
}

/** From the end of one stage to the beginning of the next, as the journal tells it: the mean over many small runs. */
async function bookkeeping() {
  const scene = await frames('small', 3)
  const { engine, client } = await engineFor('small-state', {})
  const gaps = []
  for (let i = 0; i < 12; i += 1) {
    const { runId } = await client.call.runs.start({
      scene,
      output: join(folder, 'out-small'),
      levels: [2],
      stages: { ssam: { minArea: 500 + i } },
    })
    await follow(client, runId)
    const runFolder = (await client.call.runs.list()).find((run) => run.id === runId).folder
    const events = readFileSync(join(runFolder, 'journal.ndjson'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    const ended = events.filter((event) => event.type === 'stageFinished')
    for (const end of ended) {
      const next = events.find((event) => event.seq > end.seq && event.type === 'stageStarted')
      if (next) gaps.push(next.at - end.at)
    }
  }
  client.close()
  await engine.close()
  return { bookkeepingMs: Number((gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length).toFixed(2)) }
}
