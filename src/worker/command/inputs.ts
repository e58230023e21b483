// What a command stage needs to be there before it starts.
import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Fault } from '#core/base/fault'
import { type CommandDeclaration, fillTemplate, type PlaceholderValues } from '#core/pipeline/command-stage'

/** STAGE_INPUT_MISSING for the first required input that is not there; it names the stage that should have written it. Relative paths are of the run folder. */
export async function lacksInput(declaration: CommandDeclaration, values: PlaceholderValues): Promise<Fault | undefined> {
  for (const { name, path: template, required, from } of declaration.inputs) {
    const path = resolve(values.run, fillTemplate(template, values, `${declaration.id}.inputs.${name}`))
    const there = await stat(path).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return false
        throw error
      },
    )
    if (there || !required) continue
    return new Fault('STAGE_INPUT_MISSING', { stage: declaration.id, input: name, path, ...(from === undefined ? {} : { from }) })
  }
  return undefined
}
