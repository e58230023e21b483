// Tests of the scanner of filtered.json: spans that hold whatever the chunks are cut at, and files that end early.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFrameScanner, type FrameScan } from './frame-scanner.ts'

function scan(text: string, chunkBytes: number): FrameScan {
  const bytes = new TextEncoder().encode(text)
  const scanner = createFrameScanner()
  for (let at = 0; at < bytes.length; at += chunkBytes) scanner.push(bytes.slice(at, at + chunkBytes))
  return scanner.finish()
}
const at = (text: string, { offset, length }: { readonly offset: number; readonly length: number }): unknown =>
  JSON.parse(new TextDecoder().decode(new TextEncoder().encode(text).subarray(offset, offset + length)))

describe('the scanner', () => {
  it('finds each frame whatever stands in its strings, and wherever a chunk ends', () => {
    const item = fc.record({ id: fc.nat(), name: fc.string({ unit: 'binary' }), mask: fc.record({ shape: fc.array(fc.nat()) }) })
    const frames = fc.array(
      fc.record({
        frame_idx: fc.nat(),
        frame_name: fc.oneof(fc.string({ unit: 'binary' }), fc.constant('\\"{[\\\\')),
        items: fc.array(item),
      }),
      { maxLength: 4 },
    )
    fc.assert(
      fc.property(frames, fc.integer({ min: 1, max: 40 }), fc.constantFrom(undefined, 2), (list, chunkBytes, indent) => {
        const text = JSON.stringify({ note: { frames: [{}] }, 'x"frames': [[]], frames: list, after: ['}'] }, undefined, indent)
        const { frames: found, problem } = scan(text, chunkBytes)
        expect(problem).toBeUndefined()
        expect(found.map((span) => at(text, span))).toEqual(list)
        expect(found.map(({ frameIndex, frameName, count }) => ({ frameIndex, frameName, count }))).toEqual(
          list.map(({ frame_idx, frame_name, items }) => ({ frameIndex: frame_idx, frameName: frame_name, count: items.length })),
        )
      }),
      { numRuns: 300 },
    )
  })

  it('keeps the frames before the place where a file ends early, and says where', () => {
    const text = '{"frames": [{"frame_idx": 4, "items": [{}]}, {"frame_idx": 8, "items": [{"mask": "ab'
    const { frames, problem } = scan(text, 7)
    expect(frames).toMatchObject([{ frameIndex: 4, count: 1 }])
    expect(problem).toContain(`byte ${text.length}`)
  })

  it('tells a file without frames from one without a list of them, and leaves out a frame without an index', () => {
    expect(scan('{"frames": []}', 3)).toEqual({ frames: [], problem: undefined })
    expect(scan('{"items": [{"frame_idx": 1}]}', 3)).toMatchObject({ frames: [], problem: 'it has no list of frames' })
    expect(scan('{"frames": [{"frame": 1}, {"frame_idx": 2}]}', 50)).toMatchObject({
      frames: [{ frameIndex: 2 }],
      problem: 'the frame at byte 12 has no frame_idx',
    })
    expect(scan('no JSON', 3).problem).toContain('ends')
    expect(scan(']]]{"frames": [{"frame_idx": 2}]}', 3).frames).toEqual([])
  })

  it('takes the NaN that Python leaves behind, and refuses a frame whose own fields have no end', () => {
    expect(scan('{"frames": [{"score": NaN, "frame_idx": 3, "items": []}]}', 5).frames).toMatchObject([{ frameIndex: 3 }])
    const long = `{"frames": [{"frame_idx": 3, "note": "${'x'.repeat(80_000)}"}]}`
    expect(scan(long, 1000)).toMatchObject({ frames: [], problem: expect.stringContaining('beside its items') })
  })
})
