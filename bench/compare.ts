// Two answers of 100 frames with 200 blobs each of 960 x 540, matched over time in one thread: times with and without decoding, one JSON line.
// node bench/compare.ts [frames] [objects] [width] [height]
import { performance } from 'node:perf_hooks'
import { seededNumbers } from '#core/compare/box-masks'
import type { AnswerMask } from '#core/compare/compare-types'
import { createComparison } from '#core/compare/comparison'
import { rleFromCrop, rleFromString, stringFromRle } from '#core/mask/rle'
import { idInLevel } from '#core/segment/frame-masks'

const [frames = 100, objects = 200, width = 960, height = 540] = process.argv.slice(2).map(Number)

type Blob = { readonly width: number; readonly height: number; readonly bits: Uint8Array }

/** A wavy ellipse of half axes rx, ry. */
function blob(rx: number, ry: number, phase: number): Blob {
  const [w, h] = [Math.ceil(rx * 2.5), Math.ceil(ry * 2.5)]
  const bits = new Uint8Array(w * h)
  for (let y = 0; y < h; y += 1)
    for (let x = 0; x < w; x += 1) {
      const [u, v] = [(x - w / 2) / rx, (y - h / 2) / ry]
      if (u * u + v * v < 1 + 0.2 * Math.sin(5 * Math.atan2(v, u) + phase)) bits[y * w + x] = 1
    }
  return { width: w, height: h, bits }
}

/** What lies outside of the picture is cut off. */
function placed({ width: w, height: h, bits }: Blob, cx: number, cy: number): string {
  return stringFromRle(rleFromCrop(bits, { x: Math.round(cx - w / 2), y: Math.round(cy - h / 2), width: w, height: h }, width, height))
}

type Stored = { readonly id: number; readonly counts: string }

/** Each answer drifts a little differently; every tenth object is cut in two in the second one, every fifteenth left out. */
function storedAnswers(): readonly (readonly [Stored[], Stored[]])[] {
  const next = seededNumbers(5)
  const seeds = Array.from({ length: objects }, (_, i) => {
    const [rx, ry] = [width / 80 + next(width / 16), height / 60 + next(height / 12)]
    const sides = i % 15 === 14 ? [] : i % 10 === 9 ? [-0.5, 0.5] : [0]
    const [dx, dy] = [(next(41) - 20) / 20, (next(41) - 20) / 20]
    const other = blob(sides.length === 2 ? rx / 2 : rx, ry, i + 0.3)
    return { x: next(width), y: next(height), dx, dy, rx, sides, one: blob(rx, ry, i), other }
  })
  return Array.from({ length: frames }, (_, frame) => {
    const [a, b]: [Stored[], Stored[]] = [[], []]
    for (const [i, { x, y, dx, dy, rx, sides, one, other }] of seeds.entries()) {
      const [cx, cy] = [x + dx * frame, y + dy * frame]
      a.push({ id: idInLevel(2, i + 1), counts: placed(one, cx, cy) })
      for (const [half, side] of sides.entries())
        b.push({ id: idInLevel(2, i + 1 + half * objects), counts: placed(other, cx + 2 + side * rx, cy + 1) })
    }
    return [a, b]
  })
}

const stored = storedAnswers()
const decoded = (masks: readonly Stored[]): AnswerMask[] =>
  masks.map(({ id, counts }) => ({ id, level: 2, mask: rleFromString(counts, [height, width]) }))

/** Once cold, then the best of three warm ones. */
function measure() {
  const comparison = createComparison()
  const spent = process.cpuUsage()
  let decodeMs = 0
  let feedMs = 0
  for (const [frame, [a, b]] of stored.entries()) {
    const begun = performance.now()
    const pair = [decoded(a), decoded(b)] as const
    const read = performance.now()
    comparison.feed(frame, pair[0], pair[1])
    decodeMs += read - begun
    feedMs += performance.now() - read
  }
  const begun = performance.now()
  const result = comparison.finish()
  const finishMs = performance.now() - begun
  const { user, system } = process.cpuUsage(spent)
  // Beside other work the processor's time says more than the clock; it counts the collector's threads too.
  return { decodeMs, feedMs, finishMs, totalMs: decodeMs + feedMs + finishMs, cpuMs: (user + system) / 1000, result }
}

const cold = measure()
const warm = [measure(), measure(), measure()].sort((one, other) => one.totalMs - other.totalMs)[0]!
const round = (value: number) => Math.round(value * 10) / 10
const times = ({ decodeMs, feedMs, finishMs, totalMs, cpuMs }: typeof cold) => ({
  decodeMs: round(decodeMs),
  feedMs: round(feedMs),
  finishMs: round(finishMs),
  totalMs: round(totalMs),
  cpuMs: round(cpuMs),
})
const { counts, share } = cold.result.levels[0]!
const heapMb = round(process.memoryUsage().heapUsed / 2 ** 20)
console.log(JSON.stringify({ frames, objects, width, height, cold: times(cold), warm: times(warm), counts, share, heapMb }))
