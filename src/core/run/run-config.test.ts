// Tests of the settings of a run: defaults, bounds, presets, and single settings from the command line.

import { describe, expect, it } from 'vitest'
import { applySetting, presets, RunConfig, unknownKeys } from './run-config.ts'

const least = { scene: 'demo', output: '/out' }

describe('RunConfig', () => {
  it('needs only a scene and an output folder; stages are filled down to each setting', () => {
    const config = RunConfig.parse(least)
    expect(config).toMatchObject({ pipeline: 'my3dis', levels: [2, 4, 6], frames: { start: 0, end: -1, step: 1 }, device: 'cpu' })
    expect(config.stages.filter).toEqual({ minArea: 300, stabilityThreshold: 0.7, cascade: true })
    expect(RunConfig.parse({ ...least, stages: { filter: { minArea: 0 } } }).stages.filter).toMatchObject({ minArea: 0, cascade: true })
  })
  it('gives every setting a title, for the form is drawn from the schema', () => {
    const shape = RunConfig.shape.stages.unwrap().shape
    const untitled = Object.entries(shape).flatMap(([stage, settings]) =>
      Object.entries(settings.unwrap().shape).flatMap(([name, setting]) => (setting.meta()?.title ? [] : [`${stage}.${name}`])),
    )
    expect(untitled).toEqual([])
  })
  it('refuses levels that are out of order, twice there, or outside 1 to 6', () => {
    for (const levels of [[], [4, 2], [2, 2], [0], [7], [1.5]])
      expect(RunConfig.safeParse({ ...least, levels }).success, `${levels}`).toBe(false)
    expect(RunConfig.safeParse({ ...least, levels: [1, 2, 3, 4, 5, 6] }).success).toBe(true)
  })
  it('reads back what it wrote into run.json', () => {
    const config = RunConfig.parse(least)
    expect(RunConfig.parse(JSON.parse(JSON.stringify(config)))).toEqual(config)
  })
})

describe('presets', () => {
  it.each(presets)('$id fits the schema and sets nothing the schema does not know', ({ values }) => {
    const config = RunConfig.parse({ ...least, ...values })
    expect(unknownKeys(values, config)).toEqual([])
  })
})

describe('applySetting', () => {
  it('sets a number, a list and a text at a path, beside what is there', () => {
    const target: Record<string, unknown> = { stages: { filter: { cascade: false } } }
    for (const setting of ['stages.filter.minArea=300', 'levels=[1,3]', 'name=a=b'])
      expect(applySetting(target, setting), setting).toBeUndefined()
    expect(target).toEqual({ stages: { filter: { cascade: false, minArea: 300 } }, levels: [1, 3], name: 'a=b' })
  })
  it('refuses what is no setting, and cannot reach the prototype of every object', () => {
    for (const wrong of ['minArea', '=3', 'a..b=1', 'a b=1', '__proto__.x=1', 'constructor.x=1'])
      expect(applySetting({}, wrong), wrong).toMatch(/is not/)
    expect(Object.prototype).not.toHaveProperty('x')
  })
})

describe('unknownKeys', () => {
  it('names a misspelt setting by its whole path', () => {
    expect(unknownKeys({ stages: { filter: { minarea: 1 } } }, RunConfig.parse(least))).toEqual(['stages.filter.minarea'])
  })
})
