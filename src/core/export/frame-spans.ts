// Where the values of each mask lie in the bytes of one FrameMasks JSON: found in one pass, without parsing what is only passed on.
import type { z } from 'zod'
import { FrameMasks } from '../segment/frame-masks.ts'

/** The values of a mask that are found; each takes two places in `spans`: its first byte, and the byte behind its last. */
export const maskFields = ['id', 'counts', 'area', 'box', 'score', 'sourceId', 'className'] as const
export type MaskField = (typeof maskFields)[number]
/** Numbers in `spans` for each mask. */
export const spansPerMask = maskFields.length * 2
/** Of `maskFields`, from the front, those that every mask has. */
const neededFields = 4

const Head = FrameMasks.pick({ frameIndex: true, frameName: true, level: true, size: true })

export type FrameSpans = z.infer<typeof Head> & {
  readonly count: number
  /** `spansPerMask` for each mask, in the order of `maskFields`. A value that is not there has both at 0. Strings include their quotes. */
  readonly spans: Int32Array<ArrayBuffer>
}

const [quote, comma, colon, backslash] = [34, 44, 58, 92]
const [openList, closeList, openObject, closeObject] = [91, 93, 123, 125]
/** Of each byte: whether it ends a number or a bare word. */
const [plain, ending] = [0, 1]
const kinds = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte <= 32 || [quote, comma, openList, closeList, openObject, closeObject].includes(byte) ? ending : plain,
)
/** How far a string is looked through byte by byte before the platform searches. */
const nearBytes = 16
const usualStarts = maskFields.slice(0, 5).map((name, i) => new TextEncoder().encode(`${i === 0 ? '{' : ','}"${name}":`))
const fieldKeys = maskFields.map((name) => new TextEncoder().encode(name))

/**
 * `bytes`: JSON in UTF-8 with keys in any order; other keys are passed over. Strings of masks are taken as they are. Throws RangeError
 * with the byte where it is no such JSON, or where a mask lacks id, counts, area or box. `scratch` is written over and may be what
 * the answer's spans lie in: so that a frame after the other needs no new memory.
 */
export function spansOfFrame(bytes: Uint8Array, scratch: Int32Array<ArrayBuffer> = new Int32Array(spansPerMask * 64)): FrameSpans {
  const head: Record<string, unknown> = {}
  let spans: Int32Array<ArrayBuffer> | undefined
  let at = afterBlanks(bytes, expected(bytes, afterBlanks(bytes, 0), openObject))
  while (bytes[at] !== closeObject) {
    const keyEnd = stringEnd(bytes, at)
    const key = textOf(bytes, at + 1, keyEnd - 1)
    at = afterBlanks(bytes, expected(bytes, afterBlanks(bytes, keyEnd), colon))
    if (key === 'masks') {
      const found = maskSpans(bytes, at, scratch)
      spans = found.spans
      at = found.end
    } else {
      const end = valueEnd(bytes, at)
      if (key in Head.shape) head[key] = parsed(textOf(bytes, at, end), at)
      at = end
    }
    at = afterItem(bytes, at, closeObject)
  }
  const known = Head.safeParse(head)
  if (!known.success) throw new RangeError(`${known.error.issues[0]?.path.join('.')}: ${known.error.issues[0]?.message}`)
  if (!spans) throw new RangeError('it has no masks')
  return { ...known.data, count: spans.length / spansPerMask, spans }
}

function maskSpans(
  bytes: Uint8Array,
  start: number,
  scratch: Int32Array<ArrayBuffer>,
): { readonly spans: Int32Array<ArrayBuffer>; readonly end: number } {
  let spans = scratch
  let used = 0
  let at = afterBlanks(bytes, expected(bytes, start, openList))
  while (bytes[at] !== closeList) {
    if (used + spansPerMask > spans.length) {
      const larger = new Int32Array(Math.max(used, spansPerMask) * 2)
      larger.set(spans)
      spans = larger
    }
    at = afterItem(bytes, oneMask(bytes, at, spans, used), closeList)
    used += spansPerMask
  }
  return { spans: spans.subarray(0, used), end: at + 1 }
}

