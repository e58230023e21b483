// Tests of faults: each has a sentence and a remedy, and crosses a wire without its stack.

import { describe, expect, it } from 'vitest'
import { Fault, isFaultCode, noteFromError, reasonOfError, sentenceOfFault } from './fault.ts'
import { type FaultCode, faultTable } from './fault-table.ts'

const codes = Object.keys(faultTable).filter(isFaultCode)
/** Answers for every parameter that any sentence asks for; those that count bytes need a number. */
const params = new Proxy<Record<string, string | number>>(
  {},
  { get: (_, name) => (/bytes|free|need/i.test(String(name)) ? 2048 : `<${String(name)}>`) },
)

describe('the table of faults', () => {
  it.each(codes)('%s says what happened and what to do, in whole sentences', (code: FaultCode) => {
    const { title, message, remedy } = sentenceOfFault({ code, params })
    expect(title).not.toBe('')
    // A reason that is passed on comes from elsewhere and may bring its own full stop.
    expect(message).toMatch(/^\S.*[.!?]$|<reason>$/s)
    expect(remedy).toMatch(/^\S.*[.!?]$/s)
    expect(`${title} ${message} ${remedy}`).not.toMatch(/undefined|\[object|NaN/)
  })
  it('has codes in capitals only: they are keys in journals and must not look like words', () => {
    expect(codes.filter((code) => !/^[A-Z][A-Z0-9_]*$/.test(code))).toEqual([])
  })
  it('does not take a property every object has for a code', () => {
    expect(isFaultCode('toString')).toBe(false)
  })
})

describe('noteFromError', () => {
  it('keeps code and parameters of a fault and nothing of its stack', () => {
    expect(noteFromError(new Fault('SCENE_NOT_FOUND', { path: '/a' }))).toEqual({ code: 'SCENE_NOT_FOUND', params: { path: '/a' } })
  })
  it('tells a bug as UNEXPECTED in one line of bounded length', () => {
    expect(noteFromError(new TypeError('x is not a function\n    at y'))).toEqual({
      code: 'UNEXPECTED',
      params: { reason: 'x is not a function' },
    })
    expect(reasonOfError('a'.repeat(1000))).toHaveLength(400)
  })
})
