import { describe, expect, it } from 'vitest'
import { OriginKind } from '../run/provenance.ts'
import { RunConfig } from '../run/run-config.ts'
import { resolveConfig } from './config-layers.ts'
import { settingPaths, valueFromText, variableOf } from './config-paths.ts'
import { type ConfigLayer, setAt, type Tree, valueAt } from './config-problem.ts'
import { nearestPaths } from './nearest-path.ts'
import { sceneSpecFromText, selectScenes } from './scene-selection.ts'

const least = { scene: '/s', output: '/o' }
const yaml = (values: Tree): ConfigLayer[] => [{ origin: 'yaml', source: 'a.yaml', values: { ...least, ...values } }]

/** Numbers that are the same each time (mulberry32). */
function numbersFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

const samples: Readonly<Record<string, (n: number) => unknown>> = {
  'stages.filter.minArea': (n) => n,
  'stages.ssam.every': (n) => n + 1,
  'stages.tracker.maxPropagate': (n) => n,
  'frames.start': (n) => n,
  name: (n) => `run ${n}`,
  levels: (n) => [1 + (n % 5), 6],
  'stages.filter.cascade': (n) => n % 2 === 0,
}

describe('resolveConfig', () => {
  it('takes each value from the strongest layer that sets it, and names that layer, whatever the layers hold', () => {
    const next = numbersFrom(7)
    for (let round = 0; round < 300; round += 1) {
      const layers: ConfigLayer[] = [{ origin: 'default', source: 'base', values: least }]
      const expected = new Map<string, readonly [value: unknown, origin: string, source: string]>()
      OriginKind.options.slice(0, 6).forEach((origin, rank) => {
        const values: Tree = {}
        const source = `layer ${rank}`
        for (const [path, sample] of Object.entries(samples)) {
          if (next() < 0.6) continue
          const value = sample(Math.floor(next() * 100))
          setAt(values, path, value)
          expected.set(path, [value, origin, source])
        }
        layers.push({ origin, source, values })
      })
      const { config, origins, problems } = resolveConfig(layers)
      expect(problems).toEqual([])
      for (const path of Object.keys(samples)) {
        const wanted = expected.get(path)
        const standard = settingPaths.find((setting) => setting.path === path)!.standard
        expect([valueAt(config, path), origins[path]]).toEqual(
          wanted === undefined ? [standard, { origin: 'default' }] : [wanted[0], { origin: wanted[1], source: wanted[2] }],
        )
      }
      expect(Object.keys(origins)).toEqual(settingPaths.map(({ path }) => path))
    }
  })

  it('gives exactly what the schema gives when nothing but the least is set', () => {
    expect(resolveConfig(yaml({})).config).toEqual(RunConfig.parse(least))
  })

  const misspelt: readonly (readonly [values: Tree, path: string, nearest: string | undefined])[] = [
    [{ stages: { filter: { min_area: 3 } } }, 'stages.filter.min_area', 'stages.filter.minArea'],
    [{ stages: { filter: { minimumArea: 3 } } }, 'stages.filter.minimumArea', 'stages.filter.minArea'],
    [{ stages: { fliter: { minArea: 3 } } }, 'stages.fliter', 'stages.filter'],
    [{ stages: { tracker: { iou: 0.5 } } }, 'stages.tracker.iou', 'stages.tracker.iouThreshold'],
    [{ maxPropagate: 3 }, 'maxPropagate', 'stages.tracker.maxPropagate'],
    [{ stages: { ssam: { stabilityThreshold: 1 } } }, 'stages.ssam.stabilityThreshold', 'stages.filter.stabilityThreshold'],
    [{ levles: [1] }, 'levles', 'levels'],
    [{ frames: { sttep: 2 } }, 'frames.sttep', 'frames.step'],
    [{ weather: 1 }, 'weather', undefined],
  ]
  it.each(misspelt)('%j: says the nearest right key and starts nothing', (values, path, nearest) => {
    const { config, problems } = resolveConfig(yaml(values))
    expect(config).toBeUndefined()
    expect(problems).toMatchObject([{ severity: 'error', path, kind: nearest === undefined ? 'unknown' : 'misspelt' }])
    expect(problems[0]!.nearest).toBe(nearest)
    expect(problems[0]!.message).toContain('(a.yaml): there is no such setting')
  })

  it('only warns of a variable that it does not know', () => {
    const layer: ConfigLayer = { origin: 'environment', source: 'SCENEWRIGHT_LEVLES', values: { levles: '2' } }
    const { config, problems } = resolveConfig([...yaml({}), layer])
    expect([config?.scene, problems.map(({ severity, nearest }) => [severity, nearest])]).toEqual(['/s', [['warning', 'levels']]])
  })

  it('tells all wrong values at once, in the words of the schema, with their source', () => {
    const { problems } = resolveConfig(yaml({ levels: [4, 2], stages: { filter: { minArea: -1, cascade: 'x' }, ssam: 5 } }))
    expect(problems.map(({ message }) => message)).toEqual([
      'stages.ssam (a.yaml) is a group of settings, not 5.',
      'levels (a.yaml) is [4,2], which does not fit: levels must ascend, each once.',
      'stages.filter.minArea (a.yaml) is -1, which does not fit: it has to be a whole number, at least 0.',
      'stages.filter.cascade (a.yaml) is "x", which does not fit: it has to be true or false.',
    ])
  })

  it('says what has no effect beside the other settings, but not of presets', () => {
    const values = { stages: { ssam: { fillArea: 9, model: 'a.onnx', refine: 'anew' } }, parallel: 2 }
    const paths = ['stages.ssam.model', 'stages.ssam.refine', 'stages.ssam.fillArea', 'parallel']
    expect(resolveConfig(yaml(values)).problems.map(({ kind, path }) => [kind, path])).toEqual(paths.map((path) => ['ineffective', path]))
    expect(resolveConfig([{ origin: 'preset', values }, ...yaml({})]).problems).toEqual([])
  })

  it('counts an empty value as not set, and says so', () => {
    const { config, problems } = resolveConfig(yaml({ name: null, stages: null }))
    expect([config?.name, problems.map(({ kind }) => kind)]).toEqual(['', ['ineffective', 'ineffective']])
  })

  it('lets a selection of scenes win over one scene, unless the scene alone is on the command line', () => {
    const several = yaml({ scenes: { root: '/d', from: 'scene_1' } })
    const flag = (values: Tree): ConfigLayer => ({ origin: 'flag', source: '<folder>', values })
    const kinds = (layers: ConfigLayer[]) => {
      const { isSeveral, config, problems } = resolveConfig(layers)
      return [isSeveral, config?.scene, problems.map(({ path }) => path)]
    }
    expect(kinds(several)).toEqual([true, '/d', ['scene']])
    expect(kinds([...several, flag({ scene: '/x' })])).toEqual([false, '/x', ['scenes.root', 'scenes.from']])
    expect(kinds([{ origin: 'yaml', values: { output: '/o', scenes: { root: '/d' } } }])).toEqual([true, '/d', []])
    expect(kinds([flag({ output: '/o', scenes: { names: 'all' } })])).toEqual([true, undefined, ['scenes.root']])
  })

  it('fills {name} in the output folder, and refuses it without a name', () => {
    expect(resolveConfig(yaml({ output: '/o/{name}/x', name: 'v7' })).config?.output).toBe('/o/v7/x')
    expect(resolveConfig(yaml({ output: '/o/{name}' })).problems.map(({ path }) => path)).toEqual(['output'])
  })

  it('takes no key that would reach a prototype', () => {
    const values = JSON.parse('{"scene":"/s","output":"/o","__proto__":{"name":"x"},"constructor":1}') as Tree
    expect(resolveConfig([{ origin: 'yaml', values }]).problems.map(({ path }) => path)).toEqual(['__proto__', 'constructor'])
  })
})

