import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { resolveConfig } from '#core/config/config-layers'
import { configurationPage } from '#core/config/config-page'
import { exportedValues } from '#core/config/config-export'
import { cli } from './cli-fixture.ts'
import { readYamlFile, yamlText } from './config/config-files.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'scenewright-page-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const write = (name: string, text: string) => {
  const file = join(folder, name)
  writeFileSync(file, text)
  return file
}

describe('docs/configuration.md', () => {
  const page = readFileSync(fileURLToPath(new URL('../../docs/configuration.md', import.meta.url)), 'utf8')
  it('is what the schema says; `node scripts/docs.mjs` writes it', () => {
    expect(page).toBe(configurationPage())
  })
  it('shows a file that runs', () => {
    const text = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? ''
    const { config, isSeveral, problems } = resolveConfig([readYamlFile(write('shown.yaml', text), folder).layer])
    expect(problems).toEqual([])
    expect([isSeveral, config?.output]).toEqual([true, 'runs/first look'])
  })
  it('says something on each key of My3DIS that is not simply renamed', () => {
    expect(page).not.toContain('| taken over |')
  })
})

const ours = 'scene: x\noutput: y\npreset: fine\nlevels: [1, 2]\nname: "1e3"\nstages: {report: {pictures: 0}, filter: {cascade: false}}\n'
const my3dis =
  'experiment: {data_path: a/outputs/color, output_root: o, levels: [1, 3]}\nstages: {ssam: {min_area: 80, add_gaps: on}, filter: {min_aera: 3}}\n'

describe('config', () => {
  it('export writes a file that gives the same configuration again', async () => {
    const name = write('ours.yaml', ours)
    const { code, out } = await cli('config', 'export', '--config', name, '--set', 'stages.ssam.every=7')
    expect(code).toBe(0)
    const show = async (...words: string[]) => {
      const answer = JSON.parse((await cli('config', 'show', '--json', ...words)).out) as { settings: { path: string; value: unknown }[] }
      return answer.settings.map(({ path, value }) => [path, value])
    }
    const again = await show('--config', write('again.yaml', out))
    expect(again).toEqual(await show('--config', name, '--set', 'stages.ssam.every=7'))
    expect(again).toContainEqual(['name', '1e3'])
  })

  it('import writes ours on stdout and the notes on stderr, and both files mean the same', async () => {
    const name = write('m.yaml', my3dis)
    const { code, out, err } = await cli('config', 'import', name)
    expect([code, err.includes('the nearest is stages.filter.min_area')]).toEqual([0, true])
    const file = readYamlFile(name, folder)
    const before = resolveConfig([...file.standards, file.layer])
    const after = resolveConfig([readYamlFile(write('n.yaml', out), folder).layer])
    expect([after.problems, after.config]).toEqual([[], before.config])
    expect(yamlText(exportedValues(after))).toBe(yamlText(exportedValues(before)))
  })

  it('check ends with 1 and the nearest key when a key is wrong, and lets a file be silent about places', async () => {
    const wrong = await cli('config', 'check', write('w.yaml', 'stages: {filter: {minaera: 3}}\n'))
    expect([wrong.code, wrong.out.includes('the nearest is stages.filter.minArea')]).toEqual([1, true])
    expect((await cli('config', 'check', write('s.yaml', 'levels: [2]\n'))).code).toBe(0)
    expect((await cli('config', 'check', write('t.yaml', 'experiment: {scenes: [a]}\n'))).code).toBe(0)
    expect((await cli('config', 'import', join(folder, 's.yaml'))).code).toBe(2)
  })

  it('show tells value and origin of every setting, and ends with 2 when one is wrong', async () => {
    const right = await cli('config', 'show', 'x', '--out', 'y', '--levels', '2', '--preset', 'quick')
    expect(right.code).toBe(0)
    expect(right.out).toMatch(/^levels +\[2\] +flag \(--levels\)$/m)
    expect(right.out).toMatch(/^stages\.ssam\.every +8 +preset \(quick\)$/m)
    expect((await cli('config', 'show', 'x', '--out', 'y', '--set', 'levels=9')).code).toBe(2)
  })
})
