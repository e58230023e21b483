// What kind of run lies in a folder, what had to be repaired to read it, and what of it is missing.
import { z } from 'zod'

export const RunProgram = z.enum(['scenewright', 'my3dis'])
export type RunProgram = z.infer<typeof RunProgram>

/** `code` is for ever; the sentences say what was found, and what is shown instead or what it means. */
export const RunRepair = z.object({ code: z.string(), title: z.string(), message: z.string(), outcome: z.string() })
export type RunRepair = z.infer<typeof RunRepair>

export const RunDescription = z.object({
  program: RunProgram,
  /** Where it lies; messages name files inside of it. */
  folder: z.string(),
  /** Generation of the format as its content tells it; absent for our own. */
  generation: z.string().optional(),
  /** Nothing on disk was changed for them. */
  repairs: z.array(RunRepair),
  /** Parts without which the run is incomplete, in words. */
  missing: z.array(z.string()),
  /** Files of the run worth a look besides masks, such as comparison pictures; paths from its folder on. */
  documents: z.array(z.object({ title: z.string(), path: z.string(), isPicture: z.boolean() })),
  /** Where the pictures of its frames are looked for, and how many of the selected ones are there. */
  pictures: z.object({ folder: z.string(), found: z.number().int(), of: z.number().int() }),
})
export type RunDescription = z.infer<typeof RunDescription>
