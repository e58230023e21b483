// Chosen, fallback, built-in, none: in this order, with a reason for each step down.
import { describe, expect, it } from 'vitest'
import { lineOfResolution, type LookedUp, resolveModel } from './resolve.ts'

const sha256 = 'ab'.repeat(32)
const usable = (name: string): LookedUp => ({
  model: { name, path: `/m/${name}.onnx`, sha256, files: [], role: 'instanceSegmenter', family: 'yolo-seg' },
})
const missing = (name: string): LookedUp => ({ fault: { code: 'MODEL_MISSING', params: { path: `/m/${name}.onnx` } } })
const request = { stage: 'ssam', roles: ['instanceSegmenter'], chosen: 'a', fallbacks: ['b', 'c'], builtin: 'regions' } as const
const found = (entries: Readonly<Record<string, LookedUp>>) => new Map(Object.entries(entries))

describe('resolveModel', () => {
  it('takes what was chosen, whatever the fallbacks are', () => {
    const resolution = resolveModel({ ...request, found: found({ a: usable('a'), b: missing('b') }) })
    expect(resolution).toMatchObject({ source: 'chosen', name: 'a', skipped: [], degraded: false })
    expect(lineOfResolution(resolution)).toBe('ssam runs a (chosen; /m/a.onnx; sha256 abababababab) as instanceSegmenter.')
  })

  it('tells every step down, in order, and calls the result degraded', () => {
    const resolution = resolveModel({ ...request, found: found({ a: missing('a'), b: missing('b'), c: usable('c') }) })
    expect(resolution).toMatchObject({ source: 'fallback', name: 'c', degraded: true })
    expect(resolution.skipped.map(({ name }) => name)).toEqual(['a', 'b'])
    expect(lineOfResolution(resolution)).toMatch(/runs c \(fallback.* a is not used: No model file was found at .*a.onnx\. b is not used/)
  })

  it('falls to the built-in backend with a warning, and without a warning when nothing was asked for', () => {
    const all = found({ a: missing('a'), b: missing('b'), c: missing('c') })
    expect(resolveModel({ ...request, found: all })).toMatchObject({ source: 'builtin', name: 'regions', degraded: true })
    expect(resolveModel({ ...request, chosen: '', fallbacks: [], found: all })).toEqual({
      stage: 'ssam',
      role: 'instanceSegmenter',
      source: 'builtin',
      name: 'regions',
      skipped: [],
      degraded: false,
    })
  })

  it('a stage without a built-in backend gets none, and the line says so', () => {
    const resolution = resolveModel({ ...request, builtin: undefined, fallbacks: [], found: found({ a: missing('a') }) })
    expect(resolution).toMatchObject({ source: 'none', degraded: true })
    expect(lineOfResolution(resolution)).toContain('runs no model')
  })

  it('a fallback that repeats the choice is not told twice', () => {
    const resolution = resolveModel({ ...request, fallbacks: ['a', 'c', 'c'], found: found({ a: missing('a'), c: missing('c') }) })
    expect(resolution.skipped.map(({ name }) => name)).toEqual(['a', 'c'])
  })
})
