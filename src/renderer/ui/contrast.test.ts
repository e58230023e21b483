// The colours of both themes, held against WCAG 2.2 AA: 4.5 for text, 3 for marks that carry meaning.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { contrastOf, laidOver, type Rgb, rgbFromHex } from './contrast.ts'

const theme = readFileSync(new URL('../theme.css', import.meta.url), 'utf8')
const text = 4.5
const mark = 3

function tokensOf(selector: string): Readonly<Record<string, string>> {
  const from = theme.indexOf(`${selector} {`)
  const block = theme.slice(from, theme.indexOf('}', from))
  return Object.fromEntries([...block.matchAll(/--([a-z0-9-]+):\s*(#[0-9a-f]+);/gi)].map(([, name, value]) => [name, value]))
}
const dark = tokensOf(':root')
const themes = { dark, light: { ...dark, ...tokensOf(':root[data-theme="light"]') } }

it('contrast is that of the standard: 21 for black on white, 4.54 for #767676 on white', () => {
  expect(contrastOf([0, 0, 0], [255, 255, 255])).toBeCloseTo(21, 5)
  expect(contrastOf(rgbFromHex('#767676'), rgbFromHex('#fff'))).toBeCloseTo(4.54, 2)
  expect(() => rgbFromHex('red')).toThrow(RangeError)
})

describe.each(Object.entries(themes))('the %s theme', (_name, tokens) => {
  const colour = (name: string): Rgb => rgbFromHex(tokens[name] ?? 'absent')
  const grounds = ['bg', 'panel', 'raise'] as const
  const onEach = (names: readonly string[], more: Readonly<Record<string, Rgb>> = {}) =>
    names.flatMap((name) =>
      [...grounds.map((ground) => [ground, colour(ground)] as const), ...Object.entries(more)].map(
        ([ground, under]) => [`${name} on ${ground}`, contrastOf(colour(name), under)] as const,
      ),
    )
  const tooLow = (pairs: readonly (readonly [string, number])[], least: number) =>
    pairs.filter(([, ratio]) => ratio < least).map(([pair, ratio]) => `${pair} ${ratio.toFixed(2)}`)

  it('words of every weight can be read on every ground, on the selected row too', () => {
    // Faint words turn to `mut` on a row that is selected or under the cursor of the palette.
    const selected = { 'the selected row': laidOver(colour('acc'), 0.16, colour('panel')) }
    expect(tooLow([...onEach(['txt', 'mut'], selected), ...onEach(['dim'])], text)).toEqual([])
  })

  it('words in the colours of states can be read on every ground', () => {
    expect(tooLow(onEach(['acc', 'run', 'ok', 'bad', 'warn']), text)).toEqual([])
  })

  it('words on the accent can be read, resting and under the pointer', () => {
    const [red, green, blue] = colour('acc')
    const hovered: Rgb = [Math.min(255, red * 1.05), Math.min(255, green * 1.05), Math.min(255, blue * 1.05)]
    const pairs = [
      ['on-acc on acc', contrastOf(colour('on-acc'), colour('acc'))],
      ['on-acc on acc, brighter', contrastOf(colour('on-acc'), hovered)],
    ] as const
    expect(tooLow(pairs, text)).toEqual([])
  })

  it('focus, playhead and the bars of the dock stand out from what is around them', () => {
    const stage = laidOver(colour('ok'), 0.75, colour('panel'))
    const pairs = [
      ...onEach(['acc', 'run'], { well: colour('well') }),
      ['lanes of other stages', contrastOf(stage, colour('panel'))] as const,
    ]
    expect(tooLow(pairs, mark)).toEqual([])
  })
})

it('the tag on the picture can be read on white and on black', () => {
  for (const ground of ['#ffffff', '#000000']) {
    const tag = laidOver(rgbFromHex('#0c0c0c'), 0xd6 / 255, rgbFromHex(ground))
    expect(contrastOf(rgbFromHex('#eeeeee'), tag)).toBeGreaterThanOrEqual(text)
    expect(contrastOf(rgbFromHex('#b5b2ae'), tag)).toBeGreaterThanOrEqual(text)
  }
})
