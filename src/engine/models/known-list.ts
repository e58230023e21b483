// The list of known public models, from the file that the program brings along.
import { readFileSync } from 'node:fs'
import { type KnownModel, knownModelsFrom } from '#core/model/known-models'

/** Throws MODEL_ENTRY_INVALID, and what reading throws. */
export function readKnownModels(file: string): readonly KnownModel[] {
  return knownModelsFrom(readFileSync(file, 'utf8'), file)
}
