// JSON exactly as Python's json module writes it, and a reader that takes the NaN and Infinity it may leave behind.

const floatMark = Symbol('float')

/** A number that Python holds as a float, so that a whole one is written with its ".0". Made by `pythonFloat`. */
export type PythonFloat = { readonly [floatMark]: number }

/** What Python's json would be given. A Map is a dict whose order must stay: objects of JavaScript move keys like "2" to the front. */
export type PythonValue =
  | null
  | boolean
  | string
  | number
  | bigint
  | PythonFloat
  | readonly PythonValue[]
  | ReadonlyMap<string, PythonValue>
  | { readonly [key: string]: PythonValue | undefined }

export type PythonJsonStyle = {
  /** Blanks per depth; undefined = all in one line, with ", " and ": ". */
  readonly indent?: number
  /** Whether everything outside of printable ASCII is escaped, as Python does unless told otherwise. */
  readonly ascii: boolean
}

/** The three styles of My3DIS's files. `entry`: archive manifests, frames and raw meta; `relation`: relations, index, comparisons. */
export const pythonJsonStyles = {
  run: { indent: 2, ascii: true },
  relation: { indent: 2, ascii: false },
  entry: { ascii: false },
} as const satisfies Record<string, PythonJsonStyle>

export function pythonFloat(value: number): PythonFloat {
  return { [floatMark]: value }
}

/** repr of a Python float: shortest digits that come back, plain from 1e-04 to below 1e+16, else with at least two digits of exponent. */
export function pythonFloatText(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity'
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0'
  const [mantissa = '', power = '0'] = value.toExponential().split('e')
  const exponent = Number(power)
  if (exponent < -4 || exponent >= 16) {
    return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
  }
  const sign = value < 0 ? '-' : ''
  const figures = mantissa.replace(/[-.]/g, '')
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${figures}`
  const whole = figures.slice(0, exponent + 1).padEnd(exponent + 1, '0')
  return `${sign}${whole}.${figures.slice(exponent + 1) || '0'}`
}

/**
 * No line end at its end, as json.dumps. Whole plain numbers are ints, others floats; keys whose value is undefined are left out.
 * Recurses once for each depth.
 */
export function pythonJson(value: PythonValue, style: PythonJsonStyle): string {
  return textOf(value, style, style.indent === undefined ? undefined : '\n')
}

/** `line` is a line end with the blanks of this depth; undefined in one-line style. */
function textOf(value: PythonValue, style: PythonJsonStyle, line: string | undefined): string {
  if (value === null) return 'null'
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value)
  if (typeof value === 'string') return quoted(value, style.ascii)
  if (typeof value === 'number') return Number.isInteger(value) && !Object.is(value, -0) ? intText(value) : pythonFloatText(value)
  if (isFloat(value)) return pythonFloatText(value[floatMark])
  const inner = line === undefined ? undefined : line + ' '.repeat(style.indent ?? 0)
  if (isList(value)) {
    const items = value.map((item) => textOf(item, style, inner))
    return enclosed('[', items, ']', line, inner)
  }
  const entries = isMap(value) ? [...value] : Object.entries(value)
  const items = entries.flatMap(([key, item]) => (item === undefined ? [] : [`${quoted(key, style.ascii)}: ${textOf(item, style, inner)}`]))
  return enclosed('{', items, '}', line, inner)
}

function enclosed(open: string, items: readonly string[], close: string, line: string | undefined, inner: string | undefined): string {
  if (items.length === 0) return open + close
  return line === undefined ? open + items.join(', ') + close : open + inner + items.join(`,${inner}`) + line + close
}

function intText(value: number): string {
  return Math.abs(value) < 1e21 ? String(value) : String(BigInt(value))
}

const isFloat = (value: object): value is PythonFloat => floatMark in value
const isList = (value: object): value is readonly PythonValue[] => Array.isArray(value)
const isMap = (value: object): value is ReadonlyMap<string, PythonValue> => value instanceof Map

function quoted(text: string, ascii: boolean): string {
  const json = JSON.stringify(text)
  // JSON.stringify leaves DEL and all above as they are (lone surrogates excepted); Python's ASCII form escapes them unit by unit.
  return ascii ? json.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`) : json
}

/** An object with this key stands for NaN while JSON.parse runs: it cannot stand where only a key may. */
const nanKey = '\u0000NaN'
const bareWords = [
  ['NaN', JSON.stringify({ [nanKey]: 0 })],
  ['Infinity', '1e999'],
] as const

/**
 * JSON.parse that also takes the bare words NaN, Infinity and -Infinity where a value may stand. Throws SyntaxError like JSON.parse.
 * A file that has none of them costs one JSON.parse.
 */
export function parsePythonJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const tamed = withoutBareWords(text)
    if (tamed === undefined) throw error
    return JSON.parse(tamed, (_key, value: unknown) => (isNan(value) ? Number.NaN : value))
  }
}

const isNan = (value: unknown) => typeof value === 'object' && value !== null && Object.hasOwn(value, nanKey)

/** Undefined when there is no bare word, so that the first error stands. Linear in the text, also when it is cut or hostile. */
function withoutBareWords(text: string): string | undefined {
  const parts: string[] = []
  let kept = 0
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '"') {
      at = endOfString(text, at)
      continue
    }
    const word = bareWords.find(([word]) => text.startsWith(word, at))
    if (!word) continue
    parts.push(text.slice(kept, at), word[1])
    at += word[0].length - 1
    kept = at + 1
  }
  return parts.length === 0 ? undefined : parts.join('') + text.slice(kept)
}

/** The place of the closing quote of the string that opens at `open`; the end of the text when it never closes. */
function endOfString(text: string, open: number): number {
  for (let at = open + 1; ; ) {
    const quote = text.indexOf('"', at)
    if (quote === -1) return text.length
    let slashes = 0
    while (text[quote - 1 - slashes] === '\\') slashes++
    if (slashes % 2 === 0) return quote
    at = quote + 1
  }
}
