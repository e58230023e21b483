// Tests of cutting long strings out of JSON: what is parsed afterwards is the same, and what is no JSON stays none.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cutLongStrings, stringOfMark } from './json-strings.ts'

const encode = (text: string) => new TextEncoder().encode(text)
/** The value of a JSON text, by way of cutting. */
function parsed(text: string, longest: number): unknown {
  const bytes = encode(text)
  const cut = cutLongStrings(bytes, longest)
  const back = (one: string) => {
    const found = stringOfMark(one, bytes, cut)
    return found ? new TextDecoder().decode(found) : one
  }
  return JSON.parse(cut.text, (_key, value: unknown) => (typeof value === 'string' ? back(value) : value))
}

describe('cutLongStrings', () => {
  it('changes nothing of what a text says, whatever stands in its strings', () => {
    const strings = fc.string({ unit: fc.constantFrom('a', '"', '\\', 'é', '{', '\n', ' ', '😀'), maxLength: 12 })
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.array(strings), (value, list) => {
        const whole = { value: JSON.stringify(value), list }
        expect(parsed(JSON.stringify(whole), 'value'.length)).toEqual(whole)
      }),
      { numRuns: 500 },
    )
  })

  it('takes out the long ones and nothing else', () => {
    const long = 'A'.repeat(300)
    const cut = cutLongStrings(encode(`{"name": "x", "bits": "${long}", "n": 1}`))
    expect(cut.text).toBe('{"name": "x", "bits": "\\u00000", "n": 1}')
    expect(cut.strings).toEqual([[23, 323]])
  })

  it('leaves a text that is cut or no UTF-8 refused', () => {
    for (const text of ['{"a": "bbbbbb', '{"a": "bbbbbb\\"', '"', '{"a": "bbbbbb" "c"}'])
      expect(() => JSON.parse(cutLongStrings(encode(text), 3).text)).toThrow()
    expect(() => cutLongStrings(Uint8Array.of(34, 0xff, 34))).toThrow(RangeError)
  })

  it('finds nothing for a mark that a text brought along', () => {
    const bytes = encode('{"a": "\\u000099"}')
    expect(stringOfMark('\u000099', bytes, cutLongStrings(bytes))).toBeUndefined()
  })
})
