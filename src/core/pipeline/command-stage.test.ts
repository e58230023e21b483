// Tests of the declaration of a command stage: what it refuses, and what its placeholders become.
import { describe, expect, it } from 'vitest'
import { Fault } from '../base/fault.ts'
import { CommandDeclaration, fillTemplate, isVersionAtLeast } from './command-stage.ts'

const least = {
  id: 'mesh',
  version: 1,
  program: { name: 'mesher' },
  argv: [],
  outputs: [{ name: 'mesh', path: 'mesh.ply' }],
  timeoutMs: 1000,
}
const complaintsOf = (changes: Readonly<Record<string, unknown>>) => {
  const parsed = CommandDeclaration.safeParse({ ...least, ...changes })
  return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
}
const values = {
  frames: '/f',
  run: '/r',
  out: '/r/o',
  stage: 'mesh',
  device: 'cpu',
  config: { levels: [2, 4], name: '{out}', deep: { on: true } },
}

describe('a declaration', () => {
  it('needs little, and says what it was not given', () => {
    expect(CommandDeclaration.parse(least)).toMatchObject({
      attempts: 3,
      backoffMs: 30_000,
      graceMs: 10_000,
      cwd: '{out}',
      device: 'none',
      envKeep: [],
    })
  })
  it('with an unknown placeholder is refused by the name of the placeholder', () => {
    expect(complaintsOf({ argv: ['{frames}', '--to={output}'] })).toEqual([
      'argv.1: {output} is no placeholder; there are {frames} {run} {out} {stage} {device} {config.<path>}',
    ])
    expect(complaintsOf({ env: { A: '{config.}' } })[0]).toContain('{config.}')
    expect(complaintsOf({ argv: ['{{"json": 1}}'] })).toEqual([])
  })
  it('with a broken regular expression, a misspelt key or a shell line for arguments is refused', () => {
    expect(complaintsOf({ failPatterns: ['(['] })[0]).toContain('failPatterns.0: is no regular expression')
    expect(complaintsOf({ timeoutMS: 5 })[0]).toContain('timeoutMS')
    expect(complaintsOf({ argv: 'mesher --fast' })[0]).toMatch(/^argv: /)
  })
  it('cannot write outside of its folder or twice to one place', () => {
    for (const path of ['/etc/passwd', '../x', 'a/../../x', 'a//b', '.stage.json', 'a\\b', 'two words'])
      expect(complaintsOf({ outputs: [{ name: 'mesh', path }] }), path).not.toEqual([])
    expect(complaintsOf({ outputs: [least.outputs[0], { name: 'again', path: 'mesh.ply' }] })).toEqual([
      'outputs: two outputs have the path mesh.ply',
    ])
    expect(complaintsOf({ id: '../mesh' })).not.toEqual([])
  })
  it('that asks for a version without a way to learn it is refused', () => {
    expect(complaintsOf({ program: { name: 'mesher', minVersion: '2.0' } })).toEqual(['program.minVersion: needs versionArgv'])
  })
})

describe('a template', () => {
  it('is filled once: a value that looks like a placeholder stays as it is', () => {
    expect(fillTemplate('{config.name}/{stage}', values, 'x')).toBe('{out}/mesh')
  })
  it('takes lists, truths and braces', () => {
    expect(fillTemplate('{{{config.levels}}} {config.deep.on} {config.deep}', values, 'x')).toBe('{2,4} true {"on":true}')
  })
  it('does not reach what is no setting, such as what every object has', () => {
    for (const path of ['constructor', 'levels.length', 'deep.off', 'name.length'])
      expect(() => fillTemplate(`{config.${path}}`, values, 'mesh.argv[0]'), path).toThrow(Fault)
  })
})

it('versions are compared number by number, missing ones being 0', () => {
  expect(isVersionAtLeast('1.10', '1.9')).toBe(true)
  expect(isVersionAtLeast('1.9.9', '1.10')).toBe(false)
  expect(isVersionAtLeast('2', '2.0.0')).toBe(true)
})
