// Watershed: every pixel belongs to the valley its edge strength drains to.

/** Labels 0..count-1 for each pixel; regions are 4-connected. */
export type Labels = { readonly count: number; readonly label: Int32Array }

const STEPS = 256

/** Floods `strength` (row-major, width x height, values 0..1) from its flat valley floors upward. Deterministic. */
export function watershed(strength: Float32Array, width: number, height: number): Labels {
  const total = width * height
  const height8 = new Uint8Array(total)
  for (let i = 0; i < total; i += 1) height8[i] = Math.min(STEPS - 1, Math.floor(strength[i]! * STEPS))
  const { count, label } = valleyFloors(height8, width, height)
  flood(height8, label, width, height)
  return { count, label }
}

// A floor is a connected set of equal height with no lower neighbour.
function valleyFloors(level: Uint8Array, width: number, height: number): { count: number; label: Int32Array } {
  const total = width * height
  const label = new Int32Array(total).fill(-1)
  const seen = new Uint8Array(total)
  const queue = new Int32Array(total)
  let count = 0
  for (let start = 0; start < total; start += 1) {
    if (seen[start] === 1) continue
    let head = 0
    let tail = 0
    let isFloor = true
    queue[tail++] = start
    seen[start] = 1
    while (head < tail) {
      const p = queue[head++]!
      for (let side = 0; side < 4; side += 1) {
        const q = neighbour(p, side, width, total)
        if (q < 0) continue
        if (level[q]! < level[p]!) isFloor = false
        else if (level[q] === level[p] && seen[q] === 0) {
          seen[q] = 1
          queue[tail++] = q
        }
      }
    }
    if (!isFloor) continue
    for (let i = 0; i < tail; i += 1) label[queue[i]!] = count
    count += 1
  }
  return { count, label }
}

function flood(level: Uint8Array, label: Int32Array, width: number, height: number): void {
  const total = width * height
  const next = new Int32Array(total).fill(-1)
  const first = new Int32Array(STEPS).fill(-1)
  const last = new Int32Array(STEPS).fill(-1)
  const push = (p: number, step: number): void => {
    if (first[step] === -1) first[step] = p
    else next[last[step]!] = p
    last[step] = p
    next[p] = -1
  }
  for (let p = 0; p < total; p += 1) if (label[p]! >= 0) push(p, level[p]!)
  for (let step = 0; step < STEPS; step += 1) {
    while (first[step] !== -1) {
      const p = first[step]!
      first[step] = next[p]!
      for (let side = 0; side < 4; side += 1) {
        const q = neighbour(p, side, width, total)
        if (q < 0 || label[q]! >= 0) continue
        label[q] = label[p]!
        push(q, Math.max(step, level[q]!))
      }
    }
  }
}

function neighbour(p: number, side: number, width: number, total: number): number {
  if (side === 0) return p % width > 0 ? p - 1 : -1
  if (side === 1) return p % width < width - 1 ? p + 1 : -1
  if (side === 2) return p - width
  return p + width < total ? p + width : -1
}
