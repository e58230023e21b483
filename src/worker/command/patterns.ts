// Regular expressions written by a person, tried on lines of a program: bounded in time, so that a bad one cannot hang the worker.
import { createContext, Script } from 'node:vm'

export type PatternHit = {
  readonly pattern: number
  readonly line: number
  readonly text: string
  readonly groups: Readonly<Record<string, string | undefined>>
  /** What the first group of the pattern, named or not, has found. */
  readonly first: string | undefined
}

export type PatternSet = {
  /**
   * Hits in the order of the lines, then of the patterns. Only the first 1000 characters of a line are looked at. A pattern that takes longer
   * than half a second on one line, three times in a row, is told to `slow` and not tried again.
   */
  match(lines: readonly string[]): readonly PatternHit[]
}

const mostCharacters = 1000
const batchMs = 100
/** For one pattern on one line, tried so often: a machine that stood still for a moment condemns no pattern that is sound. */
const [singleMs, singleTries] = [500, 3]

type Sandbox = { lines: readonly string[]; only: number; line: number; pattern: number; hits: PatternHit[] }

const program = new Script(`
  for (; line < lines.length; line += 1, pattern = 0) {
    for (; pattern < patterns.length; pattern += 1) {
      if (only >= 0 && pattern !== only) continue
      const found = patterns[pattern] && patterns[pattern].exec(lines[line])
      if (found) hits.push({ pattern, line, text: found[0], groups: { ...found.groups }, first: found[1] })
    }
  }
`)

/** The sources are known to be regular expressions. `slow` is told the index of the pattern and the line that it was too slow on. */
export function createPatternSet(sources: readonly string[], slow: (pattern: number, line: string) => void): PatternSet {
  const patterns: (RegExp | undefined)[] = sources.map((source) => new RegExp(source))
  if (patterns.length === 0) return { match: () => [] }
  const sandbox: Sandbox & { patterns: typeof patterns } = { patterns, lines: [], only: -1, line: 0, pattern: 0, hits: [] }
  const context = createContext(sandbox)
  /** False when the time was up; `sandbox` then tells where. Only this kind of run can be interrupted inside of a regular expression. */
  const run = (timeout: number): boolean => {
    try {
      program.runInContext(context, { timeout })
      return true
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return false
      throw error
    }
  }
  const match = (raw: readonly string[]): readonly PatternHit[] => {
    const lines = raw.map((line) => line.slice(0, mostCharacters))
    Object.assign(sandbox, { lines, only: -1, line: 0, pattern: 0, hits: [] })
    while (!run(batchMs)) {
      const { line, pattern } = sandbox
      // Perhaps it was only the machine: the one it stopped at gets more time, alone.
      const before = sandbox.hits.length
      let sound = false
      for (let i = 0; i < singleTries && !sound; i += 1) {
        Object.assign(sandbox, { lines: [lines[line]], only: pattern, line: 0, pattern: 0 })
        sound = run(singleMs)
      }
      const alone = sandbox.hits.splice(before)
      if (sound) sandbox.hits.push(...alone.map((hit) => ({ ...hit, line })))
      else {
        patterns[pattern] = undefined
        slow(pattern, lines[line] ?? '')
      }
      Object.assign(sandbox, { lines, only: -1, line, pattern: pattern + 1 })
    }
    return sandbox.hits
  }
  return { match }
}
