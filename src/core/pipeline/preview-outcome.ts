// Why a level has no picture in the report: one of four structured reasons, asked for in a fixed order (after My3DIS 1.11).
import type { DegradedCode } from '../base/degraded-table.ts'

export type PreviewCode = Extract<DegradedCode, `PREVIEW_${string}`>

/** What became of the frames chosen for one level. Lists hold absolute frame indices. */
export type PreviewTally = {
  readonly level: number
  /** Frames that were to get a picture. */
  readonly requested: readonly number[]
  /** Whether the filter kept a candidate of this level on any frame. */
  readonly hasCandidates: boolean
  readonly drawn: readonly number[]
  /** Frames whose file cannot be read. */
  readonly missingSources: readonly number[]
  /** Frames for which the tracker wrote nothing. */
  readonly missingMasks: readonly number[]
  /** Frames on which no object of the level is visible. */
  readonly empty: readonly number[]
}

/** Undefined when a picture was drawn, and when none was asked for. */
export function previewProblem(tally: PreviewTally): PreviewCode | undefined {
  if (tally.drawn.length > 0 || tally.requested.length === 0) return undefined
  if (!tally.hasCandidates) return 'PREVIEW_NO_TARGETS'
  if (tally.missingSources.length > 0) return 'PREVIEW_MISSING_SOURCES'
  if (tally.missingMasks.length > 0) return 'PREVIEW_MISSING_MASKS'
  return 'PREVIEW_RENDER_EMPTY'
}

/** The code by which My3DIS tells the same in its comparison summaries. */
export const my3disPreviewCodes = {
  PREVIEW_NO_TARGETS: 'comparison.no_targets',
  PREVIEW_MISSING_SOURCES: 'comparison.missing_sources',
  PREVIEW_MISSING_MASKS: 'comparison.missing_masks',
  PREVIEW_RENDER_EMPTY: 'comparison.render_empty',
} as const satisfies Record<PreviewCode, string>

/** Undefined for a code that My3DIS does not have. */
export function previewCodeFromMy3dis(code: string): PreviewCode | undefined {
  for (const [ours, theirs] of Object.entries(my3disPreviewCodes)) if (theirs === code) return ours as PreviewCode
  return undefined
}
