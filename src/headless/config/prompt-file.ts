// Masks for the tracker from a JSON file: the settings of a run hold the list itself, so that the file may go afterwards.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { z } from 'zod'
import { Fault, reasonOfError } from '#core/base/fault'
import { type ConfigLayer, isTree } from '#core/config/config-problem'
import { UserPrompt } from '#core/segment/user-prompt'

/** The layer with the list in place of the path, from `folder`; any other layer as it is. Throws PROMPT_FILE_UNREADABLE. */
export function withPromptFile(layer: ConfigLayer, folder: string): ConfigLayer {
  const { stages } = layer.values
  if (!isTree(stages) || !isTree(stages.tracker)) return layer
  const told: unknown = stages.tracker.prompts
  // An option is a list of texts until the schema says what the list holds.
  const file: unknown = Array.isArray(told) && told.length === 1 ? told[0] : told
  if (typeof file !== 'string') return layer
  const prompts = readPrompts(file, folder)
  return { ...layer, values: { ...layer.values, stages: { ...stages, tracker: { ...stages.tracker, prompts } } } }
}

function readPrompts(file: string, folder: string): UserPrompt[] {
  try {
    return z.array(UserPrompt).parse(JSON.parse(readFileSync(resolve(folder, file), 'utf8')))
  } catch (error) {
    const [issue] = error instanceof z.ZodError ? error.issues : []
    const reason = issue ? `${issue.path.join('.') || 'the whole'}: ${issue.message}` : reasonOfError(error)
    throw new Fault('PROMPT_FILE_UNREADABLE', { file, reason }, error)
  }
}
