// A plan told in the terminal: what becomes of each stage and why, what it will take, and what speaks against it.
import { formatBytes, formatDuration } from '#core/base/format'
import type { RunPlan, StagePlan } from '#core/run/run-plan'
import { tableText } from './output.ts'

export function planText(plan: RunPlan): string {
  const rows = plan.stages.map((stage) => [stage.stage, stage.action, expectation(stage), stage.reason])
  const lines = plan.stages.length > 0 ? [tableText([['stage', 'action', 'expected', 'why'], ...rows])] : []
  for (const stage of plan.stages)
    for (const { key, before, after } of stage.action === 'run' ? stage.changed : [])
      lines.push(`  ${stage.stage}: ${key}: ${before} -> ${after}`)
  const { durationMs, memoryBytes, diskBytes } = plan.total
  const working = plan.stages.filter((stage) => stage.action === 'run' || stage.action === 'continue').length
  if (plan.stages.length > 0)
    lines.push(
      working === 0
        ? `${plan.frameCount} frames; nothing has to run.`
        : `${plan.frameCount} frames; in all ${durationMs === undefined ? 'an unknown time' : formatDuration(durationMs)}, ` +
            `${memoryBytes === undefined ? 'an unknown amount' : formatBytes(memoryBytes)} of memory, ` +
            `${diskBytes === undefined ? 'an unknown amount' : formatBytes(diskBytes)} on disk (${formatBytes(plan.freeBytes)} free).`,
    )
  for (const { severity, code, message, remedy } of plan.conflicts)
    lines.push(`${severity === 'error' ? 'Conflict' : 'Warning'}: ${message} ${remedy} [${code}]`)
  return lines.join('\n')
}

function expectation({ action, prediction }: StagePlan): string {
  if (action === 'reuse' || action === 'keep') return '-'
  if (!prediction) return 'not known yet'
  const { durationMs, memoryBytes } = prediction
  return [
    durationMs === undefined ? undefined : formatDuration(durationMs),
    memoryBytes === undefined ? undefined : formatBytes(memoryBytes),
  ]
    .filter((part) => part !== undefined)
    .join(', ')
}
