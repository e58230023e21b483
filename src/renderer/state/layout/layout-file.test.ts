// Layout files: what was written is read back, and a strange file is refused in a sentence without taking anything.
import { expect, it } from 'vitest'
import { Fault } from '#core/base/fault'
import { usualArrangement } from './built-in-layouts.ts'
import { placed } from './dock-moves.ts'
import { panelsOf } from './dock-tree.ts'
import { layoutsFromText, textFromLayouts, withImported } from './layout-file.ts'

const mine = { name: 'Mine', arrangement: placed(usualArrangement, 'log', { near: 'picture', edge: 'bottom' }), dockHeight: 300 }
const known = () => true

function faultOf(act: () => unknown): Fault {
  try {
    act()
  } catch (error) {
    if (error instanceof Fault) return error
    throw error
  }
  throw new Error('it was taken')
}

it('layouts come back from their own file', () => {
  expect(layoutsFromText(textFromLayouts([mine]), 'a.json', known)).toEqual({ layouts: [mine], unknown: [] })
})

it('a broken file is refused with its name, the place, and what to do', () => {
  const broken = textFromLayouts([mine]).replace('"dockHeight": 300', '"dockHeight": "tall"')
  const fault = faultOf(() => layoutsFromText(broken, 'a.json', known))
  expect(fault.code).toBe('LAYOUT_FILE_UNREADABLE')
  expect(fault.message).toMatch(/a\.json.*layouts\.0\.dockHeight/)
  for (const text of ['{', '[]', '{"format":"other","version":1}', '{"format":"scenewright.layout","version":1,"layouts":[]}'])
    expect(faultOf(() => layoutsFromText(text, 'a.json', known)).code).toBe('LAYOUT_FILE_UNREADABLE')
})

it('a file of a newer version is told from a broken one', () => {
  const newer = textFromLayouts([mine]).replace('"version": 1', '"version": 2')
  expect(faultOf(() => layoutsFromText(newer, 'a.json', known)).code).toBe('LAYOUT_FILE_NEWER')
})

it('splits in splits without end do not get in', () => {
  let centre: unknown = { kind: 'tabs', panels: ['log'], active: 'log' }
  for (let i = 0; i < 300; i += 1) centre = { kind: 'split', axis: 'row', parts: [{ share: 1, node: centre }] }
  const text = JSON.stringify({
    format: 'scenewright.layout',
    version: 1,
    layouts: [{ ...mine, arrangement: { ...mine.arrangement, centre } }],
  })
  expect(faultOf(() => layoutsFromText(text, 'a.json', known)).code).toBe('LAYOUT_FILE_UNREADABLE')
})

it('panels that no one knows are told and left out; the rest is taken', () => {
  const read = layoutsFromText(textFromLayouts([mine]), 'a.json', (panel) => panel !== 'log')
  expect(read.unknown).toEqual(['log'])
  expect(panelsOf(read.layouts[0]!.arrangement)).toEqual(['objects', 'picture', 'selection'])
})

it('an import replaces nothing: a taken name gets a number, the same layout is not kept twice', () => {
  const other = { ...mine, dockHeight: 200 }
  expect(withImported([mine], [mine], 'a.json')).toEqual([mine])
  expect(withImported([mine], [other], 'a.json').map((one) => one.name)).toEqual(['Mine', 'Mine 2'])
  expect(withImported([], [{ ...mine, name: 'Usual' }], 'a.json').map((one) => one.name)).toEqual(['Usual 2'])
  const many = Array.from({ length: 60 }, (_, i) => ({ ...mine, name: `${i}` }))
  expect(faultOf(() => withImported(many, [mine], 'a.json')).code).toBe('LAYOUT_TOO_MANY')
})
