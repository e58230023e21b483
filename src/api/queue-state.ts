// The queue as a page sees it: what runs, what waits and why, and who has which device.
import { z } from 'zod'
import { RunSummaryState } from './run-summary-state.ts'

/** What the engine has to share out, who has it, and who waits. */
export const QueueState = z.object({
  paused: z.boolean(),
  /** Runs at once, at most: what a person set, and what memory allows at the moment. */
  parallel: z.number().int(),
  cap: z.number().int(),
  capReason: z.string(),
  /** In the order in which they will start; those that run first. */
  entries: z.array(
    z.object({
      runId: z.string(),
      name: z.string(),
      sceneName: z.string(),
      state: RunSummaryState,
      stage: z.string().optional(),
      done: z.number(),
      total: z.number(),
      /** Why it does not run, in words; empty when it does. */
      waitsFor: z.string(),
    }),
  ),
  devices: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      cores: z.number(),
      memoryBytes: z.number(),
      leases: z.array(
        z.object({
          runId: z.string(),
          stage: z.string(),
          memoryBytes: z.number(),
          cores: z.number(),
          /** Of this engine, or another on this machine. */ ours: z.boolean(),
        }),
      ),
    }),
  ),
  memory: z.object({
    state: z.enum(['calm', 'tight', 'critical', 'unknown']),
    usedBytes: z.number().optional(),
    limitBytes: z.number().optional(),
    /** Which files are read, or which is missing and what to do. */
    source: z.string(),
  }),
})
export type QueueState = z.infer<typeof QueueState>
