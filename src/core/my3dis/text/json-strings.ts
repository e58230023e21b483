// Takes the long strings out of a JSON text before it is parsed: nine tenths of a frame of masks are base64 that need not become text.
import { joinedBytes } from '../../base/joined-bytes.ts'

/** `text` has a short mark in the place of each long string; the bytes of those (without quotes) begin and end where `strings` says. */
export type CutJson = { readonly text: string; readonly strings: readonly (readonly [start: number, end: number])[] }

const [quote, backslash] = [34, 92]
/** Begins a mark. As a character of its own JSON does not allow it in a string, and no base64 has it. */
const markStart = '\u0000'

/**
 * Strings of more than `longest` bytes are cut out, those with an escape in them excepted; what is no JSON before is none after it,
 * and the other way round. Throws RangeError where what is left is not UTF-8.
 */
export function cutLongStrings(bytes: Uint8Array, longest = 256): CutJson {
  const strings: (readonly [start: number, end: number])[] = []
  const parts: Uint8Array[] = []
  const encoder = new TextEncoder()
  let kept = 0
  for (let open = bytes.indexOf(quote); open !== -1; ) {
    const end = endOfString(bytes, open + 1)
    if (end === -1) break
    if (end - open - 1 > longest && bytes.subarray(open + 1, end).indexOf(backslash) === -1) {
      parts.push(bytes.subarray(kept, open + 1), encoder.encode(`\\u0000${strings.length}`))
      strings.push([open + 1, end])
      kept = end
    }
    open = bytes.indexOf(quote, end + 1)
  }
  parts.push(bytes.subarray(kept))
  return { text: textOf(parts), strings }
}

/** The bytes that a mark stands for; undefined for a text that is none. */
export function stringOfMark(mark: string, bytes: Uint8Array, { strings }: CutJson): Uint8Array | undefined {
  if (!mark.startsWith(markStart)) return undefined
  const place = strings[Number(mark.slice(markStart.length))]
  return place && bytes.subarray(place[0], place[1])
}

/** The place of the closing quote of a string whose content begins at `from`; -1 when it never closes. */
function endOfString(bytes: Uint8Array, from: number): number {
  for (let end = bytes.indexOf(quote, from); end !== -1; end = bytes.indexOf(quote, end + 1)) {
    let slashes = 0
    while (end - slashes > from && bytes[end - slashes - 1] === backslash) slashes++
    if (slashes % 2 === 0) return end
  }
  return -1
}

function textOf(parts: readonly Uint8Array[]): string {
  const all = joinedBytes(parts)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(all)
  } catch (error) {
    throw new RangeError(`it is no text in UTF-8 (${String(error)})`)
  }
}
