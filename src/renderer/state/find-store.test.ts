// What the palette finds by what is typed.
import { describe, expect, it } from 'vitest'
import { makeFindStore, matching, offerFinder } from './find-store.ts'

const own = (item: string) => item

describe('matching', () => {
  it('wants every word, without regard to capitals, and puts what begins so first', () => {
    expect(matching(['Go to a frame', 'Frame first', 'Fit'], 'frame', own, 9)).toEqual(['Frame first', 'Go to a frame'])
    expect(matching(['Go to a frame', 'Frame first'], 'go FRAME', own, 9)).toEqual(['Go to a frame'])
    expect(matching(['a', 'b'], '', own, 9)).toEqual(['a', 'b'])
  })

  it('gives no more than wanted, and still those that begin so when they come late', () => {
    const items = [...Array.from({ length: 50 }, (_, i) => `x frame ${i}`), 'frame itself']
    expect(matching(items, 'frame', own, 3)).toEqual(['frame itself', 'x frame 0', 'x frame 1'])
  })
})

it('a finder is gone with the page that offered it', () => {
  const store = makeFindStore()
  const takeBack = offerFinder(store, { group: 'Objects', find: () => [] })
  offerFinder(store, { group: 'Scenes', find: () => [] })
  takeBack()
  expect(store.getState().finders.map(({ group }) => group)).toEqual(['Scenes'])
})
