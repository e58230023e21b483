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

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now()
  await work()
  return (performance.now() - begun) / 1000
}

const folder = await mkdtemp(join(tmpdir(), 'scenewright-bench-coco-'))
try {
  await writeOwnRun(join(folder, 'run'), fixtureRun({ frames: 1, objects: 1 }).record, framesOf, [])
  const { record, reader } = await openOwnReader(join(folder, 'run'))
  const exports: number[] = []
  const copies: number[] = []
  let masks = 0
  let bytes = 0
  let peakBytes = 0
  for (let round = 0; round < rounds; round += 1) {
    const out = join(folder, `coco-${round}`)
    exports.push(
      await seconds(async () => {
        masks = (await exportRun({ reader, record, format: 'coco', out })).counts.annotations ?? 0
      }),
    )
    bytes = (await stat(join(out, 'instances.json'))).size
    peakBytes = Math.max(peakBytes, process.memoryUsage().rss)
    copies.push(await seconds(() => copy(join(out, 'instances.json'), join(folder, 'copy'))))
    await rm(out, { recursive: true })
    await rm(join(folder, 'copy'))
  }
  await reader.close()
  // The first rounds compile; after them the best of each side is what the machine can do.
  const rate = (times: readonly number[]) => Math.round(bytes / Math.min(...times) / 1e6)
  const median = (times: readonly number[]) => Math.round(bytes / times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]! / 1e6)
  const result = {
    masks,
    bytes,
    exportMegabytesPerSecond: rate(exports),
    copyMegabytesPerSecond: rate(copies),
    share: Number((Math.min(...copies) / Math.min(...exports)).toFixed(2)),
    first: {
      exportMegabytesPerSecond: Math.round(bytes / exports[0]! / 1e6),
      copyMegabytesPerSecond: Math.round(bytes / copies[0]! / 1e6),
    },
    median: { exportMegabytesPerSecond: median(exports), copyMegabytesPerSecond: median(copies) },
    peakMemoryMiB: Math.round(peakBytes / 2 ** 20),
  }
  console.log(JSON.stringify(result))
} finally {
  await rm(folder, { recursive: true, force: true })
}
