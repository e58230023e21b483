import { describe, expect, it } from 'vitest'
import { resolveConfig } from './config-layers.ts'
import type { Tree } from './config-problem.ts'
import { isMy3disConfig, my3disConfig } from './my3dis-config.ts'
import { my3disKeys } from './my3dis-keys.ts'
import { settingAt } from './config-paths.ts'

/** The values that My3DIS runs with in production (November 2025). */
const production: Tree = {
  experiment: {
    name: 'v7_135_ssam4_filter100',
    dataset_root: '/data/multiscan',
    scenes: ['scene_00065_00', 'scene_00066_00'],
    output_root: '/out/{name}',
    output_layout: 'scene_level',
    levels: [1, 3, 5],
    frames: { start: 0, end: -1, step: 50 },
    parallel_scenes: 1,
  },
  stages: {
    gpu: 0,
    ssam: {
      enabled: true,
      ssam_freq: 4,
      min_area: 100,
      fill_area: 100,
      stability_threshold: null,
      add_gaps: true,
      cascade_filtering: true,
      downscale_masks: true,
      downscale_ratio: 0.3,
      max_masks_per_level: 3000,
      persist_raw: true,
      skip_filtering: true,
      append_timestamp: false,
    },
    filter: { enabled: true, min_area: 100, stability_threshold: 1.0 },
    tracker: {
      enabled: true,
      prompt_mode: 'all_mask',
      max_propagate: 30,
      iou_threshold: 0.6,
      downscale_masks: true,
      downscale_ratio: 0.3,
      comparison_sampling: { max_frames: 300 },
    },
    report: { enabled: true, max_width: 960, record_timings: true },
  },
}

function resolved(parsed: Tree) {
  const { standards, layer, problems } = my3disConfig(parsed, 'm.yaml')
  const all = resolveConfig([standards, layer])
  return { ...all, notes: problems, problems: [...problems, ...all.problems] }
}
const least = { data_path: '/d/scene_1/outputs/color', output_root: '/o' }
const told = (parsed: Tree, path: string) => resolved(parsed).problems.filter((problem) => problem.path === path)