describe('settings as data', () => {
  it('gives each a title, words for what is allowed, a default that fits and a variable of its own', () => {
    expect(new Set(settingPaths.map(({ variable }) => variable)).size).toBe(settingPaths.length)
    expect(variableOf('stages.filter.minArea')).toBe('SCENEWRIGHT_STAGES_FILTER_MIN_AREA')
    for (const { path, allowed, standard } of settingPaths) {
      expect(allowed, path).not.toBe('')
      if (path !== 'scene' && path !== 'output') expect(standard, path).toBeDefined()
    }
  })

  it.each([
    ['stages.filter.minArea', '12', 12],
    ['stages.filter.minArea', 'big', 'big'],
    ['stages.filter.cascade', 'off', false],
    ['name', '123', '123'],
    ['levels', '2, 4', [2, 4]],
    ['levels', '[1,3]', [1, 3]],
    ['scenes.names', 'all', 'all'],
    ['scenes.names', 'a,b', ['a', 'b']],
  ])('%s: reads the text %s as its kind of value', (path, text, value) => {
    expect(valueFromText(settingPaths.find((setting) => setting.path === path)!, text)).toEqual(value)
  })

  it('calls nothing near that only shares a few letters', () => {
    const known = settingPaths.map(({ path }) => path)
    for (const path of ['foo', 'stages.filter.blur', 'gpu']) expect(nearestPaths(path, known), path).toEqual([])
  })
})

