// Tests of what is made of the lines of a program: pieces, patterns, and the log.
import { readFile } from 'node:fs/promises'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createLineSplitter, mostLineCharacters, type Piece } from './line-splitter.ts'
import { fractionOf } from './listening.ts'
import { createPatternSet } from './patterns.ts'
import { openProgramLog } from './program-log.ts'

const cutEvery = (text: string, size: number): Piece[] => {
  const bytes = new TextEncoder().encode(text)
  const splitter = createLineSplitter()
  const pieces: Piece[] = []
  for (let at = 0; at < bytes.length; at += size) pieces.push(...splitter.push(bytes.subarray(at, at + size)))
  return [...pieces, ...splitter.end()]
}
const lasting = (pieces: readonly Piece[]) => pieces.filter((piece) => piece.lasting).map(({ text }) => text)

describe('lines of a program', () => {
  it('are the same wherever the pipe cuts them, also inside of a character', () => {
    const text = 'one\ntwo é 漢\r\n\n10%\r20%\r30%\nrest'
    const expected = ['one', 'two é 漢', '', '30%', 'rest']
    for (let size = 1; size <= 12; size += 1) expect(lasting(cutEvery(text, size))).toEqual(expected)
  })
  it('that were written over are told as they come, and not kept', () => {
    const splitter = createLineSplitter()
    expect(splitter.push(Buffer.from('10%\r'))).toEqual([{ text: '10%', lasting: false }])
    expect(lasting(splitter.push(Buffer.from('20%\n')))).toEqual(['20%'])
  })
  it('that never end do not fill the memory', () => {
    const pieces = cutEvery('x'.repeat(mostLineCharacters * 3 + 5), 1000)
    expect(pieces.map(({ text }) => text.length)).toEqual([mostLineCharacters, mostLineCharacters, mostLineCharacters, 5])
  })
})

describe('patterns of a person', () => {
  it('are tried on all lines, in order, with their groups', () => {
    const set = createPatternSet(['^b(?<n>\\d)', 'a'], () => {})
    expect(set.match(['b1', 'xa', 'b2a'])).toMatchObject([
      { line: 0, pattern: 0, groups: { n: '1' }, first: '1' },
      { line: 1, pattern: 1 },
      { line: 2, pattern: 0, groups: { n: '2' } },
      { line: 2, pattern: 1 },
    ])
  })
  it('that run wild are stopped, told once, and not tried again; the others go on from there', () => {
    const slow: [number, string][] = []
    const set = createPatternSet(['^(a|a)+$', 'x'], (pattern, line) => slow.push([pattern, line]))
    const wild = `${'a'.repeat(40)}x`
    expect(set.match(['a', wild, 'x', wild]).map(({ pattern, line }) => [pattern, line])).toEqual([
      [0, 0],
      [1, 1],
      [1, 2],
      [1, 3],
    ])
    expect(slow).toEqual([[0, wild]])
  })
  it('give a fraction between 0 and 1 from whatever they count, and none from nonsense', () => {
    expect(fractionOf({ done: '3', total: '4' })).toBe(0.75)
    expect(fractionOf({ percent: '150' })).toBe(1)
    expect(fractionOf({ fraction: '.25' })).toBe(0.25)
    expect(fractionOf({ done: '3', total: '0' })).toBeUndefined()
    expect(fractionOf({ text: 'meshing' })).toBeUndefined()
  })
})

describe('the log of a program', () => {
  it('gives the run at most 20 lines a second, says how many it left out, and keeps them all in the file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'scenewright-log-'))
    try {
      const said: string[] = []
      const log = await openProgramLog(join(folder, 'log'), (text) => said.push(text))
      const lines = Array.from({ length: 1000 }, (_, i) => `line ${i}`)
      await log.write(lines, lines)
      await log.close()
      const leftOut = said.flatMap((text) => text.match(/^\((\d+) more/)?.[1] ?? []).reduce((sum, text) => sum + Number(text), 0)
      expect(said.filter((text) => text.startsWith('line')).length + leftOut).toBe(1000)
      // 40, not 20: a second may turn in between.
      expect(said.filter((text) => text.startsWith('line')).length).toBeLessThanOrEqual(40)
      expect((await readFile(join(folder, 'log'), 'utf8')).split('\n').length).toBe(1001)
      expect(log.tail().length).toBe(200)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
})
