// The form: drawn from the schema, checked by it, told in words.
import { expect, it } from 'vitest'
import { presets, RunConfig } from '#core/run/run-config'
import { checkValue, valueAt, valueOfPreset, withValue } from './form-value.ts'
import { stageGroups } from './schema-fields.ts'

const standard = () => valueOfPreset(presets[0]!, { scene: '/s', output: '/o', name: '' })

it('every setting of every stage has a field with a title and the default of the schema', () => {
  const config = RunConfig.parse({ scene: '/s', output: '/o' })
  const fields = stageGroups().flatMap((group) => group.fields)
  const wanted = Object.entries(config.stages).flatMap(([stage, settings]) => Object.keys(settings).map((key) => `stages.${stage}.${key}`))
  expect(fields.map((field) => field.path).sort()).toEqual(wanted.sort())
  for (const field of fields) {
    expect(field.title, field.path).not.toBe('')
    expect(field.standard, field.path).toEqual(valueAt(config, field.path))
  }
})

it('each preset is a valid config, and differs from the defaults where it says so', () => {
  for (const preset of presets) expect(checkValue(valueOfPreset(preset, { scene: '/s', output: '/o', name: 'n' })).config).toBeDefined()
  const quick = presets.find((preset) => preset.id === 'quick')
  expect(quick && valueAt(valueOfPreset(quick, { scene: '', output: '', name: '' }), 'levels')).toEqual([2, 4])
})

it('setting one value leaves its neighbours alone', () => {
  const next = withValue(standard(), 'stages.filter.minArea', 5)
  expect(valueAt(next, 'stages.filter.minArea')).toBe(5)
  expect(valueAt(next, 'stages.filter.cascade')).toBe(true)
  expect(valueAt(next, 'stages.ssam.minArea')).toBe(300)
})

it('problems stand at their field, as sentences without the words of a schema', () => {
  let value = withValue(standard(), 'stages.tracker.iouThreshold', 3)
  value = withValue(value, 'stages.ssam.every', Number.NaN)
  value = withValue(value, 'frames.step', 1.5)
  value = withValue(value, 'levels', [])
  value = withValue(value, 'scene', '')
  const { problems, config } = checkValue(value)
  expect(config).toBeUndefined()
  expect(problems.get('stages.tracker.iouThreshold')).toBe('It must be 1 or less.')
  expect(problems.get('stages.ssam.every')).toBe('It must be a number.')
  expect(problems.get('frames.step')).toBe('It must be a whole number.')
  expect(problems.get('levels')).toBe('Choose at least one level.')
  expect(problems.get('scene')).toBe('Choose the folder that holds the frames.')
})
