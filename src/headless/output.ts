// What a command writes to the terminal: answers to stdout, everything else to stderr, faults as sentences.
import { Fault, noteFromError, sentenceOfFault } from '#core/base/fault'

export type Output = {
  /** An answer, to stdout. */
  print(text: string): void
  /** One JSON object on one line, to stdout. */
  printJson(value: unknown): void
  /** For people, to stderr. */
  tell(text: string): void
  readonly isTerminal: boolean
  readonly columns: number
}

export function terminalOutput(): Output {
  return {
    print: (text) => void process.stdout.write(`${text}\n`),
    printJson: (value) => void process.stdout.write(`${JSON.stringify(value)}\n`),
    tell: (text) => void process.stderr.write(`${text}\n`),
    isTerminal: process.stderr.isTTY === true,
    columns: process.stderr.columns ?? 100,
  }
}

/** 0 done, 1 failed, 2 wrong usage, 130 cancelled. */
export const exitCodes = { done: 0, failed: 1, usage: 2, cancelled: 130 } as const
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

export function exitCodeOfError(error: unknown): ExitCode {
  if (!(error instanceof Fault)) return exitCodes.failed
  if (error.code === 'USAGE' || error.code === 'CONFIG_INVALID') return exitCodes.usage
  return error.code === 'CANCELLED' ? exitCodes.cancelled : exitCodes.failed
}

/** What happened, then what to do. */
export function tellError(output: Output, error: unknown): void {
  const note = noteFromError(error)
  const { message, remedy } = sentenceOfFault(note)
  output.tell(`${message}\n${remedy} [${note.code}]`)
  // A bug is nothing a person can mend; what is printed here is what goes into a report of it.
  if (!(error instanceof Fault) && error instanceof Error && error.stack) output.tell(error.stack)
}

/** Columns padded to the widest cell, two spaces between; the last column is not padded. */
export function tableText(rows: readonly (readonly string[])[]): string {
  const widths: number[] = []
  for (const row of rows)
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, cell.length)
    })
  return rows.map((row) => row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i]!))).join('  ')).join('\n')
}
