// What was found out about one provider of the inference runtime, by trying.
import { z } from 'zod'

export const ProviderReport = z.object({
  name: z.string(),
  /** What the runtime was built with. It says nothing about drivers and libraries: those show only when a network runs. */
  compiledIn: z.boolean(),
  /** A network of one node was opened on this provider alone, was run, and gave the right answer. */
  works: z.boolean(),
  /** Why it does not work; absent when it does. */
  reason: z.string().optional(),
})
export type ProviderReport = z.infer<typeof ProviderReport>
