import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readYamlFile } from './config/config-files.ts'
import type { RunSettings } from './config/flag-layer.ts'
import { resolveRunSettings } from './run-settings.ts'

let cwd = ''
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'scenewright-settings-'))
})
afterEach(() => rmSync(cwd, { recursive: true, force: true }))

const write = (name: string, text: string) => writeFileSync(join(cwd, name), text)
const settle = (settings: RunSettings, env: Record<string, string> = {}) => resolveRunSettings(settings, { cwd, env })

/** Two scenes, and a folder that is none because others are called scene_*. */
function makeScenes(): void {
  for (const name of ['scene_b', 'scene_a', 'notes']) mkdirSync(join(cwd, 'data', name), { recursive: true })
}

const my3dis = `
experiment:
  name: v7_135
  dataset_root: data
  scenes: [scene_b, scene_a]
  output_root: out/{name}
  levels: [1, 3, 5]
  frames: {start: 0, end: -1, step: 50}
  parallel_scenes: 2
stages:
  gpu: 0
  ssam: {ssam_freq: 4, min_area: 100, fill_area: 100, stability_threshold: null, add_gaps: yes, max_masks_per_level: 3000,
    downscale_masks: true, downscale_ratio: 0.3}
  filter: {min_area: 100, stability_threshold: 1.0}
  tracker: {prompt_mode: all_mask, max_propagate: 30, iou_threshold: 0.6, comparison_sampling: {max_frames: 300}}
  report: {max_width: 960}
`

