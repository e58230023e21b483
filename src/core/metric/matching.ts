// Pairs what two answers hold (masks of a frame, or tracks through frames) so that their overlap is greatest, and counts what fits.

import { intersectionArea, iouOfRles } from '#core/mask/overlap'
import { areaOfRle, type Rle } from '#core/mask/rle'

/** Row-major scores of every row with every column. */
export type ScoreTable = { readonly rows: number; readonly columns: number; readonly values: Float64Array }

export type Pair = { readonly row: number; readonly column: number; readonly score: number }

/** What matches at one threshold; all shares are 0..1. */
export type MatchScore = {
  /** Truth (row) with prediction (column), IoU at least the threshold, by row. */
  readonly pairs: readonly Pair[]
  /** Pairs by predictions; 1 when nothing was predicted and nothing was there, 0 when nothing was predicted but something there. */
  readonly precision: number
  /** Pairs by truths; the other way round likewise. */
  readonly recall: number
  /** Mean IoU of the pairs; 0 without pairs. */
  readonly meanIou: number
  /** Mean IoU over all truths, one without a partner counting 0; 1 when nothing was there and nothing predicted. */
  readonly coverage: number
}

/** One object through frames: its mask by frame index. */
export type MaskTrack = ReadonlyMap<number, Rle>

/** IoU of every truth (row) with every prediction (column). */
export function iouTable(truth: readonly Rle[], predicted: readonly Rle[]): ScoreTable {
  return tableOf(truth, predicted, iouOfRles)
}

/** Track IoU of every truth (row) with every prediction (column). */
export function trackIouTable(truth: readonly MaskTrack[], predicted: readonly MaskTrack[]): ScoreTable {
  return tableOf(truth, predicted, trackIou)
}

/** Shared pixels by covered pixels, both summed over all frames; 0 when both tracks are empty throughout. */
export function trackIou(a: MaskTrack, b: MaskTrack): number {
  let shared = 0
  let both = 0
  for (const [frame, mask] of a) {
    both += areaOfRle(mask)
    const other = b.get(frame)
    if (other !== undefined) shared += intersectionArea(mask, other)
  }
  for (const mask of b.values()) both += areaOfRle(mask)
  return shared === 0 ? 0 : shared / (both - shared)
}

/**
 * Pairs truths (rows) with predictions (columns) one to one so that the sum of IoUs is greatest among pairs that reach the
 * threshold (inclusive, above 0 up to 1).
 */
export function matchAtThreshold(table: ScoreTable, threshold: number): MatchScore {
  if (!(threshold > 0 && threshold <= 1)) throw new RangeError(`A threshold is above 0 and at most 1; got ${threshold}.`)
  const allowed = { ...table, values: table.values.map((value) => (value >= threshold ? value : 0)) }
  const pairs = bestAssignment(allowed).filter(({ score }) => score > 0)
  const total = pairs.reduce((sum, pair) => sum + pair.score, 0)
  const nothing = table.rows === 0 && table.columns === 0
  const share = (part: number, whole: number) => (whole === 0 ? (nothing ? 1 : 0) : part / whole)
  return {
    pairs,
    precision: share(pairs.length, table.columns),
    recall: share(pairs.length, table.rows),
    meanIou: pairs.length === 0 ? 0 : total / pairs.length,
    coverage: share(total, table.rows),
  }
}

/**
 * One-to-one pairs of greatest total score, min(rows, columns) of them, by row. O(n * n * m) with n the shorter side. Scores must be
 * finite; throws RangeError otherwise. Source: Jonker and Volgenant 1987, shortest augmenting paths with potentials.
 */
export function bestAssignment({ rows, columns, values }: ScoreTable): Pair[] {
  if (values.length !== rows * columns)
    throw new RangeError(`A ${rows} x ${columns} table has ${rows * columns} scores; got ${values.length}.`)
  if (!values.every(Number.isFinite)) throw new RangeError('Scores to be paired must be finite numbers.')
  const flipped = rows > columns
  const [short, long] = flipped ? [columns, rows] : [rows, columns]
  const cost = (i: number, j: number) => -values[flipped ? j * columns + i : i * columns + j]!
  const partners = shortestAssignment(short, long, cost)
  const pairs = partners.map((j, i) => (flipped ? pairOf(j, i) : pairOf(i, j)))
  return pairs.sort((a, b) => a.row - b.row)

  function pairOf(row: number, column: number): Pair {
    return { row, column, score: values[row * columns + column]! }
  }
}

/** For each of `short` sources its target of 0..long-1, at least total cost. Index 0 of the arrays is a source or target that is not there. */
function shortestAssignment(short: number, long: number, cost: (source: number, target: number) => number): number[] {
  const sourcePrice = new Float64Array(short + 1)
  const targetPrice = new Float64Array(long + 1)
  const sourceOf = new Uint32Array(long + 1)
  for (let source = 1; source <= short; source++) {
    sourceOf[0] = source
    const slack = new Float64Array(long + 1).fill(Number.POSITIVE_INFINITY)
    const cameFrom = new Uint32Array(long + 1)
    const done = new Uint8Array(long + 1)
    let at = 0
    // Grow a tree of alternating paths by the cheapest edge until it reaches a target that is still free.
    do {
      done[at] = 1
      const from = sourceOf[at]!
      let next = 0
      let step = Number.POSITIVE_INFINITY
      for (let target = 1; target <= long; target++) {
        if (done[target]) continue
        const reduced = cost(from - 1, target - 1) - sourcePrice[from]! - targetPrice[target]!
        if (reduced < slack[target]!) {
          slack[target] = reduced
          cameFrom[target] = at
        }
        if (slack[target]! < step) {
          step = slack[target]!
          next = target
        }
      }
      for (let target = 0; target <= long; target++) {
        if (done[target]) {
          sourcePrice[sourceOf[target]!]! += step
          targetPrice[target]! -= step
        } else slack[target]! -= step
      }
      at = next
    } while (sourceOf[at] !== 0)
    for (; at !== 0; at = cameFrom[at]!) sourceOf[at] = sourceOf[cameFrom[at]!]!
  }
  const targets = new Array<number>(short).fill(0)
  for (let target = 1; target <= long; target++) if (sourceOf[target] !== 0) targets[sourceOf[target]! - 1] = target - 1
  return targets
}

function tableOf<T>(truth: readonly T[], predicted: readonly T[], score: (a: T, b: T) => number): ScoreTable {
  const values = new Float64Array(truth.length * predicted.length)
  truth.forEach((row, i) => {
    predicted.forEach((column, j) => {
      values[i * predicted.length + j] = score(row, column)
    })
  })
  return { rows: truth.length, columns: predicted.length, values }
}
