// Sets of ids as a short text for an address: runs of neighbours, each told by its distance from the one before, base 36.

/** Ids are whole numbers from 1; the text is empty for an empty set. */
export function textFromIds(ids: Iterable<number>): string {
  const sorted = [...ids].sort((a, b) => a - b)
  const parts: string[] = []
  let end = 0
  for (let i = 0; i < sorted.length; ) {
    const first = sorted[i]!
    let length = 1
    while (sorted[i + length] === first + length) length += 1
    parts.push((first - end).toString(36) + (length > 1 ? `-${length.toString(36)}` : ''))
    end = first + length - 1
    i += length
  }
  return parts.join('.')
}

/** As far as it is understood; never more than `limit` ids, so that no address can fill the memory. */
export function idsFromText(text: string, limit = 100_000): ReadonlySet<number> {
  const ids = new Set<number>()
  let end = 0
  for (const part of text === '' ? [] : text.split('.')) {
    if (!/^[0-9a-z]{1,8}(-[0-9a-z]{1,6})?$/.test(part)) break
    const [step = '', length = '1'] = part.split('-')
    const first = end + Number.parseInt(step, 36)
    const count = Number.parseInt(length, 36)
    for (let i = 0; i < count && ids.size < limit; i += 1) ids.add(first + i)
    end = first + count - 1
  }
  return ids
}
