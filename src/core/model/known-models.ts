// The list of known public models: where to get them, and what must be true of their files.
import { z } from 'zod'
import { Fault, reasonOfError } from '../base/fault.ts'
import { ModelFamily, ModelId, ModelPart, ModelPort, ModelRole, Preprocessing, Sha256 } from './model-entry.ts'

export const KnownFile = z.object({
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._+-]{0,200}$/),
  part: ModelPart,
  /** http(s); absent when the file has to be exported by the person. */
  address: z.url({ protocol: /^https?$/ }).optional(),
  /** Absent when nobody of this project has held the file. */
  sha256: Sha256.optional(),
  sizeBytes: z.number().int().positive().optional(),
  inputs: z.array(ModelPort),
  outputs: z.array(ModelPort),
})
export type KnownFile = z.infer<typeof KnownFile>

export const KnownModel = z.object({
  id: ModelId,
  title: z.string(),
  role: ModelRole,
  family: ModelFamily,
  licence: z.string(),
  /** The page of the people who made it. */
  page: z.url({ protocol: /^https$/ }),
  /** Heading in docs/models.md that tells how to export it. */
  section: z.string(),
  /** How to make the files where they cannot be fetched: what has to be at hand, in a sentence, and lines for a terminal, in their order. */
  export: z.object({ needs: z.string(), commands: z.array(z.string()).min(1) }).optional(),
  files: z.array(KnownFile).min(1),
  preprocessing: Preprocessing.optional(),
  /** Facts that were checked where this list was made, each with how. */
  checked: z.array(z.string()),
  /** Facts that could not be checked there; empty only if all of them were. */
  unchecked: z.array(z.string()),
})
export type KnownModel = z.infer<typeof KnownModel>

const KnownModels = z.object({ version: z.literal(1), models: z.array(KnownModel) })

/** From the text of resources/models.json. Throws MODEL_ENTRY_INVALID. */
export function knownModelsFrom(text: string, path = 'models.json'): readonly KnownModel[] {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new Fault('MODEL_ENTRY_INVALID', { path, reason: reasonOfError(error) }, error)
  }
  const parsed = KnownModels.safeParse(value)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw new Fault('MODEL_ENTRY_INVALID', { path, reason: `${issue?.path.join('.')}: ${issue?.message}` })
  }
  return parsed.data.models
}

/** The known model that has a file with this hash, and which one. */
export function knownByHash(models: readonly KnownModel[], sha256: string): { model: KnownModel; file: KnownFile } | undefined {
  for (const model of models) {
    const file = model.files.find((one) => one.sha256 === sha256)
    if (file) return { model, file }
  }
  return undefined
}

/** What of a known model can be fetched at all, and whether each file can be checked then. */
export function fetchability({ files }: KnownModel): 'checked' | 'unchecked' | 'export' {
  if (files.some(({ address }) => address === undefined)) return 'export'
  return files.every(({ sha256 }) => sha256 !== undefined) ? 'checked' : 'unchecked'
}
