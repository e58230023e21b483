// Regions of a picture, what each is made of, and which touch which along how strong a border.
import type { EdgeMap } from './edge-map.ts'
import type { LabPicture } from './lab-picture.ts'
import type { Palette } from './palette.ts'
import type { Labels } from './watershed.ts'

/**
 * Sums over the pixels of each region, so that the sums of two regions added are the sums of their union.
 * `colour` is 3 numbers a region, `histogram` `words` numbers, `box` 4 (x0, y0, x1, y1; inclusive).
 * `rim` counts the pixels on the picture's border.
 */
export type RegionSums = {
  readonly words: number
  readonly area: Float64Array
  readonly rim: Float64Array
  readonly colour: Float64Array
  readonly histogram: Float32Array
  readonly box: Int32Array
}

/** Touching pairs: `a` < `b`, `length` in pixel sides; `strength` and `slope` are sums of the edge map over those sides. */
export type Touching = {
  readonly a: Int32Array
  readonly b: Int32Array
  readonly length: Float64Array
  readonly strength: Float64Array
  readonly slope: Float64Array
}

export type RegionGraph = { readonly count: number; readonly sums: RegionSums; readonly touching: Touching }

export function emptySums(capacity: number, words: number): RegionSums {
  return {
    words,
    area: new Float64Array(capacity),
    rim: new Float64Array(capacity),
    colour: new Float64Array(capacity * 3),
    histogram: new Float32Array(capacity * words),
    box: new Int32Array(capacity * 4),
  }
}

/** Writes the sums of region `from` of `source` onto region `to` of `target`, on top of what is there. */
export function addSums(target: RegionSums, to: number, source: RegionSums, from: number): void {
  const fresh = target.area[to] === 0
  target.area[to] = target.area[to]! + source.area[from]!
  target.rim[to] = target.rim[to]! + source.rim[from]!
  for (let c = 0; c < 3; c += 1) target.colour[to * 3 + c] = target.colour[to * 3 + c]! + source.colour[from * 3 + c]!
  const { words } = target
  for (let w = 0; w < words; w += 1) {
    target.histogram[to * words + w] = target.histogram[to * words + w]! + source.histogram[from * words + w]!
  }
  for (let k = 0; k < 4; k += 1) {
    const theirs = source.box[from * 4 + k]!
    const ours = target.box[to * 4 + k]!
    target.box[to * 4 + k] = fresh ? theirs : k < 2 ? Math.min(ours, theirs) : Math.max(ours, theirs)
  }
}

/** Measures the labelled picture. All planes have the size of `picture`. */
export function regionGraph(picture: LabPicture, palette: Palette, edges: EdgeMap, labels: Labels): RegionGraph {
  const sums = emptySums(labels.count, palette.words)
  const { width, height } = picture
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) addPixel(sums, labels.label[y * width + x]!, picture, palette, x, y)
  }
  soften(sums, palette.likeness)
  const sides = new Map<number, number>()
  const length: number[] = []
  const strength: number[] = []
  const slope: number[] = []
  const keys: number[] = []
  const touch = (p: number, q: number): void => {
    const i = labels.label[p]!
    const j = labels.label[q]!
    if (i === j) return
    const key = Math.min(i, j) * labels.count + Math.max(i, j)
    let at = sides.get(key)
    if (at === undefined) {
      at = length.length
      sides.set(key, at)
      keys.push(key)
      length.push(0)
      strength.push(0)
      slope.push(0)
    }
    length[at] = length[at]! + 1
    strength[at] = strength[at]! + Math.max(edges.strength[p]!, edges.strength[q]!)
    slope[at] = slope[at]! + Math.max(edges.slope[p]!, edges.slope[q]!)
  }
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const p = y * width + x
      if (x + 1 < width) touch(p, p + 1)
      if (y + 1 < height) touch(p, p + width)
    }
  }
  const a = Int32Array.from(keys, (key) => Math.floor(key / labels.count))
  const b = Int32Array.from(keys, (key) => key % labels.count)
  return {
    count: labels.count,
    sums,
    touching: { a, b, length: Float64Array.from(length), strength: Float64Array.from(strength), slope: Float64Array.from(slope) },
  }
}

