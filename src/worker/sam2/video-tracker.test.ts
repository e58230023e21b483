// The video tracker over tiny modules, run by the real runtime: what is carried, what is remembered, and what never is.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { iouOfRles } from '#core/mask/overlap'
import { areaOfRle } from '#core/mask/rle'
import { tinyMaskDecoder } from '#core/model/tiny-video/mask-decoder'
import { tinyMemoryEncoder } from '#core/model/tiny-video/memory'
import { type Fixture, maskOf, openFixture, type Square, trackerOn } from './video-fixture.ts'

let fixture: Fixture
beforeAll(async () => {
  fixture = await openFixture()
})
afterAll(() => fixture.close())

const red = (x: number, y: number): Square => ({ x, y, side: 32, colour: [255, 0, 0] })
const green = (x: number, y: number): Square => ({ x, y, side: 32, colour: [0, 255, 0] })
/** Both squares move apart. */
const scene = Array.from({ length: 8 }, (_, i) => [red(8 + 4 * i, 8), green(80 - 4 * i, 80)])

describe('carrying', () => {
  it('follows two objects by what each looks like, and never mixes them up', async () => {
    const { tracker, pictures } = trackerOn(fixture, scene)
    tracker.start(0)
    await tracker.prompt([
      { id: 1, mask: maskOf(scene[0]![0]!) },
      { id: 2, mask: maskOf(scene[0]![1]!) },
    ])
    for (let at = 1; at < scene.length; at++) {
      const masks = await tracker.advance(at)
      expect(masks.map(({ id }) => id)).toEqual([1, 2])
      for (const [order, { mask, score, objectScore }] of masks.entries()) {
        // 30 x 30 of 32 x 32: at the very border the colour is mixed. It never shrinks further.
        expect(iouOfRles(mask, maskOf(scene[at]![order]!))).toBe(900 / 1024)
        expect(iouOfRles(mask, maskOf(scene[at]![1 - order]!))).toBe(0)
        expect(score).toBeCloseTo(0.9375, 6)
        expect(objectScore).toBeGreaterThan(0)
      }
    }
    // The encoder ran once for each frame, however many objects there are.
    expect(pictures).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
  })

  it('goes back in time from a prompt on a later frame as it goes forward from an early one', async () => {
    const { tracker } = trackerOn(fixture, scene, true)
    tracker.start(7)
    await tracker.prompt([{ id: 1, mask: maskOf(scene[7]![0]!) }])
    for (let at = 6; at >= 0; at--) {
      const [found] = await tracker.advance(at)
      expect(iouOfRles(found!.mask, maskOf(scene[at]![0]!))).toBe(900 / 1024)
    }
    await expect(tracker.advance(1)).rejects.toThrow(RangeError)
  })

  it('gives nothing while an object is away, remembers it as absent, and finds it again', async () => {
    const parts = [[red(8, 8)], [], [], [red(64, 64)]]
    const { tracker } = trackerOn(fixture, parts)
    tracker.start(0)
    await tracker.prompt([{ id: 5, mask: maskOf(red(8, 8)) }])
    for (const at of [1, 2]) {
      const [gone] = await tracker.advance(at)
      expect(gone).toMatchObject({ id: 5, score: 0 })
      expect(gone!.objectScore).toBeLessThanOrEqual(0)
      expect(areaOfRle(gone!.mask)).toBe(0)
      const { pointer, tokens } = tracker.state().objects[0]!.bank.tracked.get(at)!
      // no_obj_ptr of the tiny constants, and no_obj_embed_spatial: 1 in channel 63, nothing of the object in the others.
      expect(new Set(pointer)).toEqual(new Set([-1]))
      expect([...tokens!.subarray(0, 64)]).toEqual([...Array.from({ length: 63 }, () => 0), 0x3f80])
    }
    const [back] = await tracker.advance(3)
    expect(iouOfRles(back!.mask, maskOf(red(64, 64)))).toBe(900 / 1024)
  })

  it('forgets an object that is removed, and goes on with the others', async () => {
    const { tracker } = trackerOn(fixture, scene)
    tracker.start(0)
    await tracker.prompt([
      { id: 1, mask: maskOf(scene[0]![0]!) },
      { id: 2, mask: maskOf(scene[0]![1]!) },
    ])
    tracker.remove([1])
    expect((await tracker.advance(1)).map(({ id }) => id)).toEqual([2])
  })
})

