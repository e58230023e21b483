// The setting that a person most likely meant by a key that does not exist.

/** Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment), each 1. */
export function editDistance(a: string, b: string): number {
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1]
      let least = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, before[j - 2]! + 1)
      row.push(least)
    }
    before = last
    last = row
  }
  return last[b.length]!
}

/** Case, underscores and dashes do not count: `min_area` is `minArea`. */
const bare = (text: string) => text.toLowerCase().replace(/[_-]/g, '')
const lastOf = (path: string) => path.slice(path.lastIndexOf('.') + 1)
const parentOf = (path: string) => path.slice(0, Math.max(0, path.lastIndexOf('.')))
/** A third of the letters may be wrong, and always one. */
const mayDiffer = (text: string) => Math.max(1, Math.floor(text.length / 3))

/** All letters of `short` (at least three, the first in common) come in `long` in the same order: `iou` in `iouThreshold`. */
function isWithin(short: string, long: string): boolean {
  let found = 0
  for (const letter of long) if (letter === short[found]) found += 1
  return short.length >= 3 && short[0] === long[0] && found === short.length
}

/**
 * Of `known` paths (dots between) the nearest to `path`, best first, at most three; empty when none is near.
 * Near is a path whose whole spelling is near, or whose last key is, wherever it lies: the right key in the wrong place.
 */
export function nearestPaths(path: string, known: Iterable<string>): readonly string[] {
  const wanted = bare(path)
  const key = bare(lastOf(path))
  const group = bare(parentOf(path))
  const ranked: { readonly path: string; readonly cost: number }[] = []
  for (const candidate of known) {
    const whole = editDistance(wanted, bare(candidate))
    const lastKey = bare(lastOf(candidate))
    const last = editDistance(key, lastKey)
    // A short key is near to too many: in another place it has to be spelt right.
    const lastFits = last === 0 || (lastKey.length > 4 && last <= mayDiffer(lastKey))
    const sameGroup = group === bare(parentOf(candidate))
    if (sameGroup && last <= mayDiffer(lastKey)) ranked.push({ path: candidate, cost: last })
    else if (sameGroup && (isWithin(key, lastKey) || isWithin(lastKey, key))) ranked.push({ path: candidate, cost: 6 })
    else if (!sameGroup && (lastFits || whole <= Math.min(3, mayDiffer(candidate))))
      ranked.push({ path: candidate, cost: last * 4 + 2 + editDistance(group, bare(parentOf(candidate))) / 100 })
  }
  ranked.sort((a, b) => a.cost - b.cost || (a.path < b.path ? -1 : 1))
  const best = ranked[0]
  return best === undefined
    ? []
    : ranked
        .filter(({ cost }) => Math.floor(cost) === Math.floor(best.cost))
        .map(({ path }) => path)
        .slice(0, 3)
}
