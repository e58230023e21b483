// Named sets: remembered per run, replaced by name, and put back after a removal.
import { expect, it } from 'vitest'
import { keepSet, makeMaskSetStore, removeSet } from './mask-sets.ts'

function storageOf(kept = new Map<string, string>()) {
  return {
    kept,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  }
}

it('a set is there when the run is opened again, and not in another run', () => {
  const storage = storageOf()
  keepSet(makeMaskSetStore(storage, 'one'), { name: 'chairs', stage: 'tracker', ids: [400_001] })
  expect(makeMaskSetStore(storage, 'one').getState().sets).toEqual([{ name: 'chairs', stage: 'tracker', ids: [400_001] }])
  expect(makeMaskSetStore(storage, 'two').getState().sets).toEqual([])
})

it('keeping under a known name replaces that set; the same name at another stage is another set', () => {
  const store = makeMaskSetStore(storageOf(), 'one')
  keepSet(store, { name: 'a', stage: 'tracker', ids: [1] })
  keepSet(store, { name: 'a', stage: 'filter', ids: [2] })
  keepSet(store, { name: 'a', stage: 'tracker', ids: [3] })
  expect(store.getState().sets.map((one) => one.ids)).toEqual([[3], [2]])
})

it('a removed set comes back where it was', () => {
  const store = makeMaskSetStore(storageOf(), 'one')
  for (const name of ['a', 'b', 'c']) keepSet(store, { name, stage: 'ssam', ids: [1] })
  const back = removeSet(store, store.getState().sets[1]!)
  expect(store.getState().sets.map((one) => one.name)).toEqual(['a', 'c'])
  back()
  expect(store.getState().sets.map((one) => one.name)).toEqual(['a', 'b', 'c'])
})

it('says when a set will not be remembered, and keeps it for now', () => {
  const full = {
    ...storageOf(),
    setItem: () => {
      throw new Error('the storage is full')
    },
  }
  const store = makeMaskSetStore(full, 'one')
  keepSet(store, { name: 'a', stage: 'ssam', ids: [1] })
  expect(store.getState()).toMatchObject({ problem: 'the storage is full', sets: [{ name: 'a' }] })
})
