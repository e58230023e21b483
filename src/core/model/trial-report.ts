// What is asked of the process that tries a model, and what it answers.
import { z } from 'zod'
import { Preprocessing } from './model-entry.ts'

export const TrialOrder = z.object({
  files: z.array(z.object({ path: z.string(), part: z.string() })),
  preprocessing: Preprocessing.optional(),
  /** Path of a picture; without one every input is zeros. */
  picture: z.string().optional(),
  /** Tried in this order. */
  providers: z.array(z.string()).min(1),
  threads: z.number().int().positive(),
  /** Runs after the first, which warms up. */
  repeats: z.number().int().nonnegative(),
  /** Where optimised networks are kept; without it each start optimises anew. */
  cacheFolder: z.string().optional(),
})
export type TrialOrder = z.infer<typeof TrialOrder>

const TrialPort = z.object({ name: z.string(), type: z.string(), dims: z.array(z.number()) })
export const TrialReport = z.object({
  path: z.string(),
  part: z.string(),
  provider: z.string(),
  wholeGraph: z.boolean(),
  failed: z.array(z.object({ provider: z.string(), reason: z.string() })),
  /** `fed` tells what an input was given. */
  inputs: z.array(TrialPort.extend({ fed: z.string() })),
  /** Of finite values; absent when there are none. */
  outputs: z.array(TrialPort.extend({ min: z.number().optional(), max: z.number().optional(), notFinite: z.number() })),
  loadMs: z.number(),
  firstMs: z.number(),
  /** Of the runs after the first; absent without any. */
  medianMs: z.number().optional(),
})
export type TrialReport = z.infer<typeof TrialReport>
