// Frames are shown complete and in the order they were asked for, whatever the reads do.
import { expect, it, vi } from 'vitest'
import type { BytesQuery } from '#api/api'
import { Fault } from '#core/base/fault'
import type { Decoder } from './decoder-client.ts'
import { type CompleteFrame, type FrameWish, makeFrameSource } from './frame-source.ts'
import { emptyColumns } from './mask-columns.ts'

const decoder: Decoder = {
  decode: async ({ image }) => ({
    bitmap: image && ({ width: 4, height: 4, close: () => {} } as ImageBitmap),
    masks: { columns: emptyColumns, layers: { levels: [], firsts: [], rasters: [], beneath: [] }, dropped: 0 },
  }),
  paint: async () => ({ levels: [], firsts: [], rasters: [], beneath: [] }),
  close: () => {},
}
const wish = (frameIndex: number, written: readonly number[] = [2], stage: FrameWish['stage'] = 'ssam'): FrameWish => ({
  runId: 'r',
  frameIndex,
  stage,
  levels: [2],
  written,
})
const settle = () => new Promise((resolve) => setTimeout(resolve, 5))

function setup(answer: (frameIndex: number) => Promise<void> = async () => {}, own: Decoder = decoder) {
  const asked: { frameIndex: number; withImage: boolean }[] = []
  const shown: CompleteFrame[] = []
  const failed = vi.fn()
  let running = 0
  const most = { running: 0 }
  const source = makeFrameSource({
    bytes: async (query: BytesQuery, signal: AbortSignal) => {
      if (query.what !== 'frame') throw new Error('only frames are asked for')
      running += 1
      most.running = Math.max(most.running, running)
      const over = () => {
        running -= 1
      }
      signal.addEventListener('abort', over, { once: true })
      asked.push({ frameIndex: query.frameIndex, withImage: query.withImage })
      await answer(query.frameIndex)
      signal.removeEventListener('abort', over)
      if (!signal.aborted) over()
      const header = {
        frameIndex: query.frameIndex,
        frameName: 'f',
        width: 4,
        height: 4,
        image: { offset: 0, length: query.withImage ? 1 : 0, mediaType: 'image/png' },
        parts: [],
      }
      return { mediaType: 'x', header, bytes: new Uint8Array(1) }
    },
    decoder: own,
    now: () => 0,
    shown: (frame) => shown.push(frame),
    failed,
  })
  return { source, asked, shown, failed, most }
}

it('picture and masks are of one frame, also when the picture comes from the cache', async () => {
  const { source, asked, shown } = setup()
  source.show(wish(3), [])
  await settle()
  source.show(wish(3, [2], 'tracker'), [])
  await settle()
  expect(asked).toEqual([
    { frameIndex: 3, withImage: true },
    { frameIndex: 3, withImage: false },
  ])
  for (const { picture, masks } of shown) expect(masks.frameIndex).toBe(picture.frameIndex)
  expect(shown.map((frame) => frame.masks.stage)).toEqual(['ssam', 'tracker'])
})

it('a frame of which more levels were written since is read again, else it comes from the cache', async () => {
  const { source, asked } = setup()
  source.show(wish(1, []), [])
  await settle()
  source.show(wish(1, []), [])
  await settle()
  source.show(wish(1, [2]), [])
  await settle()
  expect(asked.length).toBe(2)
})

it('frames that were passed over while one was read are never read', async () => {
  const ends: (() => void)[] = []
  const { source, asked, shown } = setup(() => new Promise((resolve) => ends.push(resolve)))
  for (let frame = 0; frame < 20; frame += 1) source.show(wish(frame), [])
  await settle()
  ends.shift()?.()
  await settle()
  ends.shift()?.()
  await settle()
  expect(asked.map((one) => one.frameIndex)).toEqual([0, 19])
  expect(shown.at(-1)?.picture.frameIndex).toBe(19)
})

