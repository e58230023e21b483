// Complete frames, picture and masks of one frame together: from the cache, or read, decoded and kept.
import { FrameHeader, type BytesAnswer, type BytesQuery } from '#api/api'
import { faultFromCall } from '#api/client'
import { Fault } from '#core/base/fault'
import type { Decoder } from './decoder-client.ts'
import { makeFrameCache } from './frame-cache.ts'
import { makeLatest } from './latest.ts'
import { bytesOfPacked, packColumns, type PackedColumns, unpackColumns } from './packed-columns.ts'
import { bytesOfColumns, bytesOfLayers, type LayerPlan, type MaskColumns, type MaskLayers } from './mask-columns.ts'

export type StageOfMasks = 'ssam' | 'filter' | 'tracker'

export type FramePicture = {
  readonly frameIndex: number
  readonly frameName: string
  readonly width: number
  readonly height: number
  readonly bitmap: ImageBitmap
  /** Why this is only a plain ground; undefined for a real picture. */
  readonly missing?: string | undefined
  readonly bytes: number
  readonly close: () => void
  readonly rest?: never
}
export type FrameMaskSet = {
  readonly frameIndex: number
  readonly stage: StageOfMasks
  readonly columns: MaskColumns
  readonly layers: MaskLayers
  /** Candidates that the filter dropped on this frame. */
  readonly dropped: number
  /** Levels that were written when this was read; more of them now mean that it is old. */
  readonly written: string
  readonly bytes: number
  readonly rest: () => RestingMasks
}
/** Masks of a frame that was looked at a while ago: a tenth of the memory, and painted again sooner than read again. */
type RestingMasks = Omit<FrameMaskSet, 'columns' | 'layers' | 'rest'> & {
  readonly packed: PackedColumns
  readonly plan: LayerPlan
  readonly rest?: never
}
export type CompleteFrame = { readonly picture: FramePicture; readonly masks: FrameMaskSet; readonly tookMs: number }

export type FrameWish = {
  readonly runId: string
  readonly frameIndex: number
  readonly stage: StageOfMasks
  /** All levels of the run, ascending: switching levels then reads nothing. */
  readonly levels: readonly number[]
  /** Those of them that are written for this frame, as far as is known. */
  readonly written: readonly number[]
}

export type FrameSource = {
  /** Shows `wish` as soon as it is complete, then reads `near` ahead. A later call replaces an earlier one. */
  show(wish: FrameWish, near: readonly FrameWish[]): void
  cacheBytes(): number
  close(): void
}

export const cacheCapacityBytes = 96 * 2 ** 20

export type FrameSourceParts = {
  readonly bytes: (query: BytesQuery, signal: AbortSignal) => Promise<BytesAnswer>
  readonly decoder: Decoder
  readonly now: () => number
  /** Called with each frame that became complete, in the order of completion; frames passed over while dragging come too. */
  readonly shown: (frame: CompleteFrame) => void
  readonly failed: (fault: Fault, wish: FrameWish) => void
}