describe('prompts', () => {
  it('a click gives the disc of the best alternative, a box its rectangle; both are carried on from there', async () => {
    const still = Array.from({ length: 3 }, () => [red(48, 48)])
    const { tracker } = trackerOn(fixture, still)
    tracker.start(0)
    const [disc, box] = await tracker.prompt([
      { id: 1, points: [{ x: 64, y: 64, positive: true }] },
      { id: 2, points: [], box: { x0: 48, y0: 48, x1: 80, y1: 80 } },
    ])
    // Alternative 2 has a radius of 96 of 1024 pixels: 12 of 128.
    expect(areaOfRle(disc!.mask) / (Math.PI * 12 ** 2)).toBeCloseTo(1, 1)
    // Two corners are no ambiguous prompt, so mask 0 answers: a box is its rectangle in each.
    expect(areaOfRle(box!.mask)).toBe(32 * 32)
    expect(box!.score).toBeCloseTo(0.75, 6)
    const [first] = await tracker.advance(1)
    expect(iouOfRles(first!.mask, maskOf(red(48, 48)))).toBe(900 / 1024)
  })

  it('a prompt on a later frame becomes a second prompted frame of the same object', async () => {
    const { tracker } = trackerOn(fixture, scene)
    tracker.start(0)
    await tracker.prompt([{ id: 1, mask: maskOf(scene[0]![0]!) }])
    await tracker.advance(1)
    await tracker.advance(2)
    // A click into the object on a frame it is carried on: the mask so far is a hint, and stays in the answer.
    const [refined] = await tracker.prompt([{ id: 1, points: [{ x: 32, y: 24, positive: true }] }])
    expect(areaOfRle(refined!.mask)).toBeGreaterThanOrEqual(900)
    const { conditioning, tracked } = tracker.state().objects[0]!.bank
    expect([...conditioning.keys()]).toEqual([0, 2])
    expect([...tracked.keys()]).toEqual([1])
  })
})

