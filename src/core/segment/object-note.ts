// What a person writes about one object of a run: a star and a note.
import { z } from 'zod'

export const ObjectNote = z.object({
  /** Id of a track. */
  objectId: z.number().int().positive(),
  star: z.boolean(),
  note: z.string(),
  /** Milliseconds since 1970 of the last change. */
  at: z.number(),
})
export type ObjectNote = z.infer<typeof ObjectNote>

/** What is left out stays as it is. */
export const ObjectChange = z.object({
  objectId: z.number().int().positive(),
  star: z.boolean().optional(),
  note: z.string().max(10_000).optional(),
})
export type ObjectChange = z.infer<typeof ObjectChange>
