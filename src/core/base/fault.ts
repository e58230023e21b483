// A fault: something expected that went wrong, with a code that never changes and the parameters of its sentence.
import { type FaultCode, faultTable } from './fault-table.ts'

export type FaultParams = Readonly<Record<string, string | number>>

/** What crosses a wire: code and parameters only. Page, terminal and log read the same table. */
export type FaultNote = { readonly code: FaultCode; readonly params: FaultParams }

export class Fault extends Error {
  readonly code: FaultCode
  readonly params: FaultParams

  constructor(code: FaultCode, params: FaultParams = {}, cause?: unknown) {
    super(faultTable[code].message(params), cause === undefined ? undefined : { cause })
    this.name = 'Fault'
    this.code = code
    this.params = params
  }
}

/** The sentence of a fault: what happened, and what to do. */
export function sentenceOfFault(note: FaultNote): { readonly title: string; readonly message: string; readonly remedy: string } {
  const row = faultTable[note.code]
  return { title: row.title, message: row.message(note.params), remedy: row.remedy(note.params) }
}

export function noteFromFault(fault: Fault): FaultNote {
  return { code: fault.code, params: fault.params }
}

/** Any thrown value as a note. A bug becomes UNEXPECTED with its message; its stack stays in the log. */
export function noteFromError(error: unknown): FaultNote {
  if (error instanceof Fault) return noteFromFault(error)
  return { code: 'UNEXPECTED', params: { reason: reasonOfError(error) } }
}

/** One line that says why, for the `reason` parameter of a fault. */
export function reasonOfError(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return text.split('\n', 1)[0]!.slice(0, 400)
}

export function isFaultCode(code: string): code is FaultCode {
  return Object.hasOwn(faultTable, code)
}
