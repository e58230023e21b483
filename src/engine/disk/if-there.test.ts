// What cannot be read is not taken for what is not there: recovery would throw away a stage whose tar it could not look at.
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ifThere } from './if-there.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scenewright-if-there-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

it('gives undefined for a missing file, and for one below a file', async () => {
  await writeFile(join(folder, 'file'), 'x')
  expect(await ifThere(stat(join(folder, 'none')))).toBeUndefined()
  expect(await ifThere(stat(join(folder, 'file', 'none')))).toBeUndefined()
  expect(await ifThere(readFile(join(folder, 'file'), 'utf8'))).toBe('x')
})

it('rejects with every other failure', async () => {
  await expect(ifThere(readFile(folder))).rejects.toMatchObject({ code: 'EISDIR' })
  const failure = Object.assign(new Error('too many open files'), { code: 'EMFILE' })
  await expect(ifThere(Promise.reject(failure))).rejects.toBe(failure)
})
