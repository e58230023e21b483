// A person's question about one frame (what is here, and not there?), and the masks that may be meant.
import { z } from 'zod'

/** In pixels of the frame, edges at whole numbers: the centre of the first pixel is (0.5, 0.5). */
export const PromptPoint = z.object({
  x: z.number().min(0),
  y: z.number().min(0),
  /** False: the object is not here. */ positive: z.boolean(),
})
export type PromptPoint = z.infer<typeof PromptPoint>

/** Corners x0, y0, x1, y1 in the same pixels, the first above and left of the second. */
const PromptCorners = z
  .tuple([z.number().min(0), z.number().min(0), z.number().min(0), z.number().min(0)])
  .refine(([x0, y0, x1, y1]) => x1 > x0 && y1 > y0, 'the second corner must lie below and right of the first')

export const MaskQuestion = z
  .object({ points: z.array(PromptPoint).max(100), box: PromptCorners.optional() })
  .refine(
    ({ points, box }) => box !== undefined || points.some(({ positive }) => positive),
    'at least one point inside the object, or a box',
  )
export type MaskQuestion = z.infer<typeof MaskQuestion>

/** One mask that may be meant. */
export const OfferedMask = z.object({
  /** COCO run-length string of the frame's size. */
  counts: z.string(),
  area: z.number().int().positive(),
  box: z.tuple([z.number().int(), z.number().int(), z.number().int(), z.number().int()]),
  /** 0..1: what the answering backend itself expects of its IoU. */
  score: z.number(),
  /** 0..1: how little it depends on where the line is drawn. */
  stability: z.number(),
})
export type OfferedMask = z.infer<typeof OfferedMask>
