// What a person may choose for an export: one schema for the command line, the page and the record beside what was written.
import { z } from 'zod'

export const ExportFormat = z.enum(['my3dis', 'coco', 'yolo', 'png', 'png-objects', 'csv'])
export type ExportFormat = z.infer<typeof ExportFormat>

export const RawCompression = z.enum(['none', 'gz', 'xz'])
export type RawCompression = z.infer<typeof RawCompression>

export const ExportSettings = z
  .object({
    format: ExportFormat.meta({ title: 'Format' }),
    stage: z.enum(['ssam', 'filter', 'tracker']).default('tracker').meta({
      title: 'Masks of',
      description: 'Candidates, those that passed the filter, or tracks; the My3DIS layout holds all of them, the CSV only tracks',
    }),
    levels: z.array(z.number().int()).optional().meta({ title: 'Levels', description: 'Left out = all' }),
    objects: z
      .array(z.number().int().positive())
      .min(1)
      .optional()
      .meta({ title: 'Objects', description: 'Ids of tracks, each over the frames it is seen on; left out = all' }),
    scale: z
      .number()
      .gt(0)
      .max(1)
      .default(0.3)
      .meta({ title: 'Size of masks', description: 'My3DIS only: stored masks to the masks of the frame; its 3D tools expect 0.3' }),
    raw: z
      .object({
        chunkFrames: z.number().int().min(1).max(1024).default(32).meta({ title: 'Frames in a chunk' }),
        compression: RawCompression.default('gz').meta({ title: 'Packing of chunks', description: 'xz needs the program xz' }),
      })
      .prefault({}),
    layout: z
      .enum(['scene_level', 'plain'])
      .default('scene_level')
      .meta({ title: 'Layout', description: 'My3DIS only: scene_level is what its later tools read; plain is what its stages write' }),
  })
  .refine(({ objects, stage }) => objects === undefined || stage === 'tracker', {
    path: ['objects'],
    message: 'single objects are tracks: choose the stage tracker',
  })
  .refine(({ objects, format }) => objects === undefined || format !== 'my3dis', {
    path: ['objects'],
    message: 'the My3DIS layout holds whole runs, not single objects',
  })
export type ExportSettings = z.infer<typeof ExportSettings>
export type ExportSettingsInput = z.input<typeof ExportSettings>

/** Small numbers and sentences about what was written. */
export type ExportOutcome = { readonly counts: Readonly<Record<string, number>>; readonly notes: readonly string[] }

/** `2_200001_000037.png`: level, id, frame. */
export function objectFileName(level: number, id: number, frameIndex: number, extension = 'png'): string {
  return `${level}_${id}_${String(frameIndex).padStart(6, '0')}.${extension}`
}
