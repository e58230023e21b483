// Small pictures: made once, made anew when the frame is another one, and never more room than allowed.
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createThumbnailCache, makeRoom, thumbnailFolder } from './thumbnail-cache.ts'

let folder = ''
let made = 0
beforeEach(() => {
  made = 0
  folder = mkdtempSync(join(tmpdir(), 'scenewright-thumbnails-'))
  writeFileSync(join(folder, 'a.png'), 'first')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))
const frame = () => join(folder, 'a.png')
const make = async () => Uint8Array.from([++made])

it('a picture is made once, also when it is asked for twice at a time and by another engine later', async () => {
  const cache = createThumbnailCache(folder)
  const both = await Promise.all([cache.get(frame(), 128, make), cache.get(frame(), 128, make)])
  expect(both.map(([value]) => value)).toEqual([1, 1])
  expect(await createThumbnailCache(folder).get(frame(), 128, make)).toEqual(Uint8Array.from([1]))
  expect(made).toBe(1)
})

it('another width is another picture, and so is a frame that was written again', async () => {
  const cache = createThumbnailCache(folder)
  await cache.get(frame(), 128, make)
  expect(await cache.get(frame(), 256, make)).toEqual(Uint8Array.from([2]))
  writeFileSync(frame(), 'second, and longer')
  expect(await cache.get(frame(), 128, make)).toEqual(Uint8Array.from([3]))
})

it('a folder that cannot be written costs the speed, not the picture', async () => {
  writeFileSync(join(folder, thumbnailFolder), 'a file where the folder should be')
  const cache = createThumbnailCache(folder)
  expect(await cache.get(frame(), 128, make)).toEqual(Uint8Array.from([1]))
  expect(await cache.get(frame(), 128, make)).toEqual(Uint8Array.from([2]))
})

it('a picture that cannot be made is a failure each time, and nothing is kept of it', async () => {
  const cache = createThumbnailCache(folder)
  await expect(cache.get(frame(), 128, () => Promise.reject(new Error('no picture')))).rejects.toThrow('no picture')
  expect(await cache.get(frame(), 128, make)).toEqual(Uint8Array.from([1]))
})

it('when there is too much of it, what was looked at longest ago goes first', async () => {
  for (let i = 0; i < 10; i += 1) {
    const path = join(folder, `${i}.webp`)
    writeFileSync(path, Buffer.alloc(100))
    utimesSync(path, 1000 + i, 1000 + i)
  }
  rmSync(frame())
  await makeRoom(folder, 500)
  expect((await readdir(folder)).sort()).toEqual(['6.webp', '7.webp', '8.webp', '9.webp'])
  await makeRoom(folder, 500)
  expect(await readdir(folder)).toHaveLength(4)
})
