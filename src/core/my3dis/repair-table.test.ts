// Tests of the table of repairs: each is told in whole sentences, with every parameter in its place.
import { describe, expect, it } from 'vitest'
import { isRepairCode, repairTable, sentenceOfRepair } from './repair-table.ts'

const codes = Object.keys(repairTable).filter(isRepairCode)
const params = new Proxy<Record<string, string | number>>(
  {},
  { get: (_, name) => (/^(count|total|found|missing|frames|chunks)$/.test(String(name)) ? 2048 : `<${String(name)}>`) },
)

describe('the table of repairs', () => {
  it.each(codes)('%s says what was found and what was done, without a hole in a sentence', (code) => {
    const { title, message, outcome } = sentenceOfRepair({ code, params })
    expect(title).not.toBe('')
    expect(message).toMatch(/^\S.*\.$/)
    expect(outcome).toMatch(/^\S.*\.$/)
    expect(`${title} ${message} ${outcome}`).not.toMatch(/undefined|NaN|\[object/)
  })

  it('does not take a property that every object has for a code', () => {
    expect(isRepairCode('constructor')).toBe(false)
  })
})
