// Pictures that moved are asked for once, not once for each run.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Database, openDatabase } from './database.ts'
import { createPictureRoots, differingRoots, pictureRootTables } from './picture-roots.ts'

let folder: string
let database: Database
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'scenewright-roots-'))
  database = openDatabase(folder, pictureRootTables)
})
afterEach(() => {
  database.close()
  rmSync(folder, { recursive: true, force: true })
})

it('an answer for one scene finds the others of the same dataset, and nothing else', () => {
  const roots = createPictureRoots(database)
  roots.remember('/media/a/multiscan/scene_1/outputs/color', '/data/ms/scene_1/outputs/color')
  expect(roots.candidates('/media/a/multiscan/scene_2/outputs/color')).toEqual(['/data/ms/scene_2/outputs/color'])
  expect(roots.candidates('/media/a/multiscan-old/scene_2/outputs/color')).toEqual([])
  expect(roots.candidates('/elsewhere/scene_2')).toEqual([])
})

it('the newer answer counts, and a closer one counts before a wider one', () => {
  let at = 0
  const roots = createPictureRoots(database, () => ++at)
  roots.remember('/a/x/color', '/b/x/color')
  roots.remember('/a/x/color', '/c/x/color')
  roots.remember('/a/x/color', '/d/special')
  expect(roots.candidates('/a/x/color')).toEqual(['/d/special', '/c/x/color'])
})

it('paths that differ in all but nothing keep a root', () => {
  expect(differingRoots('/color', '/color')).toEqual(['/', '/'])
  expect(differingRoots('/a/color', '/b')).toEqual(['/a/color', '/b'])
})
