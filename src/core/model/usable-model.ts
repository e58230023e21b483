// A model as a stage gets it: what kind it is, its parts with their files and hashes, and how a picture is made ready for it.
import { z } from 'zod'
import { ModelFamily, ModelPart, ModelRole, Preprocessing, Sha256 } from './model-entry.ts'

export const UsableModel = z.object({
  /** Its name in the store, or its path when it was given as a path. */
  name: z.string(),
  /** Of its first file. */
  path: z.string(),
  /** Of a model of one file its own; of several, over the parts and hashes of all in the order of their names. */
  sha256: Sha256,
  role: ModelRole,
  family: ModelFamily,
  /** Its parts, and the weights beside them, which have no part. */
  files: z.array(z.object({ part: ModelPart.optional(), path: z.string(), sha256: Sha256, sizeBytes: z.number().int().nonnegative() })),
  preprocessing: Preprocessing.optional(),
  classNames: z.array(z.string()).optional(),
})
export type UsableModel = z.infer<typeof UsableModel>

/** The file of one part. Throws an Error for a part that the store would have missed already. */
export function fileOfPart({ name, files }: UsableModel, part: ModelPart): string {
  const found = files.find((file) => file.part === part)
  if (!found) throw new Error(`The model ${name} has no ${part}.`)
  return found.path
}

/** A file or folder on this machine; anything else is a name in the store. */
export function isModelPath(nameOrPath: string): boolean {
  return /[\\/]/.test(nameOrPath) || /\.(onnx|ort)$/i.test(nameOrPath)
}