describe('memory', () => {
  const long = Array.from({ length: 30 }, (_, i) => [red(8 + i, 8)])

  it('is as large after 30 frames as after 16, and holds the prompted frame, 6 memories and 15 pointers', async () => {
    const { tracker } = trackerOn(fixture, long)
    tracker.start(0)
    await tracker.prompt([{ id: 1, mask: maskOf(long[0]![0]!) }])
    const sizes: number[] = []
    for (let at = 1; at < long.length; at++) {
      await tracker.advance(at)
      const { conditioning, tracked } = tracker.state().objects[0]!.bank
      const all = [...conditioning.values(), ...tracked.values()]
      sizes.push(all.reduce((sum, { tokens, pointer }) => sum + (tokens?.byteLength ?? 0) + pointer.byteLength, 0))
    }
    expect(new Set(sizes.slice(14)).size).toBe(1)
    expect(sizes.at(-1)).toBe(7 * 4096 * 64 * 2 + 16 * 256 * 4)
    const { conditioning, tracked } = tracker.state().objects[0]!.bank
    expect([...conditioning.keys()]).toEqual([0])
    expect([...tracked].filter(([, { tokens }]) => tokens).map(([at]) => at)).toEqual([24, 25, 26, 27, 28, 29])
    expect([...tracked.keys()]).toEqual(Array.from({ length: 15 }, (_, i) => 15 + i))
  })

  it('comes to attention with its times: hand-computed means of positions and pointers', async () => {
    const { tracker } = trackerOn(fixture, long)
    tracker.start(0)
    await tracker.prompt([{ id: 1, mask: maskOf(long[0]![0]!) }])
    await tracker.advance(1)
    fixture.runs.length = 0
    await tracker.advance(2)
    const { feeds } = fixture.runs.find(({ part }) => part === 'memoryAttention')!
    const valuesOf = (name: string) => feeds[name]!.values as Float32Array
    expect(feeds.curr!.dims).toEqual([4096, 1, 256])
    expect(feeds.memory_1!.dims).toEqual([2 * 4096, 1, 64])
    expect(feeds.memory_2!.dims).toEqual([2 * 4, 1, 64])
    // The prompted frame has the last row of maskmem_tpos_enc, 7/8; the frame just before the first, 1/8; vision_pos_enc is 1/2.
    expect([valuesOf('memory_pos_1')[0], valuesOf('memory_pos_1')[4096 * 64]]).toEqual([1.375, 0.625])
    // Pointers: the prompted one first, 2 frames ago of 15 at most, then that of 1 frame ago; sin(2/15) and sin(1/15) in channel 0.
    expect(valuesOf('memory_pos_2')[0]).toBeCloseTo(Math.sin(2 / 15), 6)
    expect(valuesOf('memory_pos_2')[4 * 64]).toBeCloseTo(Math.sin(1 / 15), 6)
    // A pointer is twice its token; the single mask of the prompted frame has rank 0, alternative 2 of the carried one rank 2, in channel 3.
    expect([valuesOf('memory_2')[3], valuesOf('memory_2')[4 * 64 + 3]]).toEqual([0, 4])
  })

  it('taken up in the middle gives the same masks to the bit', async () => {
    const whole = trackerOn(fixture, scene).tracker
    whole.start(0)
    await whole.prompt([{ id: 1, mask: maskOf(scene[0]![0]!) }])
    for (let at = 1; at < 4; at++) await whole.advance(at)
    const kept = structuredClone(whole.state())
    const resumed = trackerOn(fixture, scene).tracker
    resumed.restore(kept)
    for (let at = 4; at < scene.length; at++) {
      expect(await resumed.advance(at)).toEqual(await whole.advance(at))
      expect(resumed.state()).toEqual(whole.state())
    }
  })
})

describe('other exports', () => {
  it('a decoder with an open batch decodes all objects in one run, with the same masks as one by one', async () => {
    const batched = await openFixture({ maskDecoder: tinyMaskDecoder('batch') })
    const masks = []
    for (const modules of [fixture, batched]) {
      const { tracker } = trackerOn(modules, scene)
      tracker.start(0)
      await tracker.prompt([
        { id: 1, mask: maskOf(scene[0]![0]!) },
        { id: 2, mask: maskOf(scene[0]![1]!) },
      ])
      modules.runs.length = 0
      masks.push(await tracker.advance(1))
    }
    const runsOf = ({ runs }: Fixture) => runs.filter(({ part }) => part === 'maskDecoder').length
    expect([runsOf(fixture), runsOf(batched)]).toEqual([2, 1])
    expect(masks[1]).toEqual(masks[0])
    await batched.close()
  })

  it('memories of fewer places, as behind the perceiver of EdgeTAM, are carried as they come', async () => {
    const edge = await openFixture({ memoryEncoder: tinyMemoryEncoder({ tokens: true }) })
    const { tracker } = trackerOn(edge, scene)
    tracker.start(0)
    await tracker.prompt([{ id: 1, mask: maskOf(scene[0]![0]!) }])
    for (const at of [1, 2]) {
      const [found] = await tracker.advance(at)
      expect(iouOfRles(found!.mask, maskOf(scene[at]![0]!))).toBe(900 / 1024)
    }
    expect(tracker.state().objects[0]!.bank.tracked.get(2)!.tokens).toHaveLength(256 * 64)
    await edge.close()
  })
})
