// F, the boundary score: how much of each mask's edge lies near the other's.

import { maskFromRle, type Rle } from '#core/mask/rle'

/** Share of the frame's diagonal within which two edges count as the same place. */
const toleranceShare = 0.008

/** Radius in pixels of the disc around each edge pixel. */
export function boundaryTolerance(width: number, height: number): number {
  return Math.ceil(toleranceShare * Math.hypot(width, height))
}

/**
 * Harmonic mean of precision (edge of `predicted` near that of `truth`) and recall (the other way), 0..1. A mask without an edge
 * agrees wholly with another without one, and not at all with one that has an edge. Throws RangeError when the masks differ in size.
 * Source: DAVIS 2016 (Perazzi et al.), measure F; the disc is all pixels with dx * dx + dy * dy <= radius * radius.
 */
export function boundaryScore(predicted: Rle, truth: Rle): number {
  const [height, width] = truth.size
  if (predicted.size[0] !== height || predicted.size[1] !== width)
    throw new RangeError(`The masks differ in size: ${predicted.size[1]} x ${predicted.size[0]} and ${width} x ${height}.`)
  const radius = boundaryTolerance(width, height)
  const found = edgesOfMask(maskFromRle(predicted), width, height)
  const wanted = edgesOfMask(maskFromRle(truth), width, height)
  const precision = shareNear(found, wanted, width, height, radius)
  const recall = shareNear(wanted, found, width, height, radius)
  return precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall)
}

/** Row-major 0/1: pixels whose right or lower neighbour has the other value. `mask` is row-major 0/1. */
export function edgesOfMask(mask: Uint8Array, width: number, height: number): Uint8Array {
  const edges = new Uint8Array(width * height)
  for (let y = 0; y < height; y++) {
    const row = y * width
    for (let i = row; i < row + width - 1; i++) edges[i] = mask[i]! ^ mask[i + 1]!
    if (y + 1 < height) for (let i = row; i < row + width; i++) edges[i]! |= mask[i]! ^ mask[i + width]!
  }
  return edges
}

/** Share of `edges` that has one of `others` within `radius`. */
function shareNear(edges: Uint8Array, others: Uint8Array, width: number, height: number, radius: number): number {
  const anyOther = others.includes(1)
  if (!edges.includes(1)) return anyOther ? 0 : 1
  if (!anyOther) return 0
  const away = rowsAway(others, width, height, radius)
  const reach = Int32Array.from({ length: radius + 1 }, (_, dx) => Math.floor(Math.sqrt(radius * radius - dx * dx)))
  let total = 0
  let near = 0
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++) {
      if (edges[i] === 0) continue
      total++
      const last = Math.min(width - 1, x + radius)
      for (let u = Math.max(0, x - radius); u <= last; u++)
        if (away[y * width + u]! <= reach[Math.abs(u - x)]!) {
          near++
          break
        }
    }
  return near / total
}

/** For each pixel, how many rows the nearest edge of its own column is away; radius + 1 stands for anything further. */
function rowsAway(edges: Uint8Array, width: number, height: number, radius: number): Uint16Array {
  const far = radius + 1
  const away = new Uint16Array(edges.length)
  for (let i = 0; i < away.length; i++) {
    const above = i < width ? far : away[i - width]! + 1
    away[i] = edges[i] === 1 ? 0 : above > far ? far : above
  }
  for (let i = (height - 1) * width - 1; i >= 0; i--) {
    const below = away[i + width]! + 1
    if (below < away[i]!) away[i] = below
  }
  return away
}