/** Notes the places of one mask from `base` on, and gives the byte behind it. */
function oneMask(bytes: Uint8Array, start: number, spans: Int32Array, base: number): number {
  let at = start
  for (let i = base; i < base + spansPerMask; i++) spans[i] = 0
  // Our own stages write these keys first and in this order; whatever else comes is read key by key.
  for (let field = 0; field < usualStarts.length; field++) {
    const value = afterPiece(bytes, at, usualStarts[field]!)
    if (value < 0) break
    const end = valueEnd(bytes, value)
    spans[base + field * 2] = value
    spans[base + field * 2 + 1] = end
    at = end
  }
  at = at === start ? afterBlanks(bytes, expected(bytes, start, openObject)) : afterItem(bytes, at, closeObject)
  while (bytes[at] !== closeObject) {
    const keyEnd = stringEnd(bytes, at)
    const field = fieldOf(bytes, at + 1, keyEnd - 1)
    at = afterBlanks(bytes, expected(bytes, afterBlanks(bytes, keyEnd), colon))
    const end = valueEnd(bytes, at)
    if (field >= 0) {
      spans[base + field * 2] = at
      spans[base + field * 2 + 1] = end
    }
    at = afterItem(bytes, end, closeObject)
  }
  for (let field = 0; field < neededFields; field++)
    if (spans[base + field * 2 + 1] === 0) throw new RangeError(`the mask at byte ${start} has no ${maskFields[field]}`)
  return at + 1
}

/** The byte behind `piece` when it stands at `start`, else -1. */
function afterPiece(bytes: Uint8Array, start: number, piece: Uint8Array): number {
  for (let i = 0; i < piece.length; i++) if (bytes[start + i] !== piece[i]) return -1
  return start + piece.length
}

/** -1 for a key that is not looked for. */
function fieldOf(bytes: Uint8Array, start: number, end: number): number {
  for (let field = 0; field < fieldKeys.length; field++) {
    const key = fieldKeys[field]!
    if (key.length !== end - start) continue
    let same = 0
    while (same < key.length && bytes[start + same] === key[same]) same++
    if (same === key.length) return field
  }
  return -1
}

/** Behind the comma that follows, or at the closing byte. */
function afterItem(bytes: Uint8Array, start: number, close: number): number {
  const at = afterBlanks(bytes, start)
  if (bytes[at] === close) return at
  const next = afterBlanks(bytes, expected(bytes, at, comma))
  if (bytes[next] === close) throw unexpected(bytes, next)
  return next
}

function valueEnd(bytes: Uint8Array, start: number): number {
  const first = bytes[start]
  if (first === quote) return stringEnd(bytes, start)
  if (first === openObject) return nestedEnd(bytes, start)
  let at = start
  if (first === openList) {
    // Most lists are boxes: numbers only.
    do at++
    while (kinds[bytes[at]!] === plain || bytes[at] === comma)
    return bytes[at] === closeList ? at + 1 : nestedEnd(bytes, start)
  }
  // Numbers and bare words.
  while (kinds[bytes[at]!] === plain) at++
  if (at === start) throw unexpected(bytes, start)
  return at
}

function nestedEnd(bytes: Uint8Array, start: number): number {
  let depth = 0
  for (let at = start; at < bytes.length; ) {
    const byte = bytes[at]!
    if (byte === quote) {
      at = stringEnd(bytes, at)
      continue
    }
    if (byte === openList || byte === openObject) depth++
    else if (byte === closeList || byte === closeObject) depth--
    at++
    if (depth === 0) return at
  }
  throw unexpected(bytes, bytes.length)
}

/** Behind the closing quote. Longer strings are searched by the platform: run lengths are most of the bytes. */
function stringEnd(bytes: Uint8Array, start: number): number {
  let from = expected(bytes, start, quote)
  // Keys and names end soon, and a call would cost more than looking.
  const near = Math.min(bytes.length, from + nearBytes)
  for (; from < near && bytes[from] !== backslash; from++) if (bytes[from] === quote) return from + 1
  for (;;) {
    const at = bytes.indexOf(quote, from)
    if (at < 0) throw unexpected(bytes, bytes.length)
    let slashes = 0
    while (bytes[at - 1 - slashes] === backslash) slashes++
    if ((slashes & 1) === 0) return at + 1
    from = at + 1
  }
}

function afterBlanks(bytes: Uint8Array, start: number): number {
  let at = start
  while (bytes[at] === 32 || bytes[at] === 10 || bytes[at] === 13 || bytes[at] === 9) at++
  return at
}

function expected(bytes: Uint8Array, at: number, byte: number): number {
  if (bytes[at] !== byte) throw unexpected(bytes, at)
  return at + 1
}

function unexpected(bytes: Uint8Array, at: number): RangeError {
  return new RangeError(at < bytes.length ? `byte ${at} is not what belongs there` : 'it ends early')
}

function textOf(bytes: Uint8Array, start: number, end: number): string {
  return new TextDecoder().decode(bytes.subarray(start, end))
}

function parsed(text: string, at: number): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new RangeError(`the value at byte ${at} is no JSON`)
  }
}
