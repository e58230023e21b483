// Where base64 of a packed mask has anything but zeros: nine tenths of most masks are empty rows that need not be decoded.

const zero = 65
const fourZeros = 0x41414141
const filling = 61

/**
 * Characters `from` (inclusive) to `to` (exclusive), both multiples of 4, outside of which all of `text` is 'A', its filling left aside;
 * `length` is of the bytes that the whole stands for. Throws RangeError when there are not whole groups of four characters.
 */
export function base64Span(text: Uint8Array): { readonly from: number; readonly to: number; readonly length: number } {
  if (text.length % 4 !== 0) throw new RangeError(`Base64 comes in groups of four characters; got ${text.length}.`)
  let end = text.length
  while (end > 0 && end > text.length - 2 && text[end - 1] === filling) end--
  const length = (text.length / 4) * 3 - (text.length - end)
  const first = firstOther(text, end)
  if (first === end) return { from: 0, to: 0, length }
  return { from: first & ~3, to: (lastOther(text, first, end) & ~3) + 4, length }
}

function firstOther(text: Uint8Array, end: number): number {
  let at = 0
  while (at < end && ((text.byteOffset + at) & 3) !== 0) {
    if (text[at] !== zero) return at
    at++
  }
  // It may end before words could begin.
  if (at === end) return end
  const words = new Uint32Array(text.buffer, text.byteOffset + at, (end - at) >> 2)
  let word = 0
  while (word < words.length && words[word] === fourZeros) word++
  at += word * 4
  while (at < end && text[at] === zero) at++
  return at
}

function lastOther(text: Uint8Array, first: number, end: number): number {
  let at = end
  while (at > first && ((text.byteOffset + at) & 3) !== 0) if (text[--at] !== zero) return at
  if (at - first >= 4) {
    const room = (at - first) >> 2
    const words = new Uint32Array(text.buffer, text.byteOffset + at - room * 4, room)
    let word = room
    while (word > 0 && words[word - 1] === fourZeros) word--
    at -= (room - word) * 4
  }
  while (at > first && text[at - 1] === zero) at--
  return Math.max(first, at - 1)
}
