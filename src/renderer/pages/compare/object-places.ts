// The worst place of each pair of objects: a list of places that leads to another object with each row.
import type { DisagreementPlace } from '#core/compare/compare-types'

/** `frameCount`: frames on which the two answers differ about it; the place is the worst of them. */
export type ObjectPlace = DisagreementPlace & { readonly frameCount: number }

/** `places`: worst first; so is the answer. */
export function worstOfEach(places: readonly DisagreementPlace[]): ObjectPlace[] {
  const counts = new Map<string, number>()
  const keyOf = ({ level, kind, objectA, objectB }: DisagreementPlace) => `${level} ${kind} ${objectA ?? '-'} ${objectB ?? '-'}`
  for (const place of places) counts.set(keyOf(place), (counts.get(keyOf(place)) ?? 0) + 1)
  const seen = new Set<string>()
  return places.flatMap((place) => {
    const key = keyOf(place)
    if (seen.has(key)) return []
    seen.add(key)
    return { ...place, frameCount: counts.get(key) ?? 1 }
  })
}
