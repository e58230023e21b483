// Which frames of a life are read for its dossier, and which part of each is shown.
import type { MaskColumns } from '../../../frame/mask-columns.ts'

/** Inclusive ranges of positions, ascending. */
export type Ranges = readonly (readonly [first: number, last: number])[]
/** Part of a frame, in its pixels. */
export type Crop = { readonly x: number; readonly y: number; readonly width: number; readonly height: number }

/** Pictures of the film strip, and readings of the curves, at most. */
export const shotCount = 8
export const readingCount = 96

/** At most `most` of the positions in the ranges, evenly spread, first and last among them. */
export function momentsOf(ranges: Ranges, most: number): readonly number[] {
  const total = ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0)
  const count = Math.min(most, total)
  const found: number[] = []
  let [range, before] = [0, 0]
  for (let i = 0; i < count; i += 1) {
    const nth = count === 1 ? Math.floor(total / 2) : Math.round((i * (total - 1)) / (count - 1))
    while (range < ranges.length && nth >= before + lengthOf(ranges[range]!)) {
      before += lengthOf(ranges[range]!)
      range += 1
    }
    found.push(ranges[range]![0] + nth - before)
  }
  return found
}

const lengthOf = ([first, last]: readonly [number, number]) => last - first + 1

/** The box with some surroundings, in the wanted shape (width / height), inside the frame where the frame has room for it. */
export function cropAround(
  box: readonly [x: number, y: number, width: number, height: number],
  frame: { width: number; height: number },
  aspect: number,
): Crop {
  const [x, y, boxWidth, boxHeight] = box
  const wide = Math.max(16, boxWidth * 1.3, boxHeight * 1.3 * aspect)
  const width = Math.min(frame.width, Math.round(wide))
  const height = Math.min(frame.height, Math.round(wide / aspect))
  const clamp = (value: number, most: number) => Math.round(Math.min(Math.max(0, most), Math.max(0, value)))
  return {
    x: clamp(x + boxWidth / 2 - width / 2, frame.width - width),
    y: clamp(y + boxHeight / 2 - height / 2, frame.height - height),
    width,
    height,
  }
}

/** Row-major 0/1 of mask `index` inside the crop; the frame has `frameHeight` rows. */
export function maskInCrop(columns: MaskColumns, index: number, frameHeight: number, crop: Crop): Uint8Array {
  const bits = new Uint8Array(crop.width * crop.height)
  const [start, end] = [columns.runStarts[index]!, columns.runStarts[index + 1]!]
  let position = 0
  for (let i = start; i < end; i += 1) {
    const next = position + columns.runs[i]!
    if ((i - start) & 1) {
      // A run goes down the columns: only those columns that it shares with the crop are walked.
      const from = Math.max(Math.floor(position / frameHeight), crop.x)
      const to = Math.min(Math.floor((next - 1) / frameHeight), crop.x + crop.width - 1)
      for (let x = from; x <= to; x += 1) {
        const top = Math.max(position - x * frameHeight, crop.y)
        const bottom = Math.min(next - x * frameHeight, crop.y + crop.height)
        for (let y = top; y < bottom; y += 1) bits[(y - crop.y) * crop.width + (x - crop.x)] = 1
      }
    }
    position = next
  }
  return bits
}

/** Width of a small picture of the whole frame in which the crop has about `wanted` pixels across; one of few sizes, so that they are shared. */
export function thumbnailWidth(frameWidth: number, crop: Crop, wanted: number): number {
  const ideal = (frameWidth / crop.width) * wanted
  return [128, 256, 512].find((size) => size >= ideal) ?? 1024
}
