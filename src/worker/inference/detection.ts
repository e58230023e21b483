// Reads detections out of the columns of a YOLOv8-kind output, and keeps the best of those that overlap.
import type { Box } from './letterbox.ts'

export type Detection = {
  /** In pixels of the network's input. */
  readonly box: Box
  /** Of the best class, 0 to 1. */
  readonly score: number
  readonly classIndex: number
  /** Its column in the output, where its mask coefficients are. */
  readonly column: number
}

/** The output [1, channels, columns]: 4 box values, then the class scores, then whatever else a column holds. */
export type DetectionGrid = { readonly values: Float32Array; readonly columns: number; readonly classCount: number }

/**
 * The columns whose best class reaches `threshold` (inclusive), in their order. Box values are centre x, centre y, width and
 * height in pixels of the input; class scores are past their sigmoid and there is no objectness. A column whose values are
 * not finite is left out: a network with broken weights gives no detection rather than a wild one.
 */
export function decodeDetections({ values, columns, classCount }: DetectionGrid, threshold: number): readonly Detection[] {
  const detections: Detection[] = []
  for (let column = 0; column < columns; column++) {
    let score = Number.NEGATIVE_INFINITY
    let classIndex = 0
    for (let index = 0; index < classCount; index++) {
      const value = values[(4 + index) * columns + column]!
      if (value > score) {
        score = value
        classIndex = index
      }
    }
    if (!(score >= threshold)) continue
    const [cx, cy, width, height] = [0, 1, 2, 3].map((row) => values[row * columns + column]!) as [number, number, number, number]
    if (![score, cx, cy, width, height].every(Number.isFinite)) continue
    detections.push({ box: [cx - width / 2, cy - height / 2, width, height], score, classIndex, column })
  }
  return detections
}

/** Intersection over union of two boxes, 0 to 1; 0 when both are empty. */
export function boxIou(a: Box, b: Box): number {
  const width = Math.min(a[0] + a[2], b[0] + b[2]) - Math.max(a[0], b[0])
  const height = Math.min(a[1] + a[3], b[1] + b[3]) - Math.max(a[1], b[1])
  if (width <= 0 || height <= 0) return 0
  const both = width * height
  return both / (a[2] * a[3] + b[2] * b[3] - both)
}

/**
 * Non-maximum suppression within each class: best first, dropping what overlaps a kept one of its class by more than
 * `iouThreshold`. Best first in the result, at most `limit`; equal scores keep the order of their columns.
 */
export function suppressOverlaps(detections: readonly Detection[], iouThreshold: number, limit: number): readonly Detection[] {
  const kept: Detection[] = []
  for (const candidate of detections.toSorted((a, b) => b.score - a.score || a.column - b.column)) {
    if (kept.length >= limit) break
    const covered = kept.some((other) => other.classIndex === candidate.classIndex && boxIou(other.box, candidate.box) > iouThreshold)
    if (!covered) kept.push(candidate)
  }
  return kept
}
