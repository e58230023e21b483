// Which frames get a picture in the report: spread evenly or by a stride, first and last always among them (after My3DIS 3.7).
import { candidatePositions } from './pipeline.ts'

/** The settings that decide how many pictures there are; a run's config is one. */
export type PreviewConfig = {
  readonly levels: readonly number[]
  readonly stages: {
    readonly ssam: { readonly every: number }
    readonly report: { readonly pictures: number; readonly pictureStride: number }
  }
}

/**
 * Positions out of 0..count-1, ascending, at most `max` of them (0 = none). With a stride above 0 every stride-th and the last, applied
 * once; what is still too many, and everything without a stride, is thinned to floor(i * (n - 1) / (max - 1)).
 */
export function previewPositions(count: number, max: number, stride = 0): number[] {
  if (count <= 0 || max <= 0) return []
  const step = stride > 0 ? stride : 1
  const positions = Array.from({ length: Math.ceil(count / step) }, (_, i) => i * step)
  if (positions.at(-1) !== count - 1) positions.push(count - 1)
  return evenly(positions, max)
}

function evenly(positions: readonly number[], max: number): number[] {
  if (positions.length <= max) return [...positions]
  if (max === 1) return positions.slice(0, 1)
  const last = positions.length - 1
  return Array.from({ length: max }, (_, i) => positions[Math.floor((i * last) / (max - 1))]!)
}

/** Positions in the selected frames that get a picture at each level, and how many frames with candidates do without one. */
export function previewTargets({ stages }: PreviewConfig, frameCount: number): { positions: number[]; leftOut: number } {
  const candidates = candidatePositions(frameCount, stages.ssam.every)
  const chosen = previewPositions(candidates.length, stages.report.pictures, stages.report.pictureStride)
  return { positions: chosen.map((i) => candidates[i]!), leftOut: candidates.length - chosen.length }
}

/** Pictures a report will have at most: one for each level and chosen frame. `frameCount` = selected frames. */
export function previewCount(config: PreviewConfig, frameCount: number): number {
  return config.levels.length * previewTargets(config, frameCount).positions.length
}
