// The report of a repacked run: where it came from, what was taken, how it was checked, and what could not be read.
import { formatCount } from '#core/base/format'
import type { MaskStage } from '#core/run/run-reader'
import type { OpenedMy3dis } from '../my3dis-run.ts'
import type { Checked } from './repack-check.ts'
import type { RepackFinding } from './repack-finding.ts'

export type RepackResult = {
  readonly out: string
  readonly runId: string
  readonly generation: string | undefined
  /** Masks written, by stage. */
  readonly masks: Readonly<Record<MaskStage, number>>
  readonly tracks: number
  /** What was compared with the source, read a second time: all of it is equal. */
  readonly checked: Checked
  /** What of the source could not be read, and so is not there. */
  readonly findings: readonly RepackFinding[]
}

/** Markdown. */
export function repackReport(result: RepackResult, { description, record }: OpenedMy3dis): string {
  const { masks, tracks, checked, findings } = result
  const lines = [
    `# ${record.name}`,
    '',
    `A run of My3DIS${description.generation === undefined ? '' : ` (${description.generation})`}, repacked. The source was only read, and the pictures stay where they are.`,
    '',
    `- source: \`${description.path}\``,
    `- pictures: \`${record.scene.framesPath}\``,
    ...(description.reportFile === undefined ? [] : [`- report of the source: \`${description.reportFile}\``]),
    `- candidates: ${formatCount(masks.ssam)}, kept: ${formatCount(masks.filter)}, tracked masks: ${formatCount(masks.tracker)}, tracks: ${formatCount(tracks)}`,
    `- checked: ${formatCount(checked.masks)} masks on ${formatCount(checked.frames)} frames of levels and ${formatCount(checked.tracks)} tracks were read from both and are the same`,
    '',
    '## What could not be read',
    '',
    ...(findings.length === 0 ? ['Nothing: all that the source holds is here.'] : findings.map(lineOf)),
  ]
  return `${lines.join('\n')}\n`
}

function lineOf({ code, frameIndices, reason }: RepackFinding): string {
  const frames = frameIndices.length > 1 ? ` (${formatCount(frameIndices.length)} frames like this)` : ''
  return `- \`${code}\` ${reason}${frames}`
}

/** For browsers, which would offer Markdown for saving. */
export function htmlFromRepackReport(markdown: string): string {
  const escaped = markdown.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  return `<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>Report</title><pre style="white-space:pre-wrap;font:14px/1.5 system-ui;max-width:60rem;margin:2rem auto">${escaped}</pre></html>\n`
}
