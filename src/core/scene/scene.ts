// A scene: one captured place, and what is known of it before a run.
import { z } from 'zod'

export const SceneKind = z.enum(['frames', 'multiscan', 'scannet', 'video', 'demo'])

export const SceneSummary = z.object({
  /** As the person gave it; a run's config keeps this. */
  path: z.string(),
  /** Folder that holds the frames; for a video, the file itself. */
  framesPath: z.string(),
  name: z.string(),
  kind: SceneKind,
  frameCount: z.number().int(),
  /** Pixels of every frame; all frames of a scene have one size. */
  width: z.number().int(),
  height: z.number().int(),
  /** First and last file name of the listing. */
  firstFrame: z.string(),
  lastFrame: z.string(),
  hasDepth: z.boolean(),
  hasPoses: z.boolean(),
})
export type SceneSummary = z.infer<typeof SceneSummary>

/** The word that stands for the bundled demo scene wherever a scene path is expected. */
export const demoScenePath = 'demo'