describe('selectScenes', () => {
  const found = ['scene_1', 'scene_2', 'scene_3', 'scene_4']
  const select = (names: string | string[], from = '', to = '') => selectScenes(found, { names, from, to })
  it('takes all, one, or a list in its own order without repeats', () => {
    for (const word of ['all', 'ALL', '*', '__all__']) expect(select(word).names).toEqual(found)
    expect(select('scene_2').names).toEqual(['scene_2'])
    expect(select(['scene_3', 'scene_1', 'scene_3']).names).toEqual(['scene_3', 'scene_1'])
    expect(select(['scene_4', '*']).names).toEqual(['scene_4', 'scene_1', 'scene_2', 'scene_3'])
  })
  it('cuts a range with both ends, in the order of the folder', () => {
    expect(select('all', 'scene_2', 'scene_3').names).toEqual(['scene_2', 'scene_3'])
    expect(select('all', '', 'scene_2').names).toEqual(['scene_1', 'scene_2'])
    expect(select(['scene_4', 'scene_3', 'scene_1'], 'scene_2').names).toEqual(['scene_3', 'scene_4'])
  })
  it('says in one sentence all that is missing, a range the wrong way round, and an empty choice', () => {
    expect(select(['x', 'scene_1', 'y'], 'z').problem).toMatch(/^The scenes x, y, z are not among the scenes of the folder: scene_1, /)
    expect(select('all', 'scene_3', 'scene_2').problem).toContain('scene_3 comes after')
    expect(select('scene_1', 'scene_2').problem).toContain('No scene is chosen')
    expect(selectScenes([], { names: ['x'], from: '', to: '' }).problem).toContain('has none')
    expect(selectScenes([], { names: 'all', from: '', to: '' }).problem).toContain('holds no scene')
  })
  it('reads the forms of the option', () => {
    expect(sceneSpecFromText('a, b')).toMatchObject({ names: ['a', 'b'] })
    expect(sceneSpecFromText('a..c')).toEqual({ names: 'all', from: 'a', to: 'c' })
    expect(sceneSpecFromText('..c')).toEqual({ names: 'all', from: '', to: 'c' })
    for (const wrong of ['', '..', 'a,,b']) expect(sceneSpecFromText(wrong), wrong).toBeUndefined()
  })
})
