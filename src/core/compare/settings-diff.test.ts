// Settings side by side: what differs is told, what says nothing about the answer is not.
import { expect, test } from 'vitest'
import { RunConfig } from '../run/run-config.ts'
import { type ComparedRun, settingsDiff } from './settings-diff.ts'

function run(config: object, others: Partial<ComparedRun> = {}): ComparedRun {
  return {
    config: RunConfig.parse({ scene: '/frames', output: '/runs', ...config }),
    scene: { name: 'room', kind: 'frames', framesPath: '/frames', frameCount: 9, width: 640, height: 480 },
    frameIndices: [0, 1, 2],
    appVersion: '1.0.0',
    buildId: 'b1',
    device: 'cpu',
    gpu: undefined,
    stages: [],
    provenance: undefined,
    ...others,
  }
}

test('only what differs is told, nested settings and lists included', () => {
  const rows = settingsDiff([run({ levels: [2, 4], name: 'x' }), run({ stages: { filter: { minArea: 100 } }, output: '/other' })], true)
  expect(rows).toEqual([
    { path: 'levels', title: 'Levels', values: ['[2,4]', '[2,4,6]'], differs: true },
    { path: 'stages.filter.minArea', title: 'Smallest area', values: [300, 100], differs: true },
  ])
})

test('a difference in the third run alone is a difference', () => {
  const rows = settingsDiff([run({}), run({}), run({ stages: { tracker: { maxPropagate: 3 } } })], true)
  expect(rows.map(({ path, values }) => [path, values])).toEqual([['stages.tracker.maxPropagate', [30, 30, 3]]])
})

test('what a run does not have is undefined, not a wrong column', () => {
  const rows = settingsDiff([run({}), run({}, { gpu: 'a card', frameIndices: [] })], true)
  expect(rows.map(({ path, values }) => [path, values])).toEqual([
    ['run.frames', [3, 0]],
    ['run.firstFrame', [0, undefined]],
    ['run.lastFrame', [2, undefined]],
    ['run.gpu', [undefined, 'a card']],
  ])
})

test('equal runs have a full table and no differences', () => {
  expect(settingsDiff([run({}), run({ output: '/elsewhere' })], true)).toEqual([])
  expect(settingsDiff([run({}), run({})]).some(({ path }) => path === 'stages.ssam.every')).toBe(true)
})
