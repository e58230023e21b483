import { describe, expect, it } from 'vitest'
import { resourcesOfRun } from '#core/run/resource-report'
import { foldRun, type RunRecord } from '#core/run/run'
import { RunConfig } from '#core/run/run-config'
import type { RunHappening } from '#core/run/run-event'
import type { Sample } from '#core/run/sample'
import { reportModel } from './report-model.ts'
import { htmlFromReport, markdownFromReport } from './report-text.ts'

const sample = (more: Partial<Sample>): Sample => ({
  at: 1,
  stage: 'ssam',
  cpuPercent: 0,
  workerMemoryBytes: 0,
  engineMemoryBytes: 0,
  ...more,
})

function recordWith(samples: readonly Sample[]): RunRecord {
  const happenings: RunHappening[] = [
    {
      type: 'runQueued',
      runId: 'r',
      name: 'r',
      config: RunConfig.parse({ scene: '/s', output: '/o' }),
      scene: { name: 's', kind: 'frames', framesPath: '/s', frameCount: 1, width: 4, height: 3 },
      frameIndices: [0],
      frameNames: ['0.png'],
      appVersion: '1',
      buildId: 'b',
    },
    ...samples.map((one): RunHappening => ({ type: 'sampleTaken', stage: 'ssam', sample: one })),
  ]
  let record: RunRecord | undefined
  for (const [i, happening] of happenings.entries()) record = foldRun(record, { ...happening, seq: i + 1, at: i })
  return record!
}

describe('the resources table', () => {
  it('has mean and peak of all that was read for each stage, in both forms of the report', () => {
    const record = recordWith([
      sample({
        cpuPercent: 50,
        workerMemoryBytes: 2 ** 20,
        readBytesPerSecond: 0,
        writeBytesPerSecond: 1024,
        gpuPercent: 10,
        gpuMemoryBytes: 1024,
      }),
      sample({
        cpuPercent: 150,
        workerMemoryBytes: 3 * 2 ** 20,
        readBytesPerSecond: 4096,
        writeBytesPerSecond: 3072,
        gpuPercent: 30,
        gpuMemoryBytes: 3072,
      }),
    ])
    const model = reportModel(record, { framesDone: 0, tracks: [] }, { pictures: [], warnings: [], notes: [] })
    const table = model.tables.find(({ heading }) => heading === 'Resources')!
    expect(table.rows[0]).toEqual([
      'ssam',
      '2',
      '100 % / 150 %',
      '2.0 MiB / 3.0 MiB',
      '20 % / 30 %',
      '2.0 KiB / 3.0 KiB',
      '2.0 KiB/s / 4.0 KiB/s',
      '2.0 KiB/s / 3.0 KiB/s',
    ])
    expect(table.rows.every((row) => row.length === table.columns.length)).toBe(true)
    expect(markdownFromReport(model)).toContain('| ssam | 2 | 100 % / 150 % | 2.0 MiB / 3.0 MiB |')
    expect(htmlFromReport(model)).toContain('<td>2.0 KiB/s / 4.0 KiB/s</td>')
  })

  it('says what was not read instead of showing a zero', () => {
    const model = reportModel(
      recordWith([sample({ cpuPercent: 50 })]),
      { framesDone: 0, tracks: [] },
      { pictures: [], warnings: [], notes: [] },
    )
    const rows = model.tables.find(({ heading }) => heading === 'Resources')!.rows
    expect(rows[0]?.slice(4)).toEqual(['not read', 'not read', 'not read', 'not read'])
    expect(rows[1]?.slice(1, 3)).toEqual(['0', 'too short to sample'])
  })
})

describe('the change against the run before', () => {
  it('stands beside what was before, and says when there is nothing to compare with', () => {
    const record = recordWith([sample({ cpuPercent: 50, workerMemoryBytes: 3 * 2 ** 20 })])
    const before = recordWith([sample({ cpuPercent: 100, workerMemoryBytes: 2 * 2 ** 20 })])
    const own = { pictures: [], warnings: [], notes: [] }
    const previous = { ...resourcesOfRun(before, '/before'), runId: 'before', name: 'yesterday', queuedAt: -1 }
    const table = reportModel(record, { framesDone: 0, tracks: [] }, { ...own, previous }).tables.find(
      ({ heading }) => heading === 'Change',
    )!
    expect(table.rows[0]).toEqual(['ssam', '', '100 % → 50 % (-50 %)', '2.0 MiB → 3.0 MiB (+50 %)', ''])
    expect(table.note).toContain('yesterday')
    const alone = reportModel(record, { framesDone: 0, tracks: [] }, own).tables.find(({ heading }) => heading === 'Change')!
    expect(alone.rows).toEqual([])
    expect(alone.note).toContain('no earlier run')
  })
})
