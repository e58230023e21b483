// Reads thousands of damaged and hostile containers: each is read or refused by a fault, soon and in little memory.

import { inflateRawSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { Fault } from '../base/fault.ts'
import { fuzzTargets, runFuzzCase } from './fuzz-targets.ts'
import type { ZipTools } from './zip/zip-reader.ts'

const tools: ZipTools = { inflate: async (bytes, limit) => inflateRawSync(bytes, { maxOutputLength: limit }) }
const cases = 1000

describe('fuzzing', () => {
  it.each(fuzzTargets)('$kind: never ends in anything but an answer or a fault, and finds its way past the first check', async (target) => {
    const outcomes = new Map<string, number>()
    for (let seed = 1; seed <= cases; seed++) {
      const outcome = await runFuzzCase(target, seed, tools).then(
        () => 'read',
        (error) => {
          if (error instanceof Fault) return error.code
          throw new Error(`seed ${seed} of ${target.kind}`, { cause: error })
        },
      )
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    }
    // Were all refused by one check, the others would not have been tried.
    expect(outcomes.size).toBeGreaterThan(5)
    expect(Math.max(...outcomes.values())).toBeLessThan(cases * 0.9)
  })
})
