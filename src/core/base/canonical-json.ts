// JSON in one form only, so that equal values give equal bytes and equal hashes.

/** The same value with the keys of every object in order (by UTF-16 units) and absent values left out. Throws RangeError on NaN and Infinity, which JSON would turn into null. */
export function sortedValue(value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new RangeError(`${value} has no place in JSON`)
  if (Array.isArray(value)) return value.map(sortedValue)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([key, inner]) => [key, sortedValue(inner)]),
  )
}

/** Without spaces. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sortedValue(value))
}
