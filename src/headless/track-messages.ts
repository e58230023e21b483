// What the tracking process says to the command that forked it.
import { z } from 'zod'

export const FromTracker = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('frame'),
    position: z.number().int(),
    objects: z.array(z.object({ id: z.number().int(), counts: z.string(), score: z.number() })).readonly(),
  }),
  z.object({ type: z.literal('done') }),
  z.object({
    type: z.literal('failed'),
    fault: z.object({ code: z.string(), params: z.record(z.string(), z.union([z.string(), z.number()])) }),
  }),
])
export type FromTracker = z.infer<typeof FromTracker>