function addPixel(sums: RegionSums, region: number, picture: LabPicture, palette: Palette, x: number, y: number): void {
  const p = y * picture.width + x
  const { box } = sums
  const at = region * 4
  const fresh = sums.area[region] === 0
  if (fresh || x < box[at]!) box[at] = x
  if (fresh || y < box[at + 1]!) box[at + 1] = y
  if (fresh || x > box[at + 2]!) box[at + 2] = x
  if (fresh || y > box[at + 3]!) box[at + 3] = y
  sums.area[region] = sums.area[region]! + 1
  if (x === 0 || y === 0 || x === picture.width - 1 || y === picture.height - 1) sums.rim[region] = sums.rim[region]! + 1
  sums.colour[region * 3] = sums.colour[region * 3]! + picture.l[p]!
  sums.colour[region * 3 + 1] = sums.colour[region * 3 + 1]! + picture.a[p]!
  sums.colour[region * 3 + 2] = sums.colour[region * 3 + 2]! + picture.b[p]!
  const bin = region * sums.words + palette.word[p]!
  sums.histogram[bin] = sums.histogram[bin]! + 1
}

function soften(sums: RegionSums, likeness: Float32Array): void {
  const { words, histogram } = sums
  const raw = new Float32Array(words)
  for (let at = 0; at < histogram.length; at += words) {
    raw.set(histogram.subarray(at, at + words))
    histogram.fill(0, at, at + words)
    for (let w = 0; w < words; w += 1) {
      const n = raw[w]!
      if (n === 0) continue
      for (let v = 0; v < words; v += 1) histogram[at + v] = histogram[at + v]! + n * likeness[w * words + v]!
    }
  }
}

/** The graph of coarser regions: region i becomes part of `group[i]` (0..count-1, every group used). */
export function groupGraph(graph: RegionGraph, group: Int32Array, count: number): RegionGraph {
  const sums = emptySums(count, graph.sums.words)
  for (let i = 0; i < graph.count; i += 1) addSums(sums, group[i]!, graph.sums, i)
  const merged = new Map<number, { length: number; strength: number; slope: number }>()
  const { touching } = graph
  for (let e = 0; e < touching.a.length; e += 1) {
    const i = group[touching.a[e]!]!
    const j = group[touching.b[e]!]!
    if (i === j) continue
    const key = Math.min(i, j) * count + Math.max(i, j)
    const side = merged.get(key) ?? { length: 0, strength: 0, slope: 0 }
    side.length += touching.length[e]!
    side.strength += touching.strength[e]!
    side.slope += touching.slope[e]!
    merged.set(key, side)
  }
  const keys = [...merged.keys()]
  const sides = [...merged.values()]
  return {
    count,
    sums,
    touching: {
      a: Int32Array.from(keys, (key) => Math.floor(key / count)),
      b: Int32Array.from(keys, (key) => key % count),
      length: Float64Array.from(sides, (side) => side.length),
      strength: Float64Array.from(sides, (side) => side.strength),
      slope: Float64Array.from(sides, (side) => side.slope),
    },
  }
}

/** Half the chi-square distance of two regions' histograms: 0 (same make-up) to 1 (nothing shared). */
export function histogramDistance(one: RegionSums, i: number, other: RegionSums, j: number): number {
  const { words } = one
  const p = i * words
  const q = j * words
  const scaleP = 1 / one.area[i]!
  const scaleQ = 1 / other.area[j]!
  let sum = 0
  for (let w = 0; w < words; w += 1) {
    const u = one.histogram[p + w]! * scaleP
    const v = other.histogram[q + w]! * scaleQ
    const both = u + v
    if (both > 1e-9) sum += ((u - v) * (u - v)) / both
  }
  return sum / 2
}

/** Distance of two regions' mean colours in Lab / 100. */
export function colourDistance(sums: RegionSums, i: number, j: number): number {
  let sum = 0
  for (let c = 0; c < 3; c += 1) sum += (sums.colour[i * 3 + c]! / sums.area[i]! - sums.colour[j * 3 + c]! / sums.area[j]!) ** 2
  return Math.sqrt(sum)
}
