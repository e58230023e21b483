// Speed of the COCO export of 100,000 masks against copying as many bytes, in turns within one run: one JSON line.
import { mkdtemp, open, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rleFromMask } from '#core/mask/rle'
import { randomFrom } from '#core/scene/synthetic-random'
import type { FrameMasks } from '#core/segment/frame-masks'
import { entryOf, fixtureRun } from '../src/engine/export/export-fixture.ts'
import { exportRun } from '../src/engine/export/export-run.ts'
import { writeOwnRun } from '../src/engine/export/written-run.ts'
import { openOwnReader } from '../src/engine/runs/own-reader.ts'

const size = [640, 853] as const
const [frames, levels, objects, shapes, rounds] = [300, [2, 4, 6], 112, 400, 7]

/** Discs with a border as uneven as that of a segmenter's masks. */
function raggedMask(seed: number) {
  const [height, width] = size
  const random = randomFrom(seed)
  const [cx, cy, radius] = [random() * width, random() * height, 20 + random() * 60]
  const mask = new Uint8Array(width * height)
  for (let x = Math.max(0, Math.ceil(cx - radius)); x < Math.min(width, cx + radius); x += 1) {
    const half = Math.sqrt(radius ** 2 - (x - cx) ** 2)
    const [top, bottom] = [Math.max(0, Math.round(cy - half + random() * 3)), Math.min(height, Math.round(cy + half - random() * 3))]
    for (let y = top; y < bottom; y += 1) mask[y * width + x] = 1
  }
  return rleFromMask(mask, width, height)
}

const pool = Array.from({ length: shapes }, (_, seed) => entryOf(raggedMask(seed + 1), { id: 1 })).filter(({ area }) => area > 0)

function* framesOf(stage: string): Generator<FrameMasks> {
  if (stage !== 'tracker') return
  const random = randomFrom(7)
  for (let frameIndex = 0; frameIndex < frames; frameIndex += 1)
    for (const level of levels) {
      const masks = Array.from({ length: objects }, (_, i) => ({
        ...pool[Math.floor(random() * pool.length)]!,
        id: level * 100_000 + i + 1,
        score: random(),
        parent: 200_001 + i,
      }))
      yield { frameIndex, frameName: `${frameIndex}.png`, level, size: [size[0], size[1]], masks }
    }
}

async function copy(from: string, to: string): Promise<void> {
  const [source, target] = [await open(from, 'r'), await open(to, 'wx')]
  const piece = Buffer.allocUnsafe(1 << 20)
  for (;;) {
    const { bytesRead } = await source.read(piece, 0, piece.length)
    if (bytesRead === 0) break
    await target.write(piece, 0, bytesRead)
  }
  await source.close()
  await target.close()
}

/** Until the bytes are on the disk. */
async function sync(path: string): Promise<void> {
  const file = await open(path, 'r+')
  await file.sync()
  await file.close()
}

type Spent = { readonly seconds: number; readonly cpuSeconds: number }

/** The processor's time of all threads too: it says more than the clock where other programs are busy. */
async function spent(work: () => Promise<unknown>): Promise<Spent> {
  const [begun, before] = [performance.now(), process.cpuUsage()]
  await work()
  const { user, system } = process.cpuUsage(before)
  return { seconds: (performance.now() - begun) / 1000, cpuSeconds: (user + system) / 1e6 }
}

const folder = await mkdtemp(join(tmpdir(), 'scenewright-bench-coco-'))
try {
  await writeOwnRun(join(folder, 'run'), fixtureRun({ frames: 1, objects: 1 }).record, framesOf, [])
  const { record, reader } = await openOwnReader(join(folder, 'run'))
  const exports: Spent[] = []
  const copies: Spent[] = []
  const exportSyncs: Spent[] = []
  const copySyncs: Spent[] = []
  let masks = 0
  let bytes = 0
  let peakBytes = 0
  for (let round = 0; round < rounds; round += 1) {
    const out = join(folder, `coco-${round}`)
    exports.push(
      await spent(async () => {
        masks = (await exportRun({ reader, record, format: 'coco', out })).counts.annotations ?? 0
      }),
    )
    bytes = (await stat(join(out, 'instances.json'))).size
    peakBytes = Math.max(peakBytes, process.memoryUsage().rss)
    exportSyncs.push(await spent(() => sync(join(out, 'instances.json'))))
    copies.push(await spent(() => copy(join(out, 'instances.json'), join(folder, 'copy'))))
    copySyncs.push(await spent(() => sync(join(folder, 'copy'))))
    await rm(out, { recursive: true })
    await rm(join(folder, 'copy'))
  }
  await reader.close()
  // The first rounds compile; after them the best of each side is what the machine can do.
  const least = (all: readonly Spent[], of: keyof Spent) => Math.min(...all.map((one) => one[of]))
  const median = (all: readonly Spent[]) => all.map(({ seconds }) => seconds).toSorted((a, b) => a - b)[Math.floor(all.length / 2)]!
  const together = (some: readonly Spent[], others: readonly Spent[]) =>
    some.map((one, i) => ({ seconds: one.seconds + others[i]!.seconds, cpuSeconds: one.cpuSeconds + others[i]!.cpuSeconds }))
  const rate = (time: number) => Math.round(bytes / time / 1e6)
  const share = (copied: number, exported: number) => Number((copied / exported).toFixed(2))
  const result = {
    masks,
    bytes,
    exportMegabytesPerSecond: rate(least(exports, 'seconds')),
    copyMegabytesPerSecond: rate(least(copies, 'seconds')),
    share: share(least(copies, 'seconds'), least(exports, 'seconds')),
    shareOfMedians: share(median(copies), median(exports)),
    shareOfCpuTime: share(least(copies, 'cpuSeconds'), least(exports, 'cpuSeconds')),
    exportCpuSeconds: least(exports, 'cpuSeconds'),
    copyCpuSeconds: least(copies, 'cpuSeconds'),
    shareUntilOnDisk: share(least(together(copies, copySyncs), 'seconds'), least(together(exports, exportSyncs), 'seconds')),
    peakMemoryMiB: Math.round(peakBytes / 2 ** 20),
  }
  console.log(JSON.stringify(result))
} finally {
  await rm(folder, { recursive: true, force: true })
}
