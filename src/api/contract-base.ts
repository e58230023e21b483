// What every word of the contract is made from: calls whose failures cross as faults.
import { oc } from '@orpc/contract'
import { z } from 'zod'

export const FaultNote = z.object({ code: z.string(), params: z.record(z.string(), z.union([z.string(), z.number()])) })
export type FaultNote = z.infer<typeof FaultNote>

/** Faults cross as a typed error: code and parameters, never a stack. */
const faultErrors = { FAULT: { status: 422, data: FaultNote } } as const

export const base = oc.errors(faultErrors)
