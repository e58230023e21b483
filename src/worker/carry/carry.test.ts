import { describe, expect, it } from 'vitest'
import { createCarrier } from './carry.ts'
import { computeFlow, reversedFlow } from './flow.ts'
import { type Disc, discMask, overlap, paint } from './synthetic.ts'

const W = 200
const H = 140
const RED: Disc = { cx: 60, cy: 70, radius: 24, colour: [190, 70, 60], seed: 11 }
const BLUE: Disc = { cx: 130, cy: 70, radius: 26, colour: [60, 80, 180], seed: 23 }

/** Carries disc 0 of each frame's discs; one result a frame after the first. */
function carryFirst(frames: readonly (readonly Disc[])[], quality: 'fast' | 'best', shift = 0) {
  const carrier = createCarrier({ quality })
  carrier.start(paint(W, H, 0, 0, frames[0]!), 0)
  carrier.add([{ id: 5, mask: discMask(W, H, frames[0]![0]!) }])
  return frames.slice(1).map((discs, k) => carrier.advance(paint(W, H, shift * (k + 1), 0, discs), k + 1)[0]!)
}

describe.each(['best', 'fast'] as const)('a carrier at quality %s', (quality) => {
  it('stays on an object that moves against the background', () => {
    const frames = Array.from({ length: 7 }, (_, k) => [{ ...RED, cx: RED.cx + 6 * k, cy: RED.cy - 2 * k }])
    const seen = carryFirst(frames, quality, -3)
    for (let k = 0; k < seen.length; k++) expect(overlap(seen[k]!.mask, discMask(W, H, frames[k + 1]![0]!))).toBeGreaterThan(0.85)
    expect(seen.every((s) => s.id === 5 && !s.lost && s.score > 0.5 && s.score <= 1)).toBe(true)
  })

  it('grows and shrinks with an object that comes nearer and goes away', () => {
    const radii = [20, 22, 24.5, 27, 30, 27, 24, 21]
    const frames = radii.map((radius) => [{ ...RED, radius }])
    const seen = carryFirst(frames, quality)
    for (let k = 0; k < seen.length; k++) expect(overlap(seen[k]!.mask, discMask(W, H, frames[k + 1]![0]!))).toBeGreaterThan(0.85)
  })

  it('gives an empty mask and lost when the object leaves the picture', () => {
    const frames = Array.from({ length: 11 }, (_, k) => [{ ...RED, cx: RED.cx - 10 * k }])
    const seen = carryFirst(frames, quality)
    expect(seen[0]!.lost).toBe(false)
    const last = seen[seen.length - 1]!
    expect([last.lost, last.mask.width, last.score]).toEqual([true, 0, 0])
  })
})

