// The states of a run in lists: those of its life, and those of folders that another program or an accident left.
import { z } from 'zod'

/** incomplete: a folder without a readable record; foreign: written by another program (My3DIS). */
export const RunSummaryState = z.enum([
  'queued',
  'running',
  'pausing',
  'paused',
  'cancelling',
  'succeeded',
  'failed',
  'cancelled',
  'interrupted',
  'incomplete',
  'foreign',
])
export type RunSummaryState = z.infer<typeof RunSummaryState>
