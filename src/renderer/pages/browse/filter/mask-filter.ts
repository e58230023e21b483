// The filter language of the object list: `level:4 area>500 frames>20 orphan`, or just a part of an id.

export type Filterable = {
  readonly id: number
  readonly label: string
  readonly level: number
  /** Undefined where a foreign run has none. */
  readonly area: number | undefined
  readonly score: number | undefined
  readonly stability: number | undefined
  /** Frames it is seen on; undefined for masks of a single frame. */
  readonly frames: number | undefined
  readonly merged: number | undefined
  readonly parent: number | undefined
  readonly parentLabel: string | undefined
  readonly isOrphan: boolean
  readonly isOnFrame: boolean
}
export type MaskFilter = {
  readonly isEmpty: boolean
  passes(one: Filterable): boolean
  /** Words that were not understood; they filter nothing. */
  readonly strange: readonly string[]
}

const numbers: Readonly<Record<string, (one: Filterable) => number | undefined>> = {
  level: (one) => one.level,
  area: (one) => one.area,
  score: (one) => one.score,
  stability: (one) => one.stability,
  frames: (one) => one.frames,
  merged: (one) => one.merged,
}
/** What a person thinks of tracks, by their ids. */
export type TrackNotes = ReadonlyMap<number, { readonly star: boolean; readonly note: string }>
const noNotes: TrackNotes = new Map()

const flags: Readonly<Record<string, (one: Filterable) => boolean>> = {
  orphan: (one) => one.isOrphan,
  here: (one) => one.isOnFrame,
  top: (one) => one.parent === undefined,
}

/**
 * Words are joined by "and"; `-` before a word turns it around. Numbers: `area>500`, `score<=0.9`, `level:4`, `level:2,4`, `frames:3-9`
 * (both ends included). Text: `id:0087`, `parent:2·0014`, `note:word`; a bare word looks in the id. A dot may be written for the middle dot.
 * `starred` and `note:` read what a person wrote about tracks; a mask of a single frame has neither.
 */
export function maskFilterFromText(text: string, notes: TrackNotes = noNotes): MaskFilter {
  const strange: string[] = []
  const tests: ((one: Filterable) => boolean)[] = []
  for (const word of text.trim().toLowerCase().split(/\s+/)) {
    if (word === '' || word === '-') continue
    const isTurned = word.startsWith('-')
    const test = testOfWord(isTurned ? word.slice(1) : word, notes)
    if (!test) strange.push(word)
    else tests.push(isTurned ? (one) => !test(one) : test)
  }
  return { isEmpty: tests.length === 0, strange, passes: (one) => tests.every((test) => test(one)) }
}

function testOfWord(word: string, notes: TrackNotes): ((one: Filterable) => boolean) | undefined {
  // The id of a candidate says nothing of the track that has the same.
  const noteOf = (one: Filterable) => (one.frames === undefined ? undefined : notes.get(one.id))
  if (word === 'starred') return (one) => noteOf(one)?.star === true
  if (Object.hasOwn(flags, word)) return flags[word]
  const match = /^([a-z]+)(:|>=|<=|>|<|=)(.*)$/.exec(word)
  // Numbers of objects have no letters: a word with some is one that is not finished, and must not empty the list.
  if (!match) return isPartOfLabel(word) ? labelTest(word) : undefined
  const [, name = '', operator = '', value = ''] = match
  if (name === 'note' && (operator === ':' || operator === '=') && value !== '')
    return (one) => noteOf(one)?.note.toLowerCase().includes(value) === true
  if ((name === 'id' || name === 'parent') && (operator === ':' || operator === '=') && isPartOfLabel(value))
    return name === 'id' ? labelTest(value) : (one) => one.parentLabel !== undefined && holdsLabel(one.parentLabel, value)
  const read = Object.hasOwn(numbers, name) ? numbers[name] : undefined
  const holds = read && comparison(operator, value)
  if (!read || !holds) return undefined
  return (one) => {
    const number = read(one)
    return number !== undefined && holds(number)
  }
}

function comparison(operator: string, value: string): ((number: number) => boolean) | undefined {
  if (operator === ':' || operator === '=') {
    const ranges = value.split(',').map((part) => /^(\d*\.?\d+)(?:-(\d*\.?\d+))?$/.exec(part))
    if (ranges.some((range) => range === null)) return undefined
    const bounds = ranges.map((range) => [Number(range?.[1]), Number(range?.[2] ?? range?.[1])] as const)
    return (number) => bounds.some(([low, high]) => number >= low && number <= high)
  }
  const limit = /^-?\d*\.?\d+$/.test(value) ? Number(value) : Number.NaN
  if (!Number.isFinite(limit)) return undefined
  if (operator === '>') return (number) => number > limit
  if (operator === '>=') return (number) => number >= limit
  if (operator === '<') return (number) => number < limit
  return (number) => number <= limit
}

const isPartOfLabel = (word: string) => /^[\d.·]+$/.test(word)
const holdsLabel = (label: string, wanted: string) => label.includes(wanted.replace('.', '·'))
const labelTest = (wanted: string) => (one: Filterable) => holdsLabel(one.label, wanted) || String(one.id) === wanted
