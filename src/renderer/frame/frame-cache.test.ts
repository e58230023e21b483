// The cache of frames: its bound, and who is given up first.
import { describe, expect, it } from 'vitest'
import { makeFrameCache } from './frame-cache.ts'

function setup(capacity: number) {
  const closed: string[] = []
  const cache = makeFrameCache<{ bytes: number; close: () => void }>(capacity)
  const put = (key: string, bytes = 10) => cache.put(key, { bytes, close: () => closed.push(key) })
  return { cache, closed, put }
}

describe('the frame cache', () => {
  it('gives up what was used longest ago, closes it, and keeps its bound', () => {
    const { cache, closed, put } = setup(30)
    for (const key of ['a', 'b', 'c']) put(key)
    cache.get('a')
    put('d')
    expect(closed).toEqual(['b'])
    expect(cache.bytes()).toBe(30)
  })

  it('never gives up what is visible, even when that alone is too large', () => {
    const { cache, closed, put } = setup(15)
    cache.want(['a', 'b'], [])
    put('a')
    put('b')
    put('c')
    expect(closed).toEqual(['c'])
    expect(cache.get('a')).toBeDefined()
    expect(cache.get('b')).toBeDefined()
  })

  it('gives up recent ones before near ones, and of the near ones the last first', () => {
    const { cache, closed, put } = setup(40)
    cache.want(['v'], ['n1', 'n2'])
    for (const key of ['n1', 'n2', 'v', 'recent']) put(key)
    put('v2')
    expect(closed).toEqual(['recent'])
    cache.want(['v', 'v2'], ['n1', 'n2'])
    put('recent2')
    expect(closed).toEqual(['recent', 'recent2'])
    cache.want(['v', 'v2', 'v3'], ['n1', 'n2'])
    put('v3')
    expect(closed).toEqual(['recent', 'recent2', 'n2'])
  })

  it('closes an entry that is replaced under its key and counts it once', () => {
    const { cache, closed, put } = setup(100)
    put('a', 10)
    put('a', 30)
    expect(closed).toEqual(['a'])
    expect(cache.bytes()).toBe(30)
  })

  it('says that there is no room for reading ahead once the wanted ones fill it', () => {
    const { cache, put } = setup(30)
    cache.want(['v'], ['n1', 'n2'])
    put('old', 20)
    put('v')
    expect(cache.hasRoomFor(20)).toBe(true)
    put('n1')
    expect(cache.hasRoomFor(20)).toBe(false)
  })

  it('keeps only the rest of what is neither visible nor near, counts it so, and closes nothing for it', () => {
    type Entry = { readonly bytes: number; readonly close: () => void; readonly rest?: () => Entry }
    const closed: string[] = []
    const cache = makeFrameCache<Entry>(100)
    for (const key of ['a', 'b', 'c']) {
      const close = () => closed.push(key)
      cache.put(key, { bytes: 30, close, rest: () => ({ bytes: 5, close }) })
    }
    cache.want(['b'], ['c'])
    expect(cache.bytes()).toBe(65)
    expect(cache.get('a')?.bytes).toBe(5)
    expect(cache.get('c')?.bytes).toBe(30)
    cache.want(['b'], [])
    cache.want(['b'], [])
    expect(cache.bytes()).toBe(40)
    expect(closed).toEqual([])
  })

  it('closes everything when it is cleared', () => {
    const { cache, closed, put } = setup(100)
    put('a')
    put('b')
    cache.clear()
    expect(closed).toEqual(['a', 'b'])
    expect(cache.bytes()).toBe(0)
  })
})
