// What may be looked at and written to: only what really lies under the permitted roots, wherever links lead.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { permittedFiles } from './files.ts'

let base = ''
const at = (...names: string[]) => join(base, ...names)
const files = () => permittedFiles([at('allowed')], at('allowed'))
const forbidden = expect.objectContaining({ code: 'PATH_FORBIDDEN' })

beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'scenewright-files-')))
  mkdirSync(at('allowed', 'inside'), { recursive: true })
  mkdirSync(at('secret'))
})
afterEach(() => rmSync(base, { recursive: true, force: true }))

describe('a permitted path', () => {
  it('may be new, however deep beneath a root', async () => {
    expect(await files().permit(at('allowed', 'new', 'deeper'))).toBe(at('allowed', 'new', 'deeper'))
  })

  it.each([
    ['the root of all', () => '/'],
    ['a way up again', () => at('allowed', '..', 'secret')],
    ['a neighbour whose name only begins alike', () => at('allowed-too')],
    ['a link to outside', () => at('allowed', 'link')],
    ['something new behind a link to outside', () => at('allowed', 'link', 'new')],
    // Writing to it would make the file there.
    ['a link to what is not there yet outside', () => at('allowed', 'dangling')],
    ['a link by way of a second link', () => at('allowed', 'chain')],
  ])('is not %s', async (_, path) => {
    symlinkSync(at('secret'), at('allowed', 'link'))
    symlinkSync(at('secret', 'not-yet'), at('allowed', 'dangling'))
    symlinkSync('dangling', at('allowed', 'chain'))
    await expect(files().permit(path())).rejects.toEqual(forbidden)
  })

  it('may be a link that stays inside, and one that leads in a circle is told as what it is', async () => {
    symlinkSync('inside', at('allowed', 'near'))
    symlinkSync('circle', at('allowed', 'circle'))
    expect(await files().permit(at('allowed', 'near', 'x'))).toBe(at('allowed', 'near', 'x'))
    await expect(files().permit(at('allowed', 'circle'))).rejects.toEqual(forbidden)
  })
})

describe('a listing', () => {
  it('has a row for a link that leads nowhere, and for one in a circle', async () => {
    writeFileSync(at('allowed', 'frame.png'), '')
    symlinkSync('nowhere', at('allowed', 'lost'))
    symlinkSync('circle', at('allowed', 'circle'))
    const { entries } = await files().list(at('allowed'))
    expect(entries.map(({ name, kind }) => [name, kind])).toEqual([
      ['inside', 'folder'],
      ['circle', 'other'],
      ['frame.png', 'image'],
      ['lost', 'other'],
    ])
  })
})
