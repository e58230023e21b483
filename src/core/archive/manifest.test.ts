// Tests of the manifest: names, lines that a crash cut, lines that replace earlier ones.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { artifactName, lineFromEntry, type ManifestEntry, manifestFromLines, newestEntries } from './manifest.ts'

const sha256 = 'ab'.repeat(32)
const entry = (seq: number, name = `ssam/masks/level_4/${String(seq).padStart(6, '0')}.json`): ManifestEntry => ({
  seq,
  name,
  stage: 'ssam',
  kind: 'masks',
  level: 4,
  frameIndex: seq,
  mediaType: 'application/json',
  length: 10,
  sha256,
  counts: { masks: 3 },
  place: 'archive',
  offset: seq * 1024 + 512,
})

describe('artifactName', () => {
  it('pads the frame to six digits, so that names sort as frames do', () => {
    expect(artifactName('tracker', 'masks', { level: 4, frameIndex: 37 })).toBe('tracker/masks/level_4/000037.json')
  })
  it('leaves out what is not there, and keeps frame 0', () => {
    expect(artifactName('tracker', 'tracks')).toBe('tracker/tracks.json')
    expect(artifactName('a', 'b', { frameIndex: 0 }, 'jpg')).toBe('a/b/000000.jpg')
  })
})

describe('manifestFromLines', () => {
  it('gives back what was written', () => {
    const file: ManifestEntry = { ...entry(2, 'report.md'), place: 'file' }
    const read = manifestFromLines(lineFromEntry(entry(1)) + lineFromEntry(file))
    expect(read.complete).toBe(true)
    expect(read.entries).toMatchObject([
      { seq: 1, place: 'archive', offset: 1536 },
      { seq: 2, place: 'file' },
    ])
  })
  it('reads an empty manifest as complete: a run that wrote nothing yet is not damaged', () => {
    expect(manifestFromLines('')).toEqual({ entries: [], complete: true })
  })
  it('keeps every whole line wherever the text is cut, and never half of one', () => {
    const lines = [1, 2, 3, 4].map((seq) => lineFromEntry(entry(seq)))
    const text = lines.join('')
    fc.assert(
      fc.property(fc.integer({ min: 0, max: text.length }), (at) => {
        const whole = text.slice(0, at).split('\n').length - 1
        const read = manifestFromLines(text.slice(0, at))
        expect(read.entries.map((one) => one.seq)).toEqual([1, 2, 3, 4].slice(0, whole))
        expect(read.complete).toBe(at === lines.slice(0, whole).join('').length)
      }),
    )
  })
  it('ends at a line that is JSON but no entry, and names the line and the field', () => {
    const text = lineFromEntry(entry(1)) + lineFromEntry({ ...entry(2), sha256: 'short' }) + lineFromEntry(entry(3))
    const read = manifestFromLines(text)
    expect(read.entries).toHaveLength(1)
    expect(read.reason).toMatch(/^line 2: sha256/)
  })
  it('does not take an archived entry without a place in the archive', () => {
    expect(manifestFromLines(`${JSON.stringify({ ...entry(1), offset: undefined })}\n`).reason).toMatch(/^line 1: offset/)
  })
})

describe('newestEntries', () => {
  it('lets a later line of a name win, in the place of the first', () => {
    const tracks = (seq: number) => entry(seq, 'tracker/tracks.json')
    const newest = [...newestEntries([tracks(1), entry(2), tracks(3)]).values()]
    expect(newest.map((one) => one.seq)).toEqual([3, 2])
  })
})