it('the near ones are read after the visible one, and a failure among them is silent', async () => {
  const { source, asked, failed, shown } = setup(async (frameIndex) => {
    if (frameIndex === 6) throw new Fault('ARTIFACT_MISSING', { artifact: 'frame 6' })
  })
  source.show(wish(5), [wish(6), wish(7)])
  await settle()
  expect(asked.map((one) => one.frameIndex)).toEqual([5, 6])
  expect(failed).not.toHaveBeenCalled()
  expect(shown.length).toBe(1)
  source.show(wish(6), [])
  await settle()
  expect(failed.mock.calls[0]?.[0].code).toBe('ARTIFACT_MISSING')
})

it('a kept picture that was given up while its masks were read is read again, and the frame is shown', async () => {
  // Each picture is 64 bytes of a bound of 96 MiB, so it is pushed out by one that says it is larger.
  let isHuge = false
  const huge: Decoder = {
    ...decoder,
    decode: async (request) => {
      const frame = await decoder.decode(request)
      return isHuge && frame.bitmap ? { ...frame, bitmap: { ...frame.bitmap, width: 4096, height: 8192 } } : frame
    },
  }
  const shown: CompleteFrame[] = []
  const asked: boolean[] = []
  let hold: Promise<void> | undefined
  const source = makeFrameSource({
    bytes: async (query: BytesQuery) => {
      if (query.what !== 'frame') throw new Error('only frames are asked for')
      asked.push(query.withImage)
      await hold
      const header = {
        frameIndex: query.frameIndex,
        frameName: 'f',
        width: 4,
        height: 4,
        image: { offset: 0, length: 1, mediaType: 'image/png' },
        parts: [],
      }
      return { mediaType: 'x', header, bytes: new Uint8Array(1) }
    },
    decoder: huge,
    now: () => 0,
    shown: (frame) => shown.push(frame),
    failed: () => {},
  })
  source.show(wish(1), [])
  await settle()
  let release = () => {}
  // What is in sight is not given up: another frame is.
  source.show(wish(3), [])
  await settle()
  hold = new Promise((resolve) => {
    release = resolve
  })
  source.show(wish(1, [2], 'tracker'), [])
  await settle()
  isHuge = true
  source.show(wish(2), [])
  release()
  hold = undefined
  await settle()
  await settle()
  expect(shown.at(-1)?.picture.frameIndex).toBe(2)
  source.show(wish(1, [2], 'filter'), [])
  await settle()
  expect(shown.at(-1)).toMatchObject({ picture: { frameIndex: 1 }, masks: { frameIndex: 1, stage: 'filter' } })
  expect(asked.at(-1)).toBe(true)
})

it('a slow read never covers a frame that was asked for later and came from the cache', async () => {
  let release = () => {}
  const { source, shown } = setup((frameIndex) =>
    frameIndex === 2
      ? new Promise((resolve) => {
          release = resolve
        })
      : Promise.resolve(),
  )
  source.show(wish(1), [])
  await settle()
  source.show(wish(2), [])
  source.show(wish(1), [])
  release()
  await settle()
  expect(shown.map((frame) => frame.picture.frameIndex)).toEqual([1, 1])
})

it('wishes that come faster than frames read one of them at a time, what is read ahead included', async () => {
  const { source, shown, most } = setup(() => settle().then(() => {}))
  source.show(wish(0), [])
  await settle()
  for (let i = 0; i < 60; i += 1) {
    source.show(wish(i % 3 === 0 ? 0 : i % 7), [wish((i % 7) + 1), wish((i % 7) + 2)])
    if (i % 4 === 0) await new Promise((resolve) => setTimeout(resolve, 1))
  }
  await vi.waitFor(() => expect(shown.at(-1)?.picture.frameIndex).toBe(59 % 7))
  expect(most.running).toBe(1)
})

