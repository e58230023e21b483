// Frames and the motion between them, as the tracker needs them: kept up to a bound, read or computed again beyond it.
import { computeFlow, type FlowField, reversedFlow } from '../carry/flow.ts'
import { type Picture, readPicture } from '../frame-pixels.ts'
import { createBoundedCache } from './bounded-cache.ts'

export type FrameStore = {
  picture(position: number): Promise<Picture>
  /** Motion from one position to the next one in either direction; both are one computation. */
  flow(from: number, to: number): Promise<FlowField>
}

/** A picture is read again in milliseconds, motion is computed again in half a second: so motion is kept longer. */
const pictureBytes = 24 * 2 ** 20
const flowBytes = 48 * 2 ** 20

export function createFrameStore(
  frames: readonly { readonly file: string; readonly name: string; readonly frameIndex: number }[],
  size: { readonly width: number; readonly height: number },
): FrameStore {
  const pictures = createBoundedCache<Picture>(
    pictureBytes,
    (picture) => picture.pixels.length,
    (position) => readPicture(frames[position]!, size),
  )
  const flows = createBoundedCache<FlowField>(flowBytes, bytesOfFlow, async (position) =>
    computeFlow(await pictures.get(position), await pictures.get(position + 1)),
  )
  return {
    picture: (position) => pictures.get(position),
    flow: async (from, to) => {
      if (Math.abs(from - to) !== 1) throw new RangeError(`motion is known between neighbours only, not from ${from} to ${to}`)
      return to > from ? flows.get(from) : reversedFlow(await flows.get(to))
    },
  }
}

function bytesOfFlow(flow: FlowField): number {
  // Two motions of two 16-bit components and one confidence byte for each cell.
  return flow.gridWidth * flow.gridHeight * 2 * 5
}
