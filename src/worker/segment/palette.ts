// The colours and textures a picture is made of: a small codebook, and the codeword of each pixel.
import type { LabPicture } from './lab-picture.ts'
import { blur } from './plane.ts'

const FEATURES = 5
const WORDS = 40
const ROUNDS = 6

/**
 * `word` holds the codeword (0..words-1) of each pixel. `likeness` is words x words, rows sum to 1: how much of a
 * pixel of one codeword counts as another, so that histograms of near colours are near.
 */
export type Palette = { readonly words: number; readonly word: Uint8Array; readonly likeness: Float32Array }

/** Builds the codebook by k-means over colour and local contrast. Deterministic. */
export function buildPalette(picture: LabPicture): Palette {
  const points = features(picture)
  const centres = cluster(points)
  const words = centres.length / FEATURES
  const word = new Uint8Array(picture.l.length)
  for (let i = 0; i < word.length; i += 1) word[i] = nearest(points, i * FEATURES, centres)
  return { words, word, likeness: likeness(centres) }
}

// Lightness counts less than colour, as shade changes inside an object more than hue does.
function features(picture: LabPicture): Float32Array {
  const { width, height } = picture
  const smooth = blur(picture.l, width, height, 1)
  const smoother = blur(smooth, width, height, 2.5)
  const fine = new Float32Array(smooth.length)
  const coarse = new Float32Array(smooth.length)
  for (let i = 0; i < smooth.length; i += 1) {
    fine[i] = Math.abs(picture.l[i]! - smooth[i]!)
    coarse[i] = Math.abs(smooth[i]! - smoother[i]!)
  }
  const fineEnergy = blur(fine, width, height, 3)
  const coarseEnergy = blur(coarse, width, height, 4)
  const a = blur(picture.a, width, height, 1)
  const b = blur(picture.b, width, height, 1)
  const points = new Float32Array(smooth.length * FEATURES)
  for (let i = 0; i < smooth.length; i += 1) {
    const at = i * FEATURES
    points[at] = smooth[i]!
    points[at + 1] = a[i]! * 1.6
    points[at + 2] = b[i]! * 1.6
    points[at + 3] = fineEnergy[i]! * 2
    points[at + 4] = coarseEnergy[i]! * 2
  }
  return points
}

// Farthest-point start on a sparse sample: it needs no random numbers and keeps rare colours.
function cluster(points: Float32Array): Float32Array {
  const total = points.length / FEATURES
  const stride = Math.max(1, Math.floor(total / 6000))
  const sample: number[] = []
  for (let i = 0; i < total; i += stride) sample.push(i * FEATURES)
  const centres: number[] = Array.from(points.subarray(0, FEATURES))
  const gap = new Float32Array(sample.length).fill(Number.POSITIVE_INFINITY)
  while (centres.length < WORDS * FEATURES) {
    let best = 0
    for (let s = 0; s < sample.length; s += 1) {
      gap[s] = Math.min(gap[s]!, distance(points, sample[s]!, centres, centres.length - FEATURES))
      if (gap[s]! > gap[best]!) best = s
    }
    if (gap[best]! < 1e-5) break
    for (let f = 0; f < FEATURES; f += 1) centres.push(points[sample[best]! + f]!)
  }
  const found = Float32Array.from(centres)
  for (let round = 0; round < ROUNDS; round += 1) moveCentres(points, sample, found)
  return found
}

function moveCentres(points: Float32Array, sample: readonly number[], centres: Float32Array): void {
  const sums = new Float64Array(centres.length)
  const hits = new Float64Array(centres.length / FEATURES)
  for (const at of sample) {
    const centre = nearest(points, at, centres)
    hits[centre] = hits[centre]! + 1
    for (let f = 0; f < FEATURES; f += 1) sums[centre * FEATURES + f] = sums[centre * FEATURES + f]! + points[at + f]!
  }
  for (let i = 0; i < centres.length; i += 1) {
    const n = hits[Math.floor(i / FEATURES)]!
    if (n > 0) centres[i] = sums[i]! / n
  }
}

function nearest(points: Float32Array, at: number, centres: Float32Array): number {
  let best = 0
  let least = Number.POSITIVE_INFINITY
  const p0 = points[at]!
  const p1 = points[at + 1]!
  const p2 = points[at + 2]!
  const p3 = points[at + 3]!
  const p4 = points[at + 4]!
  for (let c = 0; c < centres.length; c += FEATURES) {
    const d0 = p0 - centres[c]!
    const d1 = p1 - centres[c + 1]!
    const d2 = p2 - centres[c + 2]!
    const d3 = p3 - centres[c + 3]!
    const d4 = p4 - centres[c + 4]!
    const d = d0 * d0 + d1 * d1 + d2 * d2 + d3 * d3 + d4 * d4
    if (d < least) {
      least = d
      best = c
    }
  }
  return best / FEATURES
}

function distance(points: Float32Array, at: number, centres: readonly number[], centre: number): number {
  let sum = 0
  for (let f = 0; f < FEATURES; f += 1) sum += (points[at + f]! - centres[centre + f]!) ** 2
  return sum
}

function likeness(centres: Float32Array): Float32Array {
  const words = centres.length / FEATURES
  const spread = 2 * 0.06 * 0.06
  const out = new Float32Array(words * words)
  for (let i = 0; i < words; i += 1) {
    let sum = 0
    for (let j = 0; j < words; j += 1) {
      let d = 0
      for (let f = 0; f < FEATURES; f += 1) d += (centres[i * FEATURES + f]! - centres[j * FEATURES + f]!) ** 2
      out[i * words + j] = Math.exp(-d / spread)
      sum += out[i * words + j]!
    }
    for (let j = 0; j < words; j += 1) out[i * words + j] = out[i * words + j]! / sum
  }
  return out
}