describe('resolveRunSettings', () => {
  it('asks option, environment, .env, YAML, preset and default in this order, and says which answered', () => {
    const path = 'stages.ssam.every'
    const steps: [string, () => void][] = [
      ['default', () => {}],
      ['preset', () => write('a.yaml', 'preset: quick\n')],
      ['yaml', () => write('a.yaml', 'preset: quick\nstages: {ssam: {every: 11}}\n')],
      ['.env', () => write('.env', 'SCENEWRIGHT_STAGES_SSAM_EVERY=12\n')],
    ]
    const common = { scene: 'x', output: 'y', config: 'a.yaml' }
    const seen = steps.map(([, prepare], i) => {
      if (i === 0) write('a.yaml', 'name: n\n')
      prepare()
      const [request] = settle(common).requests
      return [request!.stages.ssam.every, request!.origins[path]]
    })
    const env = { SCENEWRIGHT_STAGES_SSAM_EVERY: '13' }
    for (const set of [undefined, ['stages.ssam.every=14']]) {
      const [request] = settle({ ...common, set }, env).requests
      seen.push([request!.stages.ssam.every, request!.origins[path]])
    }
    expect(seen).toEqual([
      [4, { origin: 'default' }],
      [8, { origin: 'preset', source: 'quick' }],
      [11, { origin: 'yaml', source: 'a.yaml' }],
      [12, { origin: '.env', source: 'SCENEWRIGHT_STAGES_SSAM_EVERY in .env' }],
      [13, { origin: 'environment', source: 'SCENEWRIGHT_STAGES_SSAM_EVERY' }],
      [14, { origin: 'flag', source: '--set' }],
    ])
  })

  it('makes a request for each scene of a My3DIS file, as My3DIS would run it', () => {
    makeScenes()
    write('m.yaml', my3dis)
    const { requests, parallel, problems } = settle({ config: 'm.yaml' })
    expect(problems.filter(({ severity }) => severity !== 'note')).toEqual([])
    expect(parallel).toBe(2)
    expect(requests.map(({ scene, name, output }) => [scene, name, output])).toEqual(
      ['scene_b', 'scene_a'].map((scene) => [join(cwd, 'data', scene), `v7_135 ${scene}`, join(cwd, 'out', 'v7_135')]),
    )
    expect(requests[0]).toMatchObject({
      levels: [1, 3, 5],
      stages: { ssam: { addGaps: true, every: 4 }, filter: { stabilityThreshold: 0 } },
    })
    expect(requests[0]!.origins.scene).toEqual({ origin: 'yaml', source: 'm.yaml: experiment.dataset_root' })
  })

  it("lets My3DIS's variables and options win over the file, for one scene as for many", () => {
    makeScenes()
    write('m.yaml', my3dis)
    const env = { MY3DIS_OUTPUT_ROOT: '/elsewhere', MY3DIS_SAM2_CKPT: '/x.pt' }
    const { requests, problems } = settle({ config: 'm.yaml', scenes: 'scene_a..scene_a', levels: '2' }, env)
    expect(requests.map(({ scene, output, levels }) => [scene, output, levels])).toEqual([
      [join(cwd, 'data', 'scene_a'), '/elsewhere', [2]],
    ])
    expect(problems.filter(({ severity }) => severity === 'warning').map(({ path }) => path)).toEqual(['MY3DIS_SAM2_CKPT'])
    const single = settle({ config: 'm.yaml', scene: 'one' }, env)
    expect(single.requests.map(({ scene, output }) => [scene, output])).toEqual([[join(cwd, 'one'), '/elsewhere']])
  })

  it('takes the folder of scenes from the command line too', () => {
    makeScenes()
    const { requests } = settle({ scene: 'data', output: 'o', scenes: 'all', parallel: 3 })
    expect(requests.map(({ scene }) => scene)).toEqual([join(cwd, 'data', 'scene_a'), join(cwd, 'data', 'scene_b')])
  })

  it('starts nothing when a scene is missing, a key is misspelt or the reader found an error', () => {
    makeScenes()
    write('m.yaml', my3dis.replace('[1, 3, 5]', '"1,3,5"'))
    write('o.yaml', 'scene: x\noutput: y\nstages: {filter: {min_area: 3}}\n')
    const errors = (settings: RunSettings) => {
      const { requests, problems } = settle(settings)
      expect(requests).toEqual([])
      return problems.filter(({ severity }) => severity === 'error').map(({ message }) => message)
    }
    expect(errors({ scene: 'data', output: 'o', scenes: 'scene_a,scene_x' })[0]).toContain('The scene scene_x is not among')
    expect(errors({ config: 'm.yaml' })[0]).toContain('write [1, 3, 5]')
    expect(errors({ config: 'o.yaml' })[0]).toContain('the nearest is stages.filter.minArea')
  })

  it('says which line of .env is none', () => {
    write('.env', 'A=1\nnonsense\n')
    expect(settle({ scene: 'x', output: 'y' }).problems.map(({ message }) => message)).toEqual([
      'Line 2 of .env has no effect: it is not of the form NAME=value.',
    ])
  })
})

describe('readYamlFile', () => {
  it.each([
    ['nothing there', undefined, /cannot be read/],
    ['no YAML', 'a: [1', /is no YAML/],
    ['a key twice', 'name: a\nname: b\n', /is no YAML/],
    ['a list', '- 1\n', /holds no settings/],
  ])('refuses a file that is %s', (_what, text, sentence) => {
    if (text !== undefined) write('f.yaml', text)
    expect(() => readYamlFile('f.yaml', cwd)).toThrow(sentence)
  })
})

it('masks for the tracker come from a JSON file, and one that is no such file is told with the place in it', () => {
  const prompt = { frameIndex: 4, level: 2, size: [2, 2], counts: '04' }
  write('prompts.json', JSON.stringify([prompt]))
  write('wrong.json', JSON.stringify([prompt, { ...prompt, level: 9 }]))
  const settleWith = (file: string) => settle({ scene: 'a', output: 'b', set: [`stages.tracker.prompts=${file}`] })
  expect(settleWith('prompts.json').requests[0]!.stages.tracker.prompts).toEqual([prompt])
  const fault = { code: 'PROMPT_FILE_UNREADABLE', params: { file: 'wrong.json', reason: expect.stringContaining('1.level') } }
  expect(() => settleWith('wrong.json')).toThrow(expect.objectContaining(fault))
  expect(settleWith('[]').requests[0]!.stages.tracker.prompts).toEqual([])
})
