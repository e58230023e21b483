// A stream of chunks read as blocks, stretches and gaps, with never more than one chunk in memory.
import { joinedBytes } from '../base/joined-bytes.ts'

export type ByteStream = {
  /** Bytes taken so far. */
  readonly offset: () => number
  /** The next `length` bytes, fewer where the stream ends. Good until the next call. */
  readonly take: (length: number) => Promise<Uint8Array>
  /** How many of the next `length` bytes were there to leave out. */
  readonly skip: (length: number) => Promise<number>
  /** Tells the source that no more is wanted. */
  readonly close: () => Promise<void>
}

export function byteStream(chunks: AsyncIterable<Uint8Array>): ByteStream {
  const source = chunks[Symbol.asyncIterator]()
  let chunk: Uint8Array = new Uint8Array()
  let at = 0
  let offset = 0
  let ended = false

  /** Up to `length` bytes of the chunk in hand; none at the end of the stream. */
  async function piece(length: number): Promise<Uint8Array> {
    while (at === chunk.length && !ended) {
      const next = await source.next()
      if (next.done) ended = true
      else [chunk, at] = [next.value, 0]
    }
    const found = chunk.subarray(at, at + length)
    at += found.length
    offset += found.length
    return found
  }

  return {
    offset: () => offset,
    async take(length) {
      const first = await piece(length)
      if (first.length === length || first.length === 0) return first
      // Grows with what really comes: a stated length alone must not take memory.
      const parts = [Uint8Array.from(first)]
      let found = first.length
      while (found < length) {
        const part = await piece(length - found)
        if (part.length === 0) break
        parts.push(Uint8Array.from(part))
        found += part.length
      }
      return joinedBytes(parts)
    },
    async skip(length) {
      let left = length
      while (left > 0) {
        const { length: found } = await piece(left)
        if (found === 0) break
        left -= found
      }
      return length - left
    },
    async close() {
      await source.return?.()
    },
  }
}
