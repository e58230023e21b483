// What surrounds a run in its report: the change against the run before, and where the result came from.
import { formatBytes, formatDuration } from '#core/base/format'
import { compareResources, type MeasuredValue, type RunResources, resourcesOfRun } from '#core/run/resource-report'
import type { Known } from '#core/run/provenance'
import type { RunRecord } from '#core/run/run'
import type { ReportTable } from './report-table.ts'

const shown = ['durationMs', 'cpuPercentMean', 'memoryBytesPeak', 'gpuMemoryBytesPeak'] as const
const titles = ['Time', 'CPU, mean', 'Memory, peak', 'GPU memory, peak']

export function changeTable(record: RunRecord, previous: RunResources | undefined): ReportTable {
  const columns = ['Stage', ...titles]
  if (!previous) return { heading: 'Change', columns, rows: [], note: 'There is no earlier run of this pipeline that was measured.' }
  const own = resourcesOfRun(record, '')
  const comparison = compareResources([own, previous], 2).find(({ run }) => run.runId === record.id)
  const rows = (comparison?.stages ?? [])
    .filter(({ stage }) => stage !== 'report')
    .map(({ stage, values }) => [stage, ...shown.map((measure) => changeWords(values.find((value) => value.measure === measure)))])
  const sameScene = previous.framesPath === own.framesPath
  return {
    heading: 'Change',
    columns,
    rows,
    note:
      `Against the run ${previous.name} of ${new Date(previous.queuedAt).toISOString()}` +
      `${sameScene ? '' : ', which was of another scene'}; frames and settings may differ.`,
  }
}

function changeWords(value: MeasuredValue | undefined): string {
  if (!value || value.before === undefined) return ''
  const words = { ms: formatDuration, percent: (v: number) => `${Math.round(v)} %`, bytes: formatBytes, bytesPerSecond: formatBytes }[
    value.unit
  ]
  const percent = value.changePercent === undefined ? '' : ` (${value.changePercent >= 0 ? '+' : ''}${Math.round(value.changePercent)} %)`
  return `${words(value.before)} → ${words(value.value)}${percent}`
}

const known = ({ value, unknown }: Known) => value ?? `unknown: ${unknown ?? 'nobody said why'}`

/** Runs of version 0.1 have no such record. */
export function provenanceTables({ provenance, stages }: RunRecord): ReportTable[] {
  if (!provenance) return []
  const { app, machine, inputs, models, seeds } = provenance
  const rows = [
    ['Program', `Scenewright ${app.version}, build ${app.buildId}`],
    ['Commit', known(app.commit)],
    ['Settings (SHA-256)', provenance.configSha256],
    ['Inputs', `${inputs.frameCount} frames, ${formatBytes(inputs.sizeBytes)}, SHA-256 ${inputs.framesSha256}`],
    ...models.map((model) => [`Model of ${model.stage}`, `${model.path}, ${formatBytes(model.sizeBytes)}, SHA-256 ${model.sha256}`]),
    ['Machine', `${machine.name}: ${machine.system}, ${machine.processor}, ${machine.cores} cores, ${formatBytes(machine.memoryBytes)}`],
    ['Node', machine.node],
    ['GPU', known(machine.gpu)],
    ['Driver', known(machine.driver)],
    ['Inference runtime', known(machine.inferenceRuntime)],
    ...stages.flatMap((stage) =>
      stage.lease ? [[`Device of ${stage.id}`, `${stage.lease.device}, up to ${formatBytes(stage.lease.memoryBytes)}`]] : [],
    ),
    ...Object.entries(seeds).map(([stage, seed]) => [`Seed of ${stage}`, known(seed)]),
  ]
  return [{ heading: 'Where it came from', columns: ['What', 'Value'], rows }]
}