export function makeFrameSource({ bytes, decoder, now, shown, failed }: FrameSourceParts): FrameSource {
  const cache = makeFrameCache<Kept>(cacheCapacityBytes)
  let ahead = new AbortController()
  let isClosed = false
  let current: FrameWish | undefined
  let isCurrentShown = false
  /** Stays on the screen until the next is complete, and may not be drawn yet: it is given up after that only. */
  let onScreen: readonly string[] = []
  const present = (frame: CompleteFrame, wish: FrameWish) => {
    onScreen = keysOf(wish)
    shown(frame)
  }
  const kept = (wish: FrameWish) => {
    const picture = cache.get(pictureKey(wish))
    const masks = cache.get(masksKey(wish))
    const isFresh = masks && 'written' in masks && masks.written === wish.written.join(' ')
    return picture && 'bitmap' in picture && isFresh ? { picture, masks } : undefined
  }
  const fromCache = (wish: FrameWish) => {
    const { picture, masks } = kept(wish) ?? {}
    return picture && masks && 'layers' in masks ? { picture, masks } : undefined
  }
  let before: Promise<unknown> = Promise.resolve()
  /** One after the other: what is read ahead is given up before the frame asked for is read, and not beside it. */
  const readOne = (query: BytesQuery, signal: AbortSignal) => {
    const earlier = before
    const answer = earlier.then(() => {
      if (signal.aborted) throw new Fault('CANCELLED')
      return bytes(query, signal)
    })
    // An answer that never comes holds up nothing once it is given up.
    before = earlier.then(() => Promise.race([answer.catch(() => {}), untilAborted(signal)]))
    return answer
  }
  const paint = async (wish: FrameWish, rested: RestingMasks): Promise<CompleteFrame | undefined> => {
    const startedAt = now()
    const { plan, packed, bytes: _, ...facts } = rested
    const columns = unpackColumns(packed)
    const layers = await decoder.paint({ columns, plan })
    if (isClosed) throw new Fault('CANCELLED')
    // What was given up or read anew meanwhile is not brought back.
    const { picture, masks } = kept(wish) ?? {}
    if (!picture || masks !== rested) return undefined
    const set = painted({ ...facts, columns }, layers, plan)
    cache.put(masksKey(wish), set)
    return { picture, masks: set, tookMs: now() - startedAt }
  }
  const read = async (wish: FrameWish, signal: AbortSignal): Promise<CompleteFrame> => {
    const rested = kept(wish)?.masks
    const again = rested && 'plan' in rested ? await paint(wish, rested) : undefined
    return again ?? fetchFrame(wish, signal)
  }
  const fetchFrame = async (wish: FrameWish, signal: AbortSignal): Promise<CompleteFrame> => {
    const startedAt = now()
    const known = cache.get(pictureKey(wish))
    const own = known && 'bitmap' in known ? known : undefined
    const { runId, frameIndex, stage, levels } = wish
    const answer = await readOne({ what: 'frame', runId, frameIndex, stage, levels: [...levels], withImage: !own }, signal)
    const header = FrameHeader.parse(answer.header)
    if (header.frameIndex !== frameIndex)
      throw new Fault('UNEXPECTED', { reason: `frame ${header.frameIndex} came when ${frameIndex} was asked for` })
    const { image, masks } = await decodeAnswer(decoder, header, answer.bytes, !own)
    if (isClosed) {
      image?.close()
      throw new Fault('CANCELLED')
    }
    // The kept picture may have been given up while the masks were read: then both are read again, now together.
    // Another read may have brought the same picture meanwhile, and it may be the one in sight: the first stays, for what is put over it is closed.
    const there = cache.get(pictureKey(wish))
    const first = there && 'bitmap' in there ? there : undefined
    if (image && first) image.close()
    const picture = first ?? image
    if (!picture) return fetchFrame(wish, signal)
    const { columns, layers, dropped } = masks
    const facts = { columns, dropped, frameIndex, stage, written: wish.written.join(' ') }
    const set = painted(facts, layers, { levels: layers.levels, firsts: layers.firsts, width: picture.width, height: picture.height })
    if (picture === image) cache.put(pictureKey(wish), picture)
    cache.put(masksKey(wish), set)
    return { picture, masks: set, tookMs: now() - startedAt }
  }
  const readAhead = async (near: readonly FrameWish[], signal: AbortSignal) => {
    let size = 0
    for (const wish of near) {
      if (signal.aborted || isClosed) return
      if (fromCache(wish)) continue
      if (size > 0 && !cache.hasRoomFor(size)) return
      const frame = await read(wish, signal)
      size = frame.picture.bytes + frame.masks.bytes
    }
  }
  const reading = makeLatest<{ wish: FrameWish; near: readonly FrameWish[] }>(async ({ wish, near }, signal) => {
    try {
      const frame = await read(wish, signal)
      // What was asked for later may have come from the cache meanwhile: an older frame never covers it.
      if (signal.aborted || (isCurrentShown && wish !== current)) return
      isCurrentShown = wish === current
      present(frame, wish)
    } catch (error) {
      const fault = faultFromCall(error)
      if (!signal.aborted && fault.code !== 'CANCELLED') failed(fault, wish)
      return
    }
    startAhead(near)
  })
  const startAhead = (near: readonly FrameWish[]) => {
    ahead.abort()
    ahead = new AbortController()
    // What fails here is asked for again when it is looked at, and says so then.
    readAhead(near, ahead.signal).catch(() => {})
  }
  return {
    show: (wish, near) => {
      ahead.abort()
      cache.want([...keysOf(wish), ...onScreen], near.flatMap(keysOf))
      const found = fromCache(wish)
      current = wish
      isCurrentShown = found !== undefined
      if (!found) {
        reading.push({ wish, near })
        return
      }
      present({ ...found, tookMs: 0 }, wish)
      startAhead(near)
    },
    cacheBytes: cache.bytes,
    close: () => {
      isClosed = true
      reading.stop()
      ahead.abort()
      cache.clear()
    },
  }
}

const untilAborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => (signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve(), { once: true })))

type Kept = FramePicture | FrameMaskSet | RestingMasks

function painted(facts: Omit<FrameMaskSet, 'layers' | 'bytes' | 'rest'>, layers: MaskLayers, plan: LayerPlan): FrameMaskSet {
  const { columns, ...others } = facts
  const rest = (): RestingMasks => {
    const packed = packColumns(columns)
    return { ...others, packed, plan, bytes: bytesOfPacked(packed) }
  }
  return { ...facts, layers, bytes: bytesOfColumns(columns) + bytesOfLayers(layers), rest }
}

const pictureKey = ({ frameIndex }: FrameWish) => `picture ${frameIndex}`
const masksKey = ({ frameIndex, stage }: FrameWish) => `masks ${stage} ${frameIndex}`

const keysOf = (wish: FrameWish) => [pictureKey(wish), masksKey(wish)]

async function decodeAnswer(decoder: Decoder, header: FrameHeader, bytes: Uint8Array, hasImage: boolean) {
  const { frameIndex, frameName, width, height } = header
  const { bitmap, masks } = await decoder.decode({
    frameIndex,
    width,
    height,
    bytes,
    image: hasImage ? header.image : undefined,
    parts: header.parts,
    isDrawn: true,
  })
  const image: FramePicture | undefined = bitmap && {
    frameIndex,
    frameName,
    width,
    height,
    bitmap,
    missing: header.pictureMissing,
    bytes: bitmap.width * bitmap.height * 4,
    close: () => bitmap.close(),
  }
  return { image, masks }
}
