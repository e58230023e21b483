// Stars and notes of objects: each change keeps the other, both outlive the engine, and runs do not mix.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Database, openDatabase } from './database.ts'
import { createObjectNotes, objectNoteTables } from './object-notes.ts'

let folder: string
let database: Database
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'scenewright-object-notes-'))
  database = openDatabase(folder, objectNoteTables)
})
afterEach(() => {
  database.close()
  rmSync(folder, { recursive: true, force: true })
})

it('a star keeps the note and a note the star, and both are there after a restart', () => {
  const notes = createObjectNotes(database, () => 7)
  notes.change('run', { objectId: 400002, star: true })
  notes.change('run', { objectId: 400002, note: 'jumps to the wall at frame 12' })
  notes.change('run', { objectId: 200001, note: 'good' })
  database.close()
  database = openDatabase(folder, objectNoteTables)
  expect(createObjectNotes(database).of('run')).toEqual([
    { objectId: 200001, star: false, note: 'good', at: 7 },
    { objectId: 400002, star: true, note: 'jumps to the wall at frame 12', at: 7 },
  ])
})

it('without star and note nothing is left, and a run that is deleted takes only its own along', () => {
  const notes = createObjectNotes(database)
  notes.change('run', { objectId: 1, star: true, note: 'x' })
  notes.change('run', { objectId: 1, note: '' })
  expect(notes.of('run')).toHaveLength(1)
  notes.change('run', { objectId: 1, star: false })
  expect(notes.of('run')).toEqual([])
  notes.change('run', { objectId: 2, star: true })
  notes.change('other', { objectId: 2, star: true })
  notes.forget('run')
  expect([notes.of('run').length, notes.of('other').length]).toEqual([0, 1])
})
