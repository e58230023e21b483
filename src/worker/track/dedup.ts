// Whether a candidate is an object that is tracked already: IoU on a small grid (My3DIS 3.6, step 4), with the match recorded.
import { iouOfRles } from '#core/mask/overlap'
import { roundHalfEven, scaleRle } from '#core/mask/resize'
import { areaOfRle, boundsOfRle, type Rle } from '#core/mask/rle'

type Registered = {
  readonly trackId: number
  readonly small: Rle
  readonly area: number
  readonly box: readonly [number, number, number, number]
}

export type Dedup = {
  /** Candidates met later are held against this mask too, in place of an earlier one of the track. An empty mask matches nothing. */
  register(trackId: number, mask: Rle): void
  /** Best match so far; the caller rejects when iou is STRICTLY greater than its threshold. */
  bestMatch(mask: Rle): { readonly iou: number; readonly trackId: number | undefined }
}

/** Height and width of the grid: longest side at most 256, never enlarged, rounded half to even. */
export function dedupGrid(height: number, width: number): readonly [number, number] {
  const scale = Math.min(1, 256 / Math.max(height, width))
  return [Math.max(1, roundHalfEven(height * scale)), Math.max(1, roundHalfEven(width * scale))]
}

/** One frame of one level. */
export function createDedup(height: number, width: number): Dedup {
  const grid = dedupGrid(height, width)
  const known = new Map<number, Registered>()
  const reduce = (mask: Rle) => {
    const small = scaleRle(mask, grid)
    const box = boundsOfRle(small)
    return box && { small, area: areaOfRle(small), box }
  }
  return {
    register: (trackId, mask) => {
      const reduced = reduce(mask)
      if (reduced) known.set(trackId, { trackId, ...reduced })
      else known.delete(trackId)
    },
    bestMatch: (mask) => {
      const own = reduce(mask)
      let best = { iou: 0, trackId: undefined as number | undefined }
      if (!own) return best
      for (const other of known.values()) {
        // IoU is at most the ratio of the areas: most pairs need no look at their pixels.
        const bound = Math.min(own.area, other.area) / Math.max(own.area, other.area)
        if (bound <= best.iou || !boxesMeet(own.box, other.box)) continue
        const iou = iouOfRles(own.small, other.small)
        if (iou > best.iou) best = { iou, trackId: other.trackId }
      }
      return best
    },
  }
}

function boxesMeet(a: Registered['box'], b: Registered['box']): boolean {
  return a[0] < b[0] + b[2] && b[0] < a[0] + a[2] && a[1] < b[1] + b[3] && b[1] < a[1] + a[3]
}
