// A curve over the frames of a life, with a hole wherever the object is not seen.
import type { Ranges } from './dossier-moments.ts'

export type CurvePoints = {
  /** Frame indices, ascending; between two ranges one more, for the hole. */
  readonly frames: readonly number[]
  /** `null` is how the plot is told of a hole. */
  readonly values: readonly (number | null)[]
  readonly low: number | undefined
  readonly high: number | undefined
}

export function curveOf<R extends { readonly position: number }>(
  readings: readonly R[],
  ranges: Ranges,
  frameIndices: readonly number[],
  read: (reading: R) => number | undefined,
): CurvePoints {
  const frames: number[] = []
  const values: (number | null)[] = []
  let before: number | undefined
  for (const reading of readings) {
    const value = read(reading)
    const range = ranges.findIndex(([first, last]) => first <= reading.position && reading.position <= last)
    const frame = frameIndices[reading.position]
    if (value === undefined || frame === undefined) continue
    const last = frames.at(-1)
    if (last !== undefined && range !== before) {
      frames.push((last + frame) / 2)
      values.push(null)
    }
    frames.push(frame)
    values.push(value)
    before = range
  }
  const known = values.filter((value) => value !== null)
  return {
    frames,
    values,
    low: known.length > 0 ? known.reduce((low, value) => Math.min(low, value)) : undefined,
    high: known.length > 0 ? known.reduce((high, value) => Math.max(high, value)) : undefined,
  }
}
