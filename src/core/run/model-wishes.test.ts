// Which models a run asks for: none for built-in backends, one for each stage that runs a network, each of its own role.
import { expect, it } from 'vitest'
import { modelWishes, withModelPaths } from './model-wishes.ts'
import { RunConfig } from './run-config.ts'

const configOf = (stages: object) => RunConfig.parse({ scene: 's', output: 'o', stages })

it('a stage on its built-in backend asks for none, whatever model is named beside it', () => {
  expect(modelWishes(configOf({ tracker: { model: 'sam2' } }))).toEqual([])
})

it('the tracker asks for a video tracker, and tries nothing after builtin', () => {
  const tracker = { backend: 'onnx', model: 'sam2.1-tiny', fallbacks: ['edge', 'builtin', 'never'] }
  expect(modelWishes(configOf({ tracker }))).toEqual([
    {
      stage: 'tracker',
      roles: ['videoTracker'],
      chosen: 'sam2.1-tiny',
      fallbacks: ['edge'],
      builtin: 'builtin',
      where: 'stages.tracker.model',
    },
  ])
})

it('paths of either stage are made absolute, names stay', () => {
  const stages = { ssam: { model: './seg.onnx' }, tracker: { model: 'modules/tiny', fallbacks: ['tiny', './other'] } }
  const placed = withModelPaths(configOf(stages).stages, (path) => `/at/${path}`)
  expect([placed.ssam.model, placed.tracker.model, placed.tracker.fallbacks]).toEqual([
    '/at/./seg.onnx',
    '/at/modules/tiny',
    ['tiny', '/at/./other'],
  ])
})