/** Bitmaps of 52 MiB each, of which the cache holds one; closed ones have no width, as in a browser. */
function setupLarge() {
  const shown: CompleteFrame[] = []
  const ends: (() => void)[] = []
  const decoding: (() => void)[] = []
  let waits = false
  const source = makeFrameSource({
    bytes: async (query: BytesQuery) => {
      if (query.what !== 'frame') throw new Error('only frames are asked for')
      if (waits) await new Promise<void>((resolve) => ends.push(resolve))
      const image = { offset: 0, length: query.withImage ? 1 : 0, mediaType: 'image/png' }
      const header = { frameIndex: query.frameIndex, frameName: 'f', width: 4, height: 4, image, parts: [] }
      return { mediaType: 'x', header, bytes: new Uint8Array(1) }
    },
    decoder: {
      decode: async ({ image }) => {
        if (waits) await new Promise<void>((resolve) => decoding.push(resolve))
        const bitmap = { width: 2 ** 12, height: 3328, close: () => Object.assign(bitmap, { width: 0 }) }
        return {
          bitmap: image && (bitmap as ImageBitmap),
          masks: { columns: emptyColumns, layers: { levels: [], firsts: [], rasters: [], beneath: [] }, dropped: 0 },
        }
      },
      paint: decoder.paint,
      close: () => {},
    },
    now: () => 0,
    shown: (frame) => shown.push(frame),
    failed: vi.fn(),
  })
  const widthOf = (at: number) => shown[at]!.picture.bitmap.width
  return { source, shown, ends, decoding, widthOf, wait: () => (waits = true) }
}

it('the frame in sight is not closed for one that was read ahead, while another is awaited', async () => {
  const { source, ends, decoding, widthOf, wait } = setupLarge()
  source.show(wish(1), [])
  await settle()
  wait()
  source.show(wish(1), [wish(2)])
  await settle()
  for (const end of ends.splice(0)) end()
  await settle()
  expect(decoding.length).toBe(1)
  source.show(wish(3), [])
  decoding.shift()?.()
  await settle()
  expect(widthOf(0)).toBeGreaterThan(0)
})

it('a picture that is read twice at one time is put once: the one in sight stays open', async () => {
  const { source, shown, ends, decoding, widthOf, wait } = setupLarge()
  source.show(wish(4), [])
  await settle()
  wait()
  // Frame 5 is asked for, given up while it is decoded, asked for once more, and comes from the first reading.
  const go = async () => {
    for (const end of [...ends.splice(0), ...decoding.splice(0)]) end()
    await settle()
  }
  source.show(wish(4), [wish(5)])
  await settle()
  for (const end of ends.splice(0)) end()
  await settle()
  source.show(wish(5), [])
  await settle()
  for (const end of ends.splice(0)) end()
  await settle()
  expect(decoding.length).toBe(2)
  decoding.shift()?.()
  await settle()
  source.show(wish(4), [])
  source.show(wish(5), [])
  await go()
  await go()
  expect(shown.at(-1)!.picture.frameIndex).toBe(5)
  expect(widthOf(shown.length - 1)).toBeGreaterThan(0)
})

it('a frame looked at a while ago is painted again and not read again; the one just left is not even painted', async () => {
  const painted: number[] = []
  const { source, asked, shown } = setup(undefined, {
    ...decoder,
    paint: async ({ plan }) => {
      painted.push(plan.width)
      return { levels: [2], firsts: [0], rasters: [new Uint16Array(16)], beneath: [] }
    },
  })
  for (const frame of [1, 2, 1, 3, 4, 1]) {
    source.show(wish(frame), [])
    await settle()
  }
  expect(asked.map((one) => one.frameIndex)).toEqual([1, 2, 3, 4])
  expect(painted).toEqual([4])
  expect(shown.map((frame) => frame.picture.frameIndex)).toEqual([1, 2, 1, 3, 4, 1])
  expect(shown.at(-1)?.masks.layers.rasters.length).toBe(1)
})
