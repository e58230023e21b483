// Frames of several answers are shown whole, of one index, and in the order they were asked for.
import { expect, it, vi } from 'vitest'
import type { BytesQuery } from '#api/api'
import { Fault } from '#core/base/fault'
import type { Decoder } from './decoder-client.ts'
import { patienceMs } from './latest.ts'
import { emptyColumns } from './mask-columns.ts'
import { type GroupWish, makeGroupSource } from './pair-source.ts'

const decoder: Decoder = {
  decode: async ({ image }) => ({
    bitmap: image && ({ width: 4, height: 4, close: () => {} } as ImageBitmap),
    masks: { columns: emptyColumns, layers: { levels: [], firsts: [], rasters: [], beneath: [] }, dropped: 0 },
  }),
  paint: async () => ({ levels: [], firsts: [], rasters: [], beneath: [] }),
  close: () => {},
}
const wish = (frameIndex: number): GroupWish => {
  const of = (runId: string) => ({ runId, frameIndex, stage: 'tracker' as const, levels: [2], written: [2] })
  return [of('a'), of('b')]
}
const settle = () => new Promise((resolve) => setTimeout(resolve, 5))

function setup(answer: (runId: string, frameIndex: number) => Promise<void>, patience?: number) {
  const asked: string[] = []
  const shown: number[][] = []
  const failed = vi.fn()
  const bytes = async (query: BytesQuery) => {
    if (query.what !== 'frame') throw new Error('only frames are asked for')
    asked.push(`${query.runId}${query.frameIndex}`)
    await answer(query.runId, query.frameIndex)
    const image = { offset: 0, length: 1, mediaType: 'image/png' }
    const header = { frameIndex: query.frameIndex, frameName: 'f', width: 4, height: 4, image, parts: [] }
    return { mediaType: 'x', header, bytes: new Uint8Array(1) }
  }
  const source = makeGroupSource(
    {
      sides: [
        { bytes, decoder },
        { bytes, decoder },
      ],
      now: () => 0,
      shown: (group) => shown.push(group.flatMap(({ picture, masks }) => [picture.frameIndex, masks.frameIndex])),
      failed,
    },
    patience,
  )
  return { source, asked, shown, failed }
}

it('an answer that does not have the frame is not asked for it, and is shown without masks beside the others', async () => {
  const { source, asked, shown } = setup(() => Promise.resolve())
  source.show([undefined, wish(3)[1]], [])
  await settle()
  expect(asked).toEqual(['b3'])
  expect(shown).toEqual([[3, 3, 3, 3]])
  source.show(wish(4), [])
  await settle()
  expect(shown.at(-1)).toEqual([4, 4, 4, 4])
})

it('nothing is shown until both sides have the frame', async () => {
  let endB = () => {}
  const { source, shown } = setup((runId) => (runId === 'b' ? new Promise((resolve) => (endB = resolve)) : Promise.resolve()))
  source.show(wish(3), [])
  await settle()
  expect(shown).toEqual([])
  endB()
  await settle()
  expect(shown).toEqual([[3, 3, 3, 3]])
})

it('while one side is slow a scrub over many frames shows only whole pairs and reads only the newest wish', async () => {
  const { source, asked, shown } = setup((runId) => new Promise((resolve) => setTimeout(resolve, runId === 'b' ? 8 : 1)))
  for (let frame = 0; frame < 20; frame += 1) source.show(wish(frame), [])
  await vi.waitFor(() => expect(shown.at(-1)).toEqual([19, 19, 19, 19]))
  for (const pair of shown) expect(new Set(pair).size).toBe(1)
  expect(asked).toEqual(['a0', 'b0', 'a19', 'b19'])
})

it('a side that fails is named, and does not keep the next frame from being shown', async () => {
  const { source, shown, failed } = setup(async (runId, frameIndex) => {
    if (runId === 'b' && frameIndex === 1) throw new Fault('UNEXPECTED', { reason: 'torn' })
  })
  source.show(wish(1), [])
  source.show(wish(2), [])
  await settle()
  expect(failed).toHaveBeenCalledWith(expect.objectContaining({ code: 'UNEXPECTED' }), 1)
  expect(shown).toEqual([[2, 2, 2, 2]])
})

it('a side that never answers keeps a newer frame waiting no longer than the patience', async () => {
  const { source, shown } = setup((_, frameIndex) => (frameIndex === 1 ? new Promise(() => {}) : Promise.resolve()), 10)
  vi.useFakeTimers()
  try {
    source.show(wish(1), [])
    await vi.advanceTimersByTimeAsync(5)
    source.show(wish(2), [])
    // The source of one run has a patience of its own before it gives a read up.
    await vi.advanceTimersByTimeAsync(patienceMs + 100)
    expect(shown).toEqual([[2, 2, 2, 2]])
  } finally {
    vi.useRealTimers()
  }
})
