// What can be written next in the filter of objects: words of the language, levels that are there, bounds that split what is there, kept rules.
import { formatCount } from '#core/base/format'
import type { Filterable } from './mask-filter.ts'

export type Completion = {
  /** What stands in place of the word. */
  readonly text: string
  readonly explains: string
  /** Whether more of the same word is to follow: the caret stays at its end, without a space. */
  readonly isOpen: boolean
}

/** A kept rule is offered by its name, and written out as its rule. */
export type KeptRule = { readonly name: string; readonly rule: string }

type NumberWord = { readonly unit: string; readonly read: (one: Filterable) => number | undefined; readonly digits: number }

const numberWords: Readonly<Record<string, NumberWord>> = {
  area: { unit: 'pixels', read: (one) => one.area, digits: 0 },
  score: { unit: 'of 1', read: (one) => one.score, digits: 2 },
  stability: { unit: 'of 1', read: (one) => one.stability, digits: 2 },
  frames: { unit: 'frames seen', read: (one) => one.frames, digits: 0 },
  merged: { unit: 'candidates joined', read: (one) => one.merged, digits: 0 },
}
const flagWords: Readonly<Record<string, string>> = {
  orphan: 'its parent was removed',
  here: 'seen on this frame',
  top: 'has no parent',
  starred: 'has a star of yours',
}

/** The word around the caret: where it begins and ends (exclusive). */
export function wordAt(text: string, caret: number): { readonly start: number; readonly end: number; readonly word: string } {
  const start = text.slice(0, caret).search(/\S*$/)
  const end = caret + text.slice(caret).search(/\s|$/)
  return { start, end, word: text.slice(start, end) }
}

/** At most `limit`, best first; empty where nothing fits. `objects` are those that could be filtered. */
export function completionsFor(
  word: string,
  objects: readonly Filterable[],
  kept: readonly KeptRule[] = [],
  limit = 8,
): readonly Completion[] {
  const sign = word.startsWith('-') ? '-' : ''
  const bare = word.slice(sign.length).toLowerCase()
  const comparison = /^([a-z]+)(:|>=|<=|>|<|=)(.*)$/.exec(bare)
  const found = comparison
    ? valuesFor(comparison[1]!, comparison[2]!, comparison[3]!, objects)
    : [...wordsFrom(bare, objects), ...(sign === '' ? keptFrom(bare, kept) : [])]
  return found.slice(0, limit).map((one) => ({ ...one, text: `${sign}${one.text}` }))
}

/** The text with the word around the caret replaced, and where the caret then stands. */
export function complete(
  text: string,
  caret: number,
  { text: word, isOpen }: Completion,
): { readonly text: string; readonly caret: number } {
  const { start, end } = wordAt(text, caret)
  const after = text.slice(end)
  const space = isOpen || after.startsWith(' ') ? '' : ' '
  const before = `${text.slice(0, start)}${word}${space}`
  return { text: before + after, caret: before.length + (isOpen || space !== '' ? 0 : 1) }
}

function wordsFrom(begun: string, objects: readonly Filterable[]): Completion[] {
  const levels = levelsOf(objects)
  const level = levels.length > 1 ? [{ text: 'level:', explains: `${levels.join(', ')}`, isOpen: true }] : []
  const numbers = Object.entries(numberWords).flatMap(([name, { unit, read, digits }]) => {
    const range = rangeOf(objects, read)
    return range ? [{ text: `${name}>`, explains: `${range.map((value) => shown(value, digits)).join(' to ')} ${unit}`, isOpen: true }] : []
  })
  const flags = Object.entries(flagWords).map(([text, explains]) => ({ text, explains, isOpen: false }))
  const labels = [
    { text: 'id:', explains: 'a part of its number', isOpen: true },
    { text: 'note:', explains: 'a word of your note about it', isOpen: true },
    { text: 'parent:', explains: "a part of its parent's number", isOpen: true },
  ]
  return [...level, ...numbers, ...flags, ...labels].filter((one) => one.text.startsWith(begun) && one.text !== begun)
}

function keptFrom(begun: string, kept: readonly KeptRule[]): Completion[] {
  return kept
    .filter(({ name }) => begun !== '' && name.toLowerCase().includes(begun))
    .map(({ name, rule }) => ({ text: rule, explains: `kept as ${name}`, isOpen: false }))
}

function valuesFor(name: string, operator: string, begun: string, objects: readonly Filterable[]): Completion[] {
  if (name === 'level')
    return levelsOf(objects).flatMap((level) => {
      const text = `level${operator}${level}`
      const count = objects.filter((one) => one.level === level).length
      return String(level).startsWith(begun) && begun !== String(level)
        ? [{ text, explains: `${formatCount(count)} of them`, isOpen: false }]
        : []
    })
  const word = Object.hasOwn(numberWords, name) ? numberWords[name] : undefined
  if (!word || begun !== '' || operator === ':' || operator === '=') return []
  const values = objects
    .map(word.read)
    .filter((value) => value !== undefined)
    .sort((a, b) => a - b)
  const bounds = [0.1, 0.5, 0.9].flatMap((share) => {
    const value = values[Math.floor(share * (values.length - 1))]
    return value === undefined ? [] : [round(value, word.digits)]
  })
  const holds = (bound: number) => (value: number) =>
    operator === '>' ? value > bound : operator === '>=' ? value >= bound : operator === '<' ? value < bound : value <= bound
  return [...new Set(bounds)].map((bound) => ({
    text: `${name}${operator}${bound}`,
    explains: `${formatCount(values.filter(holds(bound)).length)} of ${formatCount(objects.length)}`,
    isOpen: false,
  }))
}

const levelsOf = (objects: readonly Filterable[]): number[] => [...new Set(objects.map((one) => one.level))].sort((a, b) => a - b)

function rangeOf(objects: readonly Filterable[], read: NumberWord['read']): readonly [number, number] | undefined {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const one of objects) {
    const value = read(one)
    if (value === undefined) continue
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  return low <= high ? [low, high] : undefined
}

const round = (value: number, digits: number) => Number(value.toFixed(digits))
const shown = (value: number, digits: number) => (digits === 0 ? formatCount(Math.round(value)) : value.toFixed(digits))
