// The family of an object: those it lies inside of, and all that was made inside of it, by level.

export type Kin = { readonly id: number; readonly level: number; readonly parent?: number | undefined }
export type KinOfLevel<K> = { readonly level: number; readonly kin: readonly K[] }

export type Family<K> = {
  /** From the coarsest level down to the parent. */
  readonly above: readonly K[]
  /** Ascending levels; children, their children, and so on. */
  readonly below: readonly KinOfLevel<K>[]
}

/** A parent that is missing ends the line; parents that go in a circle do not go on for ever. */
export function familyOf<K extends Kin>(all: readonly K[], id: number): Family<K> {
  const byId = new Map(all.map((one) => [one.id, one]))
  const above: K[] = []
  const seen = new Set([id])
  for (let next = byId.get(id)?.parent; next !== undefined && !seen.has(next); next = byId.get(next)?.parent) {
    seen.add(next)
    const one = byId.get(next)
    if (one) above.unshift(one)
  }
  const children = new Map<number, K[]>()
  for (const one of all) if (one.parent !== undefined) children.set(one.parent, [...(children.get(one.parent) ?? []), one])
  const below = new Map<number, K[]>()
  const met = new Set([id])
  for (const line = [...(children.get(id) ?? [])]; line.length > 0; ) {
    const one = line.shift()!
    if (met.has(one.id)) continue
    met.add(one.id)
    below.set(one.level, [...(below.get(one.level) ?? []), one])
    line.push(...(children.get(one.id) ?? []))
  }
  return { above, below: [...below].sort(([a], [b]) => a - b).map(([level, kin]) => ({ level, kin })) }
}