describe('my3disConfig', () => {
  it('runs the production values of My3DIS as they are', () => {
    const { config, launch, isSeveral, origins, problems } = resolved(production)
    expect(problems.filter(({ severity }) => severity !== 'note')).toEqual([])
    expect(config).toMatchObject({
      name: 'v7_135_ssam4_filter100',
      output: '/out/v7_135_ssam4_filter100',
      levels: [1, 3, 5],
      frames: { start: 0, end: -1, step: 50 },
      device: 'cpu',
      stages: {
        ssam: { every: 4, minArea: 100, fillArea: 100, addGaps: true, maxMasksPerLevel: 3000 },
        filter: { minArea: 100, stabilityThreshold: 0, cascade: true },
        tracker: { maxPropagate: 30, iouThreshold: 0.6 },
        report: { maxWidth: 960 },
      },
    })
    expect([isSeveral, launch]).toMatchObject([
      true,
      { parallel: 1, scenes: { root: '/data/multiscan', names: ['scene_00065_00', 'scene_00066_00'] } },
    ])
    expect(origins['stages.ssam.every']).toEqual({ origin: 'yaml', source: 'm.yaml: stages.ssam.ssam_freq' })
  })

  it('tells every key of the file: none is dropped without a word unless it changes nothing', () => {
    const paths = new Set(resolved(production).notes.map(({ path }) => path))
    const silent = ['stages.ssam.enabled', 'stages.tracker.prompt_mode']
    for (const path of [
      'stages.gpu',
      'stages.ssam.downscale_ratio',
      'stages.tracker.comparison_sampling.max_frames',
      'experiment.output_layout',
    ])
      expect(paths, path).toContain(path)
    for (const path of silent) expect(paths, path).not.toContain(path)
  })

  it('does what My3DIS does where the file says nothing', () => {
    const { config } = resolved({ experiment: least, stages: { ssam: { min_area: 120 } } })
    expect(config?.stages).toMatchObject({
      ssam: { every: 1, minArea: 120, fillArea: 120 },
      filter: { minArea: 120 },
      tracker: { maxPropagate: 0 },
    })
    expect(config?.scene).toBe(least.data_path)
  })

  it.each([
    [{ max_masks_per_level: null }, 2000],
    [{ max_masks_per_level: -1 }, 0],
    [{ max_masks_per_level: 0 }, 0],
  ])('%j masks per level are %d here', (ssam, expected) => {
    expect(resolved({ experiment: least, stages: { ssam } }).config?.stages.ssam.maxMasksPerLevel).toBe(expected)
  })

  it.each([
    [{ tracker: { max_propagate: null } }, 0],
    [{ tracker: { max_propagate: 0 } }, 0],
    [{ tracker: { sam2_max_propagate: 9 } }, 9],
    [{ ssam: { sam2_max_propagate: 8 } }, 8],
    [{ ssam: { sam2_max_propagate: 8 }, tracker: { max_propagate: 5 } }, 5],
  ])('%j carries %d frames here', (stages, expected) => {
    expect(resolved({ experiment: least, stages }).config?.stages.tracker.maxPropagate).toBe(expected)
  })

  it.each([
    [{ ssam: { stability_threshold: null } }, 0],
    [{ filter: { stability_threshold: 1 } }, 0],
    [{ filter: { stability_threshold: 0.8 }, ssam: { stability_threshold: 0.5 } }, 0.8],
    [{ ssam: { stability_threshold: 0.5 } }, 0.5],
  ])('%j is the stability %d here', (stages, expected) => {
    expect(resolved({ experiment: least, stages }).config?.stages.filter.stabilityThreshold).toBe(expected)
  })

  it('merges frames with their other names, those of ssam first, and clamps as My3DIS does', () => {
    const frames = (experiment: Tree, ssam: Tree = {}) =>
      resolved({ experiment: { ...least, ...experiment }, stages: { ssam } }).config?.frames
    expect(frames({ frames: { from: -5, to: -7, stride: 3 } })).toEqual({ start: 0, end: -1, step: 3 })
    expect(frames({ frames: { start: 1, end: 9, step: 2 }, freq: 7 }, { frames: { end: 5, step: null } })).toEqual({
      start: 1,
      end: 5,
      step: 2,
    })
    expect(frames({ freq: 7 })).toEqual({ start: 0, end: -1, step: 7 })
  })

  it('refuses levels that are a text, and says what to write', () => {
    const { problems } = resolved({ experiment: { ...least, levels: '2,4, 6' } })
    expect(problems.find(({ severity }) => severity === 'error')!.message).toBe(
      'experiment.levels (m.yaml) has to be a list: write [2, 4, 6] instead of "2,4, 6".',
    )
  })

  it.each([
    [{ experiment: least, stages: { ssam: { gpu: 1 } } }, 'stages.ssam.gpu', 'note'],
    [{ experiment: { ...least, frames: '1200:1600:20' } }, 'experiment.frames', 'warning'],
    [{ experiment: least, stages: { tracker: { prompt_mode: 'lt_bbox' } } }, 'stages.tracker.prompt_mode', 'warning'],
    [{ experiment: { ...least, sam_ckpt: '/x.pth' } }, 'experiment.sam_ckpt', 'note'],
    [{ experiment: least, stages: { filter: { enabled: false } } }, 'stages.filter.enabled', 'warning'],
    [{ experiment: { ...least, levels: [2, 4] }, stages: { filter: { levels: [2] } } }, 'stages.filter.levels', 'warning'],
  ])('%j: says why %s has no effect, as a %s', (parsed, path, severity) => {
    expect(told(parsed, path)).toMatchObject([{ kind: 'ineffective', severity }])
  })

  it.each([
    [{ experiment: least, stages: { ssam: { min_aera: 5 } } }, 'stages.ssam.min_aera', 'stages.ssam.min_area'],
    [{ experiment: least, stages: { iou_threshold: 0.5 } }, 'stages.iou_threshold', 'stages.tracker.iou_threshold'],
    [{ experiment: { ...least, frames: { strat: 5 } } }, 'experiment.frames.strat', 'experiment.frames.start'],
  ])('%j: says which key %s may mean', (parsed, path, nearest) => {
    expect(told(parsed, path)).toMatchObject([{ kind: 'misspelt', severity: 'warning', nearest }])
  })

  it('names the key of My3DIS when its value does not fit', () => {
    const { config, problems } = resolved({ experiment: least, stages: { tracker: { iou_threshold: 6 } } })
    expect([config, problems.at(-1)!.message]).toEqual([
      undefined,
      'stages.tracker.iouThreshold (m.yaml: stages.tracker.iou_threshold) is 6, which does not fit: it has to be a number from 0 to 1.',
    ])
  })

  it('takes "none" as the processor, and force_parallel as its word on memory', () => {
    const { config } = resolved({ experiment: { ...least, force_parallel: 'yes' }, stages: { gpu: 'none' } })
    expect([config?.device, config?.limits.memoryPolicy]).toEqual(['cpu', 'warn'])
  })

  it('takes a name that YAML reads as a date or number as it is written', () => {
    const name = (value: unknown) => resolved({ experiment: { ...least, name: value } }).config?.name
    expect([name(new Date('2025-10-21T00:00:00Z')), name(135)]).toEqual(['2025-10-21', '135'])
  })

  it('names only settings that exist', () => {
    for (const [path, rule] of Object.entries(my3disKeys))
      if (rule !== 'joined' && 'to' in rule) expect(settingAt(rule.to), path).toBeDefined()
  })

  it('knows a file of My3DIS from ours', () => {
    expect([production, { scene: '/s', stages: {} }, [1], undefined].map(isMy3disConfig)).toEqual([true, false, false, false])
  })
})
