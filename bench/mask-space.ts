// Overlap, union and label raster in run-length space on 300 blobs of 853 x 640, beside dense NumPy where Python is: one JSON line.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { paintLabelRaster } from '#core/mask/label-raster'
import { iouOfRles, unionOfRles } from '#core/mask/overlap'
import { packedFromMask } from '#core/mask/packed'
import { unionOfPacked } from '#core/mask/packed-union'
import { areaOfRle, type Rle, rleFromMask } from '#core/mask/rle'

const [count, width, height] = [300, 853, 640]

/** Uniform numbers in [0, 1): mulberry32 with a fixed seed, so that every run measures the same masks. */
function createChance(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Wavy ellipses of the peer's sizes and places: half axes from a fortieth to a sixth of the raster. */
function blobs(): Uint8Array[] {
  const chance = createChance(7)
  const within = (low: number, high: number) => low + chance() * (high - low)
  return Array.from({ length: count }, () => {
    const [cy, cx] = [within(0, height), within(0, width)]
    const [ry, rx] = [within(height / 40, height / 6), within(width / 40, width / 6)]
    const phase = within(0, 6)
    const mask = new Uint8Array(width * height)
    for (let y = 0; y < height; y += 1)
      for (let x = 0; x < width; x += 1) {
        const wave = 1 + 0.2 * Math.sin(5 * Math.atan2(y - cy, x - cx) + phase)
        if (((y - cy) / ry) ** 2 + ((x - cx) / rx) ** 2 < wave) mask[y * width + x] = 1
      }
    return mask
  })
}

/** Best of several in milliseconds; a warm-up comes first, as in the peer. */
function best(work: () => unknown, times = 7): number {
  work()
  let least = Number.POSITIVE_INFINITY
  for (let i = 0; i < times; i += 1) {
    const begun = performance.now()
    work()
    least = Math.min(least, performance.now() - begun)
  }
  return least
}

/** Bytes that were asked for while `work` ran, at least its peak: nothing that may have been collected meanwhile is taken off. */
function allocated(work: () => unknown): number {
  const now = () => {
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    return heapUsed + arrayBuffers
  }
  const before = now()
  work()
  return Math.max(0, now() - before)
}

/** The peer's line; undefined where Python with NumPy or the peers are not. */
function peer(): Record<string, number> | undefined {
  const folder = process.env.SCENEWRIGHT_PEERS
  if (folder === undefined) return undefined
  for (const program of ['/usr/bin/python3', 'python3']) {
    const { status, stdout } = spawnSync(program, [join(folder, 'masks.py')], { encoding: 'utf8' })
    if (status === 0) return JSON.parse(stdout) as Record<string, number>
  }
  return undefined
}

const dense = blobs()
const rles = dense.map((mask) => rleFromMask(mask, width, height))
const packed = dense.map((mask) => packedFromMask(mask, width, height))
const areas = rles.map(areaOfRle)
const pairs = rles.flatMap((a, i) => rles.slice(i + 1).map((b, j) => [a, b, areas[i]!, areas[i + 1 + j]!] as const))
const touching = pairs.filter(([a, b]) => iouOfRles(a, b) > 0)
const overAll = (list: typeof pairs, iou: (a: Rle, b: Rle, areaA: number, areaB: number) => number) => {
  let sum = 0
  for (const [a, b, areaA, areaB] of list) sum += iou(a, b, areaA, areaB)
  return sum
}
const iouMs = best(() => overAll(pairs, (a, b) => iouOfRles(a, b))) / pairs.length
const touchingMs = best(() => overAll(touching, (a, b) => iouOfRles(a, b))) / touching.length
const touchingKnownMs = best(() => overAll(touching, iouOfRles)) / touching.length
const ours = {
  masks: count,
  runsEach: rles.reduce((sum, { counts }) => sum + counts.length, 0) / count,
  pairs: pairs.length,
  touchingPairs: touching.length,
  iouMs,
  iouTouchingMs: touchingMs,
  iouTouchingAreasKnownMs: touchingKnownMs,
  unionMs: best(() => unionOfRles(rles, height, width)),
  unionBytes: allocated(() => unionOfRles(rles, height, width)),
  unionPackedMs: best(() => unionOfPacked(packed, width, height)),
  unionPackedBytes: allocated(() => unionOfPacked(packed, width, height)),
  labelRasterMs: best(() => paintLabelRaster(rles, width, height)),
}
const theirs = peer()
const ratios = theirs && {
  iou: theirs.iou_dense_ms! / ours.iouMs,
  iouTouching: theirs.iou_dense_ms! / ours.iouTouchingMs,
  iouTouchingAreasKnown: theirs.iou_dense_ms! / ours.iouTouchingAreasKnownMs,
  union: theirs.union_stack_any_ms! / ours.unionMs,
  unionPacked: theirs.union_stack_any_ms! / ours.unionPackedMs,
  unionMemoryShare: ours.unionBytes / theirs.union_stack_peak_bytes!,
  unionPackedMemoryShare: ours.unionPackedBytes / theirs.union_stack_peak_bytes!,
  labelRaster: (count * theirs.rle_decode_dense_ms!) / ours.labelRasterMs,
}
console.log(JSON.stringify({ ours, peer: theirs ?? 'skipped: no SCENEWRIGHT_PEERS, or no Python with NumPy', ratios }))
