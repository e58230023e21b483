import { describe, expect, it } from 'vitest'
import { environmentLayer, variablesFromText } from './config-environment.ts'

describe('environmentLayer', () => {
  it('reads settings as their kind, and names the variable of each', () => {
    const { layer, problems } = environmentLayer({ SCENEWRIGHT_STAGES_FILTER_MIN_AREA: '12', SCENEWRIGHT_LEVELS: '1,3', PATH: '/bin' })
    expect(layer).toEqual({
      origin: 'environment',
      sources: { levels: 'SCENEWRIGHT_LEVELS', 'stages.filter.minArea': 'SCENEWRIGHT_STAGES_FILTER_MIN_AREA' },
      values: { levels: [1, 3], stages: { filter: { minArea: 12 } } },
    })
    expect(problems).toEqual([])
  })

  it('takes variables of My3DIS, but ours first', () => {
    const both = { MY3DIS_OUTPUT_ROOT: '/m', SCENEWRIGHT_OUTPUT: '/s', MY3DIS_DATASET_ROOT: '/d', MY3DIS_DATA_PATH: '/f' }
    const { layer, problems } = environmentLayer(both, '/x/.env')
    expect(layer.values).toEqual({ output: '/s', scenes: { root: '/d' }, scene: '/f' })
    expect([layer.origin, layer.sources?.['scenes.root']]).toEqual(['.env', 'MY3DIS_DATASET_ROOT in /x/.env'])
    expect(problems.map(({ path }) => path)).toEqual(['MY3DIS_OUTPUT_ROOT'])
  })

  it('says why a variable has no effect, and which one a misspelt one may mean', () => {
    const { problems } = environmentLayer({
      MY3DIS_SAM2_CKPT: 'x',
      SCENEWRIGHT_LEVLES: '2',
      MY3DIS_OUTPUT_ROT: '/o',
      SCENEWRIGHT_STATE: '/s',
    })
    expect(problems.map(({ kind, nearest }) => [kind, nearest])).toEqual([
      ['misspelt', 'MY3DIS_OUTPUT_ROOT'],
      ['ineffective', undefined],
      ['misspelt', 'SCENEWRIGHT_LEVELS'],
    ])
    expect(problems[1]!.message).toContain('need no checkpoints')
  })

  it('takes an empty variable as not set', () => {
    expect(environmentLayer({ SCENEWRIGHT_NAME: '', SCENEWRIGHT_NONSENSE: '' })).toMatchObject({ layer: { values: {} }, problems: [] })
  })
})

describe('variablesFromText', () => {
  it('reads names, quotes, comments and export, and tells the lines that are none of it', () => {
    const text = '# c\nA=1\nexport B = two words # c\r\nC="x # y"\nD=\'a"b\'\nE=\nF=a#b\nnonsense\n G="open\n'
    expect(variablesFromText(text)).toEqual({
      variables: { A: '1', B: 'two words', C: 'x # y', D: 'a"b', E: '', F: 'a#b' },
      wrongLines: [8, 9],
    })
  })
})
