// Finds the bytes of each frame in a filtered.json of any length, chunk after chunk, without parsing or keeping it.
import { reasonOfError } from '../../base/fault.ts'
import { parsePythonJson } from '../text/python-json.ts'

/** `offset` and `length` in bytes of one frame's object; `count` of the items in its list. */
export type FrameSpan = {
  readonly frameIndex: number
  readonly frameName: string | undefined
  readonly offset: number
  readonly length: number
  readonly count: number
}

export type FrameScan = {
  readonly frames: readonly FrameSpan[]
  /** Why there are fewer frames than there should be; undefined when the file ends where it should. */
  readonly problem: string | undefined
}

export type FrameScanner = { readonly push: (chunk: Uint8Array) => void; readonly finish: () => FrameScan }

const [quote, backslash, openBrace, closeBrace, openBracket, closeBracket] = [34, 92, 123, 125, 91, 93]
/** Of a frame without its nested parts; more is no frame of My3DIS. */
const longestOutline = 64 * 1024
/** Depths: 1 in the whole object, 2 in its list of frames, 3 in a frame, 4 in its list of items. */
const [inFile, inList, inFrame, inItems] = [1, 2, 3, 4]

/** Memory: one chunk's view, the outline of one frame, and the list of spans. Strings are skipped to their end at once. */
export function createFrameScanner(): FrameScanner {
  const frames: FrameSpan[] = []
  const problems: string[] = []
  const key = createOutline(256)
  const outline = createOutline(longestOutline)
  let [position, depth, slashes, frameStart, items] = [0, 0, 0, 0, 0]
  let [inString, listIsFrames, itemsIsList, sawFrames, isOver] = [false, false, false, false, false]

  const note = (bytes: Uint8Array) => {
    if (depth === inFrame && listIsFrames) outline.add(bytes)
    else if (depth === inFile) key.add(bytes)
  }

  function open(byte: number, at: number): void {
    if (depth === inFile) {
      listIsFrames = byte === openBracket && /"frames"\s*:\s*$/.test(key.text())
      sawFrames ||= listIsFrames
      key.clear()
    }
    if (listIsFrames && depth === inList && byte === openBrace) {
      frameStart = at
      items = 0
      outline.clear()
    }
    if (listIsFrames && depth === inItems && itemsIsList && byte === openBrace) items++
    if (listIsFrames && depth === inFrame) {
      itemsIsList = byte === openBracket
      outline.add(Uint8Array.of(byte))
    }
    depth++
    if (depth === inFrame && listIsFrames) outline.add(Uint8Array.of(byte))
  }

  function close(byte: number, at: number): void {
    if (depth === inFrame && listIsFrames && byte === closeBrace) {
      outline.add(Uint8Array.of(byte))
      const found = spanFrom(outline, frameStart, at + 1 - frameStart, items)
      if (typeof found === 'string') problems.push(`the frame at byte ${frameStart} ${found}`)
      else frames.push(found)
    }
    depth--
    if (depth === inFrame && listIsFrames) outline.add(Uint8Array.of(byte))
    if (depth === inFile) listIsFrames = false
    if (depth <= 0) isOver = true
  }

  /** From `at` to the end of the string or of the chunk; gives where to go on. */
  function throughString(chunk: Uint8Array, at: number): number {
    const end = chunk.indexOf(quote, at)
    const stop = end === -1 ? chunk.length : end
    let run = 0
    while (stop - run > at && chunk[stop - run - 1] === backslash) run++
    // Backslashes at the end of the chunk before may belong to those here.
    if (run === stop - at) run += slashes
    const escaped = run % 2 === 1
    slashes = end === -1 ? run : 0
    const next = end === -1 ? stop : end + 1
    if (depth <= inFrame) note(chunk.subarray(at, next))
    if (end !== -1 && !escaped) inString = false
    return next
  }

  return {
    push(chunk) {
      for (let at = 0; at < chunk.length && !isOver; ) {
        if (inString) {
          at = throughString(chunk, at)
          continue
        }
        const byte = chunk[at]!
        if (byte === quote) [inString, slashes] = [true, 0]
        if (byte === openBrace || byte === openBracket) open(byte, position + at)
        else if (byte === closeBrace || byte === closeBracket) close(byte, position + at)
        else if (depth <= inFrame && byte > 32) note(chunk.subarray(at, at + 1))
        at++
      }
      position += chunk.length
    },
    finish() {
      if (!isOver) problems.push(`it ends in the middle, at byte ${position}`)
      else if (!sawFrames) problems.push('it has no list of frames')
      return { frames, problem: problems[0] }
    },
  }
}

function spanFrom(outline: Outline, offset: number, length: number, count: number): FrameSpan | string {
  if (outline.isFull()) return `has more than ${longestOutline} bytes beside its items`
  try {
    const value = parsePythonJson(outline.text())
    if (typeof value !== 'object' || value === null || !('frame_idx' in value)) return 'has no frame_idx'
    const { frame_idx } = value
    if (typeof frame_idx !== 'number' || !Number.isSafeInteger(frame_idx) || frame_idx < 0) return 'has a frame_idx that is no index'
    const name = 'frame_name' in value && typeof value.frame_name === 'string' ? value.frame_name : undefined
    return { frameIndex: frame_idx, frameName: name, offset, length, count }
  } catch (error) {
    return `is no JSON (${reasonOfError(error)})`
  }
}

type Outline = {
  readonly add: (bytes: Uint8Array) => void
  readonly clear: () => void
  readonly text: () => string
  readonly isFull: () => boolean
}

/** Keeps at most the last `limit` bytes' worth of text; `isFull` when more came since it was cleared. */
function createOutline(limit: number): Outline {
  const bytes = new Uint8Array(limit)
  let [length, full] = [0, false]
  return {
    add(more) {
      if (length + more.length > limit) full = true
      if (more.length >= limit) {
        bytes.set(more.subarray(more.length - limit))
        length = limit
        return
      }
      if (length + more.length > limit) {
        bytes.copyWithin(0, length + more.length - limit, length)
        length = limit - more.length
      }
      bytes.set(more, length)
      length += more.length
    },
    clear() {
      ;[length, full] = [0, false]
    },
    text: () => new TextDecoder().decode(bytes.subarray(0, length)),
    isFull: () => full,
  }
}
