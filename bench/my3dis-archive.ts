// The peer's chunks of candidates (peers/archive.py) in our run folder and back in My3DIS's form: random frames, writing, sizes. One JSON line.
// node bench/my3dis-archive.ts <folder of chunks> <folder for what is written>
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { rleFromString } from '#core/mask/rle'
import { randomFrom } from '#core/scene/synthetic-random'
import type { FrameMasks } from '#core/segment/frame-masks'
import { fixtureRun } from '../src/engine/export/export-fixture.ts'
import { exportRun } from '../src/engine/export/export-run.ts'
import { writeOwnRun } from '../src/engine/export/written-run.ts'
import { loneContext } from '../src/engine/my3dis/candidates/candidate-source.ts'
import { createChunkStore } from '../src/engine/my3dis/candidates/chunk-store.ts'
import { openRaw } from '../src/engine/my3dis/candidates/raw-source.ts'
import { openOwnReader } from '../src/engine/runs/own-reader.ts'

const [chunks = '', scratch = ''] = process.argv.slice(2)
const [level, reads, rounds] = [2, 300, 3]
const cacheFolder = join(scratch, 'cache')

type Spent = { readonly ms: number; readonly cpuMs: number }

async function spent(work: () => Promise<unknown>): Promise<Spent> {
  const [begun, before] = [performance.now(), process.cpuUsage()]
  await work()
  const { user, system } = process.cpuUsage(before)
  return { ms: performance.now() - begun, cpuMs: (user + system) / 1000 }
}

/** Half of all calls take at most so long. */
async function median(count: number, work: (random: number) => Promise<unknown>): Promise<number> {
  const random = randomFrom(5)
  const times: number[] = []
  for (let i = 0; i < count; i += 1) {
    const chance = random()
    const begun = performance.now()
    await work(chance)
    times.push(performance.now() - begun)
  }
  return times.toSorted((a, b) => a - b)[Math.floor(count / 2)]!
}

const raw = openRaw(chunks, createChunkStore({ cacheFolder }), loneContext(level, cacheFolder))
const frames: FrameMasks[] = []
const readAll = await spent(async () => {
  for (const { frameIndex } of await raw.frames()) {
    const masks = await raw.masks(frameIndex)
    if (masks) frames.push(masks)
  }
})
const indices = frames.map(({ frameIndex }) => frameIndex)
const at = (chance: number) => indices[Math.floor(chance * indices.length)]!
const foreignFrameMs = await median(30, (chance) => raw.masks(at(chance)))
await raw.close()

const { record } = fixtureRun({ frames: 1, objects: 1 })
await writeOwnRun(join(scratch, 'own'), record, (stage) => (stage === 'ssam' ? frames : []), [])
const { reader } = await openOwnReader(join(scratch, 'own'))
const bytesOf = async (chance: number) => (await reader.masks('ssam', level, at(chance)))!.bytes
const frameOf = async (chance: number): Promise<FrameMasks> => JSON.parse(Buffer.from(await bytesOf(chance)).toString('latin1'))
const runsOf = async (chance: number) => {
  const { masks, size } = await frameOf(chance)
  return masks.map(({ counts }) => rleFromString(counts, size))
}
// Compiled first, as the peer reads a frame before it counts.
for (const work of [bytesOf, frameOf, runsOf]) await median(reads, work)
const ownFrame = { bytesMs: await median(reads, bytesOf), valueMs: await median(reads, frameOf), runsMs: await median(reads, runsOf) }

const [height, width] = frames[0]!.size
const masks = frames.reduce((sum, frame) => sum + frame.masks.length, 0)
// Nothing of it is held from here on, as in an export of a run from disk.
frames.length = 0
const writes: Spent[] = []
let written = 0
for (let round = 0; round < rounds; round += 1) {
  const out = join(scratch, `my3dis-${round}`)
  writes.push(
    await spent(() =>
      exportRun({ reader, record: { ...record, scene: { ...record.scene, height, width } }, format: 'my3dis', out, scale: 1 }),
    ),
  )
  written = await sizeOf(join(out, `level_${level}`, 'raw'))
}
await reader.close()
const least = (of: keyof Spent) => Math.min(...writes.map((one) => one[of]))
console.log(
  JSON.stringify({
    frames: indices.length,
    masks,
    readAll,
    foreignFrameMs,
    ownFrame,
    writeMs: least('ms'),
    writeCpuMs: least('cpuMs'),
    writtenBytes: written,
    peakBytes: process.memoryUsage().rss,
  }),
)

async function sizeOf(folder: string): Promise<number> {
  let sum = 0
  for (const name of await readdir(folder)) sum += (await stat(join(folder, name))).size
  return sum
}