describe('a carrier', () => {
  it('finds an object again that was hidden for some frames', () => {
    // A wide wall passes over the disc; the disc comes out somewhere else.
    const at = (k: number): readonly Disc[] => {
      const wall: Disc = { cx: -160 + 55 * k, cy: 70, radius: 120, colour: [120, 120, 125], seed: 40 }
      return [{ ...RED, cx: k < 5 ? RED.cx : 75, cy: k < 5 ? RED.cy : 60 }, wall]
    }
    const frames = Array.from({ length: 9 }, (_, k) => at(k))
    const seen = carryFirst(frames, 'best')
    expect(seen.some((s) => s.lost)).toBe(true)
    const last = seen[seen.length - 1]!
    expect(last.lost).toBe(false)
    expect(overlap(last.mask, discMask(W, H, { ...RED, cx: 75, cy: 60 }))).toBeGreaterThan(0.8)
  })

  it('does not find an object again where nothing looks like it', () => {
    const seen = carryFirst([[RED], [], [BLUE], [BLUE]], 'best')
    expect(seen.map((s) => s.lost)).toEqual([true, true, true])
  })

  it('notices that an object went out of sight behind a thing of like colour, and finds it when it returns', () => {
    // The disc crosses a scene known for eight frames, goes behind a post of nearly its own colour, and comes out on the other side.
    const post: Disc = { cx: 150, cy: 70, radius: 34, colour: [176, 84, 70], seed: 60 }
    const at = (k: number): readonly Disc[] => {
      if (k < 8) return [post]
      const x = 20 + 13 * (k - 8)
      const disc: Disc = { ...RED, radius: 18, cx: k < 25 ? Math.min(150, x) : 60 }
      return k < 25 ? [disc, post] : [post, disc]
    }
    const carrier = createCarrier({ quality: 'fast' })
    carrier.start(paint(W, H, 0, 0, at(0)), 0)
    const lost: boolean[] = []
    let last = discMask(W, H, RED)
    for (let k = 1; k < 29; k++) {
      const seen = carrier.advance(paint(W, H, 0, 0, at(k)), k)
      if (k === 9) carrier.add([{ id: 1, mask: discMask(W, H, at(k)[0]!) }])
      if (seen.length > 0) lost[k] = seen[0]!.lost
      if (seen.length > 0) last = seen[0]!.mask
    }
    expect(lost.slice(10, 14)).not.toContain(true)
    expect(lost.slice(18, 25)).toContain(true)
    expect(lost[28]).toBe(false)
    expect(overlap(last, discMask(W, H, { ...RED, radius: 18, cx: 60 }))).toBeGreaterThan(0.7)
  })

  it('stays on a small object that goes further in a frame than flow can tell, once the scene behind is known', () => {
    const at = (k: number): Disc => ({ cx: 20 + 18 * (k - 8), cy: 60 + 4 * (k - 8), radius: 12, colour: [120, 112, 60], seed: 7 })
    const carrier = createCarrier({ quality: 'fast' })
    carrier.start(paint(W, H, 0, 0, []), 0)
    for (let k = 1; k <= 15; k++) {
      const seen = carrier.advance(paint(W, H, 0, 0, k < 8 ? [] : [at(k)]), k)
      if (k === 8) carrier.add([{ id: 1, mask: discMask(W, H, at(k)) }])
      if (k > 8) expect(overlap(seen[0]!.mask, discMask(W, H, at(k))), `frame ${k}`).toBeGreaterThan(0.6)
    }
  })

  it('goes on from its state as if nothing had happened', async () => {
    const frames = Array.from({ length: 10 }, (_, k) => paint(W, H, -2 * k, 0, [{ ...RED, cx: 40 + 9 * k }]))
    const run = async (breakAt: number) => {
      let carrier = createCarrier({ quality: 'best' })
      carrier.start(frames[0]!, 0)
      const seen: unknown[] = []
      for (let k = 1; k < frames.length; k++) {
        seen.push(carrier.advance(frames[k]!, k))
        if (k === 2) carrier.add([{ id: 3, mask: discMask(W, H, { ...RED, cx: 58 }) }])
        if (k !== breakAt) continue
        const state = structuredClone(carrier.state())
        carrier = createCarrier({ quality: 'best' })
        await carrier.restore(state, async (index) => frames[index]!)
      }
      return seen
    }
    expect(await run(6)).toEqual(await run(-1))
  })

  it('carries overlapping objects as if each were alone', () => {
    const frames = Array.from({ length: 4 }, (_, k) => [
      { ...RED, cx: 70 + 4 * k },
      { ...BLUE, cx: 105 + 4 * k, radius: 18 },
    ])
    const whole = discMask(W, H, { ...RED, cx: 85, radius: 45 })
    const run = (ids: readonly number[]) => {
      const carrier = createCarrier({ quality: 'fast' })
      carrier.start(paint(W, H, 0, 0, frames[0]!), 0)
      const masks = [discMask(W, H, frames[0]![0]!), discMask(W, H, frames[0]![1]!), whole]
      carrier.add(ids.map((id) => ({ id, mask: masks[id]! })))
      return frames.slice(1).map((discs, k) => carrier.advance(paint(W, H, 0, 0, discs), k + 1))
    }
    const together = run([0, 1, 2])
    for (const id of [0, 1, 2]) expect(run([id]).map((s) => s[0])).toEqual(together.map((s) => s[id]))
  })

  it('gives the same with a shared flow, reversed for the way back, as with its own', () => {
    const a = paint(W, H, 0, 0, [RED])
    const b = paint(W, H, 0, 0, [{ ...RED, cx: 66 }])
    const back = (flow: ReturnType<typeof computeFlow> | undefined) => {
      const carrier = createCarrier({ quality: 'fast' })
      carrier.start(b, 1)
      carrier.add([{ id: 1, mask: discMask(W, H, { ...RED, cx: 66 }) }])
      return carrier.advance(a, 0, flow)
    }
    expect(back(reversedFlow(computeFlow(a, b)))).toEqual(back(undefined))
  })

  it('takes objects in on any frame and lets them go', () => {
    const carrier = createCarrier({ quality: 'fast' })
    const frame = paint(W, H, 0, 0, [RED, BLUE])
    carrier.start(frame, 3)
    carrier.add([{ id: 1, mask: discMask(W, H, RED) }])
    expect(carrier.advance(frame, 4).map((s) => s.id)).toEqual([1])
    carrier.add([{ id: 2, mask: discMask(W, H, BLUE) }])
    expect(carrier.advance(frame, 5).map((s) => s.id)).toEqual([1, 2])
    carrier.remove([1])
    expect(carrier.advance(frame, 6).map((s) => s.id)).toEqual([2])
    expect(carrier.frameIndex()).toBe(6)
  })

  it('refuses what it cannot carry', () => {
    const carrier = createCarrier()
    const frame = paint(W, H, 0, 0, [])
    expect(() => carrier.advance(frame, 1)).toThrow(/start/)
    carrier.start(frame, 0)
    expect(() => carrier.add([{ id: 1, mask: { x0: 0, y0: 0, width: 0, height: 0, bits: new Uint8Array(0) } }])).toThrow(/empty/)
    expect(() => carrier.add([{ id: 1, mask: { x0: W - 2, y0: 0, width: 4, height: 1, bits: new Uint8Array(4).fill(1) } }])).toThrow(
      /frame/,
    )
    expect(() => carrier.start({ width: 4, height: 4, pixels: new Uint8Array(3) }, 0)).toThrow(RangeError)
  })
})
