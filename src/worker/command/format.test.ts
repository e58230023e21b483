// Holds docs/formats/command.md to the code: its example does what it says, its tables name every field.
import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import {
  CommandDeclaration,
  CommandInput,
  CommandOutput,
  CommandProgram,
  CommandProgress,
  fillTemplate,
  OutputCheck,
  placeholderNames,
  RetryReason,
} from '#core/pipeline/command-stage'
import { listen } from './listening.ts'

const page = await readFile(new URL('../../../docs/formats/command.md', import.meta.url), 'utf8')
const blockOf = (mark: string): string => {
  const start = page.indexOf(`\n\`\`\`${mark}\n`)
  if (start < 0) throw new Error(`the page has no block "${mark}"`)
  return page.slice(start + mark.length + 5, page.indexOf('\n```', start + 4))
}

describe('command.md', () => {
  it('has an example whose arguments are what the page says', () => {
    const declaration = CommandDeclaration.parse(JSON.parse(blockOf('json command')))
    const values = {
      frames: '/scenes/k',
      run: '/runs/a',
      out: '/runs/a/.stage-features.tmp/out',
      stage: 'features',
      device: 'cpu',
      config: { stages: { report: { maxWidth: 960 } } },
    }
    expect(declaration.argv.map((text) => fillTemplate(text, values, 'argv'))).toEqual(JSON.parse(blockOf('json argv')))
  })
  it('has lines that move the bar to where the page says', async () => {
    const declaration = CommandDeclaration.parse(JSON.parse(blockOf('json command')))
    const fractions: number[] = []
    const ears = listen(declaration, { write: async () => {} }, { progress: (fraction) => fractions.push(fraction), warn: () => {} })
    for (const text of blockOf('text lines').split('\n')) await ears.take([{ text, lasting: true }])
    expect(fractions).toEqual([0.25, 0.75])
    expect(ears.failed()).toBeUndefined()
  })
  it('names every field, check, class and placeholder', () => {
    const fields = [CommandDeclaration, CommandProgram, CommandInput, CommandOutput, CommandProgress].flatMap((schema) =>
      Object.keys(schema.shape),
    )
    const device = ['kind', 'minComputeCapability', 'minMemoryBytes']
    const words = [...fields, ...device, ...OutputCheck.options, ...RetryReason.options, ...placeholderNames.map((name) => `{${name}}`)]
    expect(words.filter((word) => !page.includes(`\`${word}\``))).toEqual([])
  })
})
