import { describe, expect, it } from 'vitest'
import { compareResources, type RunResources } from './resource-report.ts'
import { noResources } from './sample.ts'

const run = (
  runId: string,
  queuedAt: number,
  framesPath: string,
  cpu: number | undefined,
  more: Partial<RunResources> = {},
): RunResources => ({
  runId,
  name: runId,
  state: 'succeeded',
  folder: `/runs/${runId}`,
  pipeline: 'my3dis',
  sceneName: framesPath,
  framesPath,
  queuedAt,
  stages: [
    {
      stage: 'ssam',
      durationMs: 1000,
      resources:
        cpu === undefined
          ? noResources
          : { ...noResources, samples: 2, cpuPercentMean: cpu, cpuPercentPeak: cpu * 2, memoryBytesPeak: 100 },
    },
    { stage: 'filter', durationMs: undefined, resources: noResources },
  ],
  ...more,
})

describe('resources beside the run before', () => {
  it('prefer the same scene to a newer run of another, and say which it was', () => {
    const runs = [run('old', 1, '/a', 40), run('other', 2, '/b', 70), run('new', 3, '/a', 50)]
    const [newest, middle, oldest] = compareResources(runs, 3)
    expect(newest?.comparedWith).toEqual({ runId: 'old', name: 'old', queuedAt: 1, sameScene: true })
    expect(middle?.comparedWith).toMatchObject({ runId: 'old', sameScene: false })
    expect(oldest?.comparedWith).toBeUndefined()
    const cpu = newest?.stages[0]?.values.find((value) => value.measure === 'cpuPercentMean')
    expect(cpu).toEqual({ measure: 'cpuPercentMean', unit: 'percent', value: 50, before: 40, change: 10, changePercent: 25 })
  })

  it('never compare with another pipeline, with a later run, or with one that was not measured', () => {
    const foreign = run('foreign', 4, '/a', 1, { pipeline: 'other' })
    const [newest] = compareResources(
      [run('later', 9, '/a', 9), run('new', 5, '/a', 50), foreign, run('blind', 3, '/a', undefined)],
      2,
    ).slice(1)
    expect(newest).toMatchObject({ run: { runId: 'new' }, comparedWith: undefined })
    expect(newest?.stages[0]?.values[0]).toEqual({
      measure: 'durationMs',
      unit: 'ms',
      value: 1000,
      before: undefined,
      change: undefined,
      changePercent: undefined,
    })
  })

  it('compare the runs shown with those before them that are not, and leave out what was never read', () => {
    const shown = compareResources([run('old', 1, '/a', 0), run('new', 2, '/a', 50)], 1)
    expect(shown).toHaveLength(1)
    const [stage, ...rest] = shown[0]!.stages
    expect(rest).toEqual([])
    expect(stage?.values.map((value) => value.measure)).not.toContain('gpuPercentMean')
    // From nothing there is no percentage, and none that is infinite.
    expect(stage?.values.find((value) => value.measure === 'cpuPercentMean')).toMatchObject({ change: 50, changePercent: undefined })
  })
})
