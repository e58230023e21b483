// A command run in this process, for tests: what it printed, what it told beside it, and how it ended.
import { runCli } from './cli.ts'
import type { Output } from './output.ts'

export type GatheredOutput = {
  readonly output: Output
  /** What was printed, a line or value each; values as JSON. */
  readonly out: string[]
  /** What was told beside it (stderr). */
  readonly err: string[]
}

/** Output of a pipe of 100 columns. */
export function gatheredOutput(): GatheredOutput {
  const [out, err]: [string[], string[]] = [[], []]
  const output: Output = {
    print: (text) => void out.push(text),
    printJson: (value) => void out.push(JSON.stringify(value)),
    tell: (text) => void err.push(text),
    isTerminal: false,
    columns: 100,
  }
  return { output, out, err }
}

/** Exit code and both outputs as text of `scenewright <words>`. */
export async function cli(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  const { output, out, err } = gatheredOutput()
  const code = await runCli(words, output)
  return { code, out: out.join('\n'), err: err.join('\n') }
}
