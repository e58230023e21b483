// Minimum cut on an 8-connected pixel grid: the exact best yes-or-no labelling for given unary and pairwise costs.
// Two search trees grown, met and repaired after Boykov and Kolmogorov (PAMI 2004), on typed arrays with implicit neighbours.

/** Offsets of the four directions kept by callers; their opposites follow in the same order. */
export const DIRECTIONS: readonly (readonly [number, number])[] = [
  [1, 0],
  [0, 1],
  [1, 1],
  [-1, 1],
  [-1, 0],
  [0, -1],
  [-1, -1],
  [1, -1],
]

const FREE = 0
const SOURCE = 1
const SINK = 2
const TERMINAL = 8
const ORPHAN = 9
const NONE = 10

/**
 * Labels a grid of `width` x `height` pixels. `unary` > 0 pulls a pixel to 1, < 0 to 0, by that cost. `links[d]` holds, for each pixel,
 * the cost of separating it from its neighbour in direction d (the first four of DIRECTIONS); links that leave the grid are ignored.
 * Returns 0/1 a pixel.
 */
export function minimumCut(width: number, height: number, unary: Float32Array, links: readonly Float32Array[]): Uint8Array {
  // A frame of one pixel keeps neighbour look-ups inside the arrays; its links stay 0.
  const W = width + 2
  const H = height + 2
  const n = W * H
  const offset = DIRECTIONS.map(([dx, dy]) => dy * W + dx)
  const cap = Array.from({ length: 8 }, () => new Float32Array(n))
  const rest = new Float32Array(n)
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const p = (y + 1) * W + x + 1
      rest[p] = unary[i]!
      for (let d = 0; d < 4; d++) {
        const [dx, dy] = DIRECTIONS[d]!
        const nx = x + dx
        if (nx < 0 || nx >= width || y + dy >= height) continue
        cap[d]![p] = links[d]![i]!
        cap[d + 4]![p + offset[d]!] = links[d]![i]!
      }
    }
  }
  const tree = new Uint8Array(n)
  const parent = new Uint8Array(n).fill(NONE)
  const stamp = new Int32Array(n)
  const far = new Int32Array(n)
  const next = new Int32Array(n).fill(-1) // queue of active pixels; the last one points to itself
  let head = -1
  let tail = -1
  const activate = (i: number) => {
    if (next[i]! >= 0) return
    if (tail >= 0) next[tail] = i
    else head = i
    tail = i
    next[i] = i
  }
  const takeActive = (): number => {
    while (head >= 0) {
      const i = head
      if (next[i] === i) head = tail = -1
      else head = next[i]!
      next[i] = -1
      if (tree[i] !== FREE) return i
    }
    return -1
  }
  for (let i = 0; i < n; i++) {
    if (rest[i] === 0) continue
    tree[i] = rest[i]! > 0 ? SOURCE : SINK
    parent[i] = TERMINAL
    far[i] = 1
    activate(i)
  }
  let time = 0
  const orphans: number[] = []
  const opposite = (d: number) => (d + 4) & 7

  const orphan = (i: number) => {
    parent[i] = ORPHAN
    orphans.push(i)
  }

  /** Pushes what fits along the path over the meeting link (a in the source tree, b = a's neighbour in direction d). */
  const augment = (a: number, d: number) => {
    const b = a + offset[d]!
    let push = cap[d]![a]!
    let i = a
    while (parent[i]! !== TERMINAL) {
      const k = parent[i]!
      const up = i + offset[k]!
      push = Math.min(push, cap[opposite(k)]![up]!)
      i = up
    }
    push = Math.min(push, rest[i]!)
    i = b
    while (parent[i]! !== TERMINAL) {
      const k = parent[i]!
      push = Math.min(push, cap[k]![i]!)
      i += offset[k]!
    }
    push = Math.min(push, -rest[i]!)
    cap[d]![a] = cap[d]![a]! - push
    cap[opposite(d)]![b] = cap[opposite(d)]![b]! + push
    i = a
    while (parent[i]! !== TERMINAL) {
      const k = parent[i]!
      const up = i + offset[k]!
      cap[k]![i] = cap[k]![i]! + push
      const left = cap[opposite(k)]![up]! - push
      cap[opposite(k)]![up] = left
      if (left <= 0) orphan(i)
      i = up
    }
    rest[i] = rest[i]! - push
    if (rest[i]! <= 0) orphan(i)
    i = b
    while (parent[i]! !== TERMINAL) {
      const k = parent[i]!
      const up = i + offset[k]!
      cap[opposite(k)]![up] = cap[opposite(k)]![up]! + push
      const left = cap[k]![i]! - push
      cap[k]![i] = left
      if (left <= 0) orphan(i)
      i = up
    }
    rest[i] = rest[i]! + push
    if (rest[i]! >= 0) orphan(i)
  }

  /** How far i is from its tree's root, or 0 when its line ends in an orphan. Marks the line it walked. */
  const rooted = (start: number): number => {
    let steps = 0
    let i = start
    for (;;) {
      if (stamp[i] === time) {
        steps += far[i]!
        break
      }
      const k = parent[i]!
      steps++
      if (k === TERMINAL) {
        stamp[i] = time
        far[i] = 1
        break
      }
      if (k >= ORPHAN) return 0
      i += offset[k]!
    }
    let left = steps
    for (i = start; stamp[i] !== time; i += offset[parent[i]!]!) {
      stamp[i] = time
      far[i] = left--
    }
    return steps
  }

  const adopt = (i: number) => {
    const side = tree[i]!
    let best = NONE
    let bestFar = 0x7fffffff
    for (let d = 0; d < 8; d++) {
      const j = i + offset[d]!
      if (tree[j] !== side) continue
      if ((side === SOURCE ? cap[opposite(d)]![j]! : cap[d]![i]!) <= 0) continue
      if (parent[j]! >= ORPHAN) continue
      const steps = rooted(j)
      if (steps > 0 && steps < bestFar) {
        bestFar = steps
        best = d
      }
    }
    if (best !== NONE) {
      parent[i] = best
      stamp[i] = time
      far[i] = bestFar + 1
      return
    }
    for (let d = 0; d < 8; d++) {
      const j = i + offset[d]!
      if (tree[j] !== side) continue
      if ((side === SOURCE ? cap[opposite(d)]![j]! : cap[d]![i]!) > 0) activate(j)
      if (parent[j]! < TERMINAL && j + offset[parent[j]!]! === i) orphan(j)
    }
    tree[i] = FREE
    parent[i] = NONE
  }

  let current = -1
  for (;;) {
    let i = current
    current = -1
    if (i < 0 || tree[i] === FREE) i = takeActive()
    if (i < 0) break
    let met = -1
    let a = 0
    const side = tree[i]!
    for (let d = 0; d < 8; d++) {
      const j = i + offset[d]!
      if ((side === SOURCE ? cap[d]![i]! : cap[opposite(d)]![j]!) <= 0) continue
      const other = tree[j]!
      if (other === FREE) {
        tree[j] = side
        parent[j] = opposite(d)
        stamp[j] = stamp[i]!
        far[j] = far[i]! + 1
        activate(j)
      } else if (other !== side) {
        a = side === SOURCE ? i : j
        met = side === SOURCE ? d : opposite(d)
        break
      } else if (stamp[j]! <= stamp[i]! && far[j]! > far[i]! && parent[j] !== TERMINAL) {
        parent[j] = opposite(d)
        stamp[j] = stamp[i]!
        far[j] = far[i]! + 1
      }
    }
    if (met < 0) continue
    current = i
    time++
    augment(a, met)
    // First come, first served: children orphaned on the way are adopted after their parents.
    for (let k = 0; k < orphans.length; k++) adopt(orphans[k]!)
    orphans.length = 0
  }
  const out = new Uint8Array(width * height)
  for (let y = 0, i = 0; y < height; y++) for (let x = 0; x < width; x++, i++) out[i] = tree[(y + 1) * W + x + 1] === SOURCE ? 1 : 0
  return out
}
