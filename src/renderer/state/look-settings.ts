// How masks are drawn, as one person likes it: part of the settings, kept on this machine.
import { z } from 'zod'

export const lookSettings = {
  palette: z.enum(['vivid', 'safe']).catch('vivid'),
  /** Sequential palette for numbers. */
  ramp: z.enum(['viridis', 'cividis', 'magma', 'grey']).catch('viridis'),
  colourBy: z.enum(['id', 'level', 'score', 'area', 'stability', 'stage', 'disagreement']).catch('id'),
  draw: z.enum(['fill', 'outline', 'both']).catch('both'),
  /** Of all masks, 0..1. */
  opacity: z.number().min(0).max(1).catch(0.5),
  /** Of what is selected, 0..1. */
  selectedOpacity: z.number().min(0).max(1).catch(0.6),
  dimOthers: z.boolean().catch(true),
  /** Hatching by id, so that masks are told apart without colour. */
  patterns: z.boolean().catch(false),
  pixelGrid: z.boolean().catch(true),
  minimap: z.boolean().catch(true),
  showsThresholds: z.boolean().catch(true),
  showsLegend: z.boolean().catch(true),
  /** Raster of the scene under the masks. */
  sceneLayer: z.enum(['none', 'depth', 'label']).catch('none'),
  sceneLayerOpacity: z.number().min(0).max(1).catch(0.7),
}
