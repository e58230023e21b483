// What a report says about the pictures it does not have: a warning where a level has none, a note where only some are missing.
import { formatCount } from '#core/base/format'
import { type PreviewCode, previewProblem } from '#core/pipeline/preview-outcome'
import type { LevelPreviews } from './previews.ts'

export type PreviewWarning = { readonly code: PreviewCode; readonly params: Readonly<Record<string, string | number>> }

/** Levels that have the same reason share one warning. `leftOut`: frames with candidates that were not chosen. */
export function warningsOfPreviews(
  tallies: readonly LevelPreviews[],
  leftOut: number,
): { readonly warnings: readonly PreviewWarning[]; readonly notes: readonly string[] } {
  const byCode = new Map<PreviewCode, LevelPreviews[]>()
  for (const tally of tallies) {
    const code = previewProblem(tally)
    if (code) byCode.set(code, [...(byCode.get(code) ?? []), tally])
  }
  const warnings = [...byCode].map(([code, alike]) => ({ code, params: paramsOf(code, alike) }))
  return { warnings, notes: [...choiceNote(tallies, leftOut), ...tallies.flatMap(gapNotes)] }
}

function paramsOf(code: PreviewCode, alike: readonly LevelPreviews[]): PreviewWarning['params'] {
  const first = alike[0]!
  const shared = { levels: alike.map(({ level }) => level).join(', '), frames: first.requested.length }
  if (code === 'PREVIEW_MISSING_SOURCES')
    return { ...shared, missing: first.missingSources.length, reason: first.sourceReason?.replace(/\.$/, '') ?? 'no reason was given' }
  if (code === 'PREVIEW_MISSING_MASKS') return { ...shared, missing: Math.max(...alike.map((tally) => tally.missingMasks.length)) }
  return shared
}

function choiceNote(tallies: readonly LevelPreviews[], leftOut: number): string[] {
  const chosen = tallies[0]?.requested.length ?? 0
  if (chosen === 0 || leftOut === 0) return []
  return [`${formatCount(chosen)} of ${formatCount(chosen + leftOut)} frames with candidates were chosen for pictures.`]
}

/** Frames without a picture on a level that has others. */
function gapNotes(tally: LevelPreviews): string[] {
  if (tally.drawn.length === 0) return []
  const parts = [
    ['cannot be read', tally.missingSources],
    ['the tracker wrote nothing', tally.missingMasks],
    ['no object is visible', tally.empty],
  ] as const
  return parts.flatMap(([why, frames]) =>
    frames.length === 0 ? [] : [`Level ${tally.level}, no picture (${why}): frame ${frames.join(', ')}.`],
  )
}
