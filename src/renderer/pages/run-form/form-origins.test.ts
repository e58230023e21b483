// A record that tells a preset's value as a person's choice, or the other way round, sends people looking in the wrong place.
import { expect, it } from 'vitest'
import { presets } from '#core/run/run-config'
import { originsOfForm } from './form-origins.ts'
import { valueOfPreset, withValue } from './form-value.ts'

const quick = presets.find(({ id }) => id === 'quick')!

it('tells the defaults, what the preset set and what a person set apart', () => {
  const value = withValue(valueOfPreset(quick, { scene: '/s', output: '/o', name: '' }), 'stages.tracker.iouThreshold', 0.5)
  const origins = originsOfForm(value, quick, undefined)
  expect(origins['stages.filter.minArea']).toEqual({ origin: 'default' })
  expect(origins.levels).toEqual({ origin: 'preset', source: 'quick' })
  expect(origins['stages.ssam.every']).toEqual({ origin: 'preset', source: 'quick' })
  expect(origins['stages.tracker.iouThreshold']).toEqual({ origin: 'form' })
  expect(origins.scene).toEqual({ origin: 'form' })
})

it('a value of the preset that was changed by hand is the person’s', () => {
  const value = withValue(valueOfPreset(quick, { scene: '/s', output: '/o', name: '' }), 'stages.ssam.every', 9)
  expect(originsOfForm(value, quick, undefined)['stages.ssam.every']).toEqual({ origin: 'form' })
})

it('settings taken from another run name it, until they are changed', () => {
  const taken = withValue(valueOfPreset(presets[0]!, { scene: '/s', output: '/o', name: '' }), 'stages.ssam.every', 7)
  const origins = originsOfForm(withValue(taken, 'levels', [3]), undefined, { value: taken, from: 'kitchen' })
  expect(origins['stages.ssam.every']).toEqual({ origin: 'form', source: 'run kitchen' })
  expect(origins.levels).toEqual({ origin: 'form' })
})
