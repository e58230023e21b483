// What lies in the folder of the model store: models with a record, files and folders that were put there by hand, and what is wrong.
import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Fault, type FaultNote, noteFromError, reasonOfError } from '#core/base/fault'
import { classNamesFrom } from '#core/model/class-names'
import { type ModelEntry, ModelEntry as ModelEntrySchema, type ModelPart, missingParts } from '#core/model/model-entry'
import { defaultPreprocessing } from '#core/model/preprocessing-defaults'
import { type InspectedModel, inspectModelFile } from './model-disk.ts'

export const entryFileName = 'entry.json'

export type StoredModel = {
  readonly entry: ModelEntry
  /** Folder of its files: its own, or the store's for a file that was dropped there. */
  readonly folder: string
  /** Parts without which it cannot run. */
  readonly missing: readonly ModelPart[]
  /** Files that are gone or have another size than recorded. */
  readonly problems: readonly FaultNote[]
}

export type ModelListing = {
  readonly models: readonly StoredModel[]
  /** Files and folders that are no model, with the reason: what was found and what was expected. */
  readonly refused: readonly { readonly path: string; readonly fault: FaultNote }[]
}

/** Endings of files that somebody may have meant as a model; others (a licence, a note) are passed over. */
const modelLike = /\.(onnx|ort|safetensors|pt|pth|pkl|pickle|ckpt|bin|engine|plan|trt|tflite|h5|hdf5|pb|gguf|mlmodel)$/i

/** Reads headers and sizes only, so it takes milliseconds whatever the models weigh. A store that is not there yet is empty. */
export async function listModels(folder: string): Promise<ModelListing> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw new Fault('FOLDER_NOT_READABLE', { path: folder, reason: reasonOfError(error) }, error)
  })
  const models: StoredModel[] = []
  const refused: { path: string; fault: FaultNote }[] = []
  const names = entries.filter(({ name }) => !name.startsWith('.')).toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const folders = names.filter((entry) => entry.isDirectory())
  for (const { name } of folders) {
    const path = join(folder, name)
    const found = await modelInFolder(path).catch((error: unknown) => ({ fault: noteFromError(error) }))
    if (found === undefined) continue
    if ('fault' in found) refused.push({ path, fault: found.fault })
    else models.push(found)
  }
  const files = names.filter((entry) => !entry.isDirectory() && modelLike.test(entry.name)).map(({ name }) => join(folder, name))
  const dropped = await inspectAll(files)
  refused.push(...dropped.refused)
  const taken = new Set(models.map(({ entry }) => entry.id))
  for (const file of dropped.inspected) {
    const entry = entryOf([file], { id: freeId(idFromName(basename(file.path)), taken), origin: 'dropped' })
    taken.add(entry.id)
    models.push(stored(entry, folder, []))
  }
  return { models, refused }
}

/** The model of a file or of a folder that lies anywhere. Throws what inspecting throws, and MODEL_UNREADABLE for a folder without one. */
export async function modelAt(path: string): Promise<StoredModel> {
  const found = await stat(path).catch(() => undefined)
  if (!found?.isDirectory()) {
    const file = await inspectModelFile(path)
    return stored(entryOf([file], { id: idFromName(basename(path)), origin: 'dropped' }), dirname(path), [])
  }
  const model = await modelInFolder(path)
  if (!model) throw new Fault('MODEL_UNREADABLE', { path, reason: 'it is a folder without model files' })
  return model
}

/** Undefined for a folder without anything like a model. */
async function modelInFolder(path: string): Promise<StoredModel | undefined> {
  const names = await readdir(path)
  if (names.includes(entryFileName)) {
    const entry = await readEntry(join(path, entryFileName))
    return stored(entry, path, await sizeProblems(path, entry))
  }
  const { inspected, refused } = await inspectAll(names.filter((name) => modelLike.test(name)).map((name) => join(path, name)))
  if (refused[0]) throw new Fault(refused[0].fault.code, refused[0].fault.params)
  if (inspected.length === 0) return undefined
  return stored(entryOf(inspected, { id: idFromName(basename(path)), origin: 'dropped' }), path, [])
}

const stored = (entry: ModelEntry, folder: string, problems: readonly FaultNote[]): StoredModel => ({
  entry,
  folder,
  problems,
  missing: missingParts(entry.family, entry.files),
})

/** Weights beside a model end like models do (.bin); they belong to the one that names them. */
async function inspectAll(
  paths: readonly string[],
): Promise<{ inspected: InspectedModel[]; refused: { path: string; fault: FaultNote }[] }> {
  const inspected: InspectedModel[] = []
  const failed: { path: string; fault: FaultNote }[] = []
  for (const path of paths) {
    try {
      inspected.push(await inspectModelFile(path))
    } catch (error) {
      failed.push({ path, fault: noteFromError(error) })
    }
  }
  const weights = new Set(inspected.flatMap((file) => file.weights.map((one) => one.path)))
  return { inspected, refused: failed.filter(({ path }) => !weights.has(path)) }
}

export async function readEntry(path: string): Promise<ModelEntry> {
  const fault = (reason: string, cause?: unknown) => new Fault('MODEL_ENTRY_INVALID', { path, reason }, cause)
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw fault(reasonOfError(error), error)
  })
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw fault(reasonOfError(error), error)
  }
  const parsed = ModelEntrySchema.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw fault(`${issue?.path.join('.')}: ${issue?.message}`)
}

async function sizeProblems(folder: string, { files }: ModelEntry): Promise<readonly FaultNote[]> {
  const problems: FaultNote[] = []
  for (const file of files)
    for (const { name, sizeBytes } of [file, ...file.weights]) {
      const path = join(folder, name)
      const found = await stat(path).catch(() => undefined)
      if (!found) problems.push({ code: 'MODEL_MISSING', params: { path } })
      else if (found.size !== sizeBytes)
        problems.push({ code: 'MODEL_UNREADABLE', params: { path, reason: `it has ${found.size} bytes, not the ${sizeBytes} recorded` } })
    }
  return problems
}

export type EntryFacts = { readonly id: string; readonly origin: ModelEntry['origin'] } & Partial<
  Pick<ModelEntry, 'title' | 'licence' | 'source' | 'addedAt' | 'unchecked' | 'classNames' | 'preprocessing'>
>

/** An entry from what the files themselves say; hashes are added by whoever has read them. Throws MODEL_PARTS_CLASH. */
export function entryOf(files: readonly InspectedModel[], facts: EntryFacts): ModelEntry {
  const clash = (reason: string) => new Fault('MODEL_PARTS_CLASH', { reason })
  const [first] = files
  if (!first) throw clash('No file was given')
  const families = new Set(files.map(({ recognised }) => recognised.family))
  // The encoder of EdgeSAM cannot be told from that of SAM; its decoder can.
  if (families.has('edgesam')) families.delete('sam')
  const [family] = [...families]
  if (families.size !== 1 || family === undefined)
    throw clash(`They are of several families: ${files.map((file) => `${basename(file.path)} ${file.recognised.family}`).join(', ')}`)
  const parts = files.map(({ recognised }) => recognised.part)
  const twice = parts.find((part, i) => parts.indexOf(part) !== i)
  if (twice !== undefined)
    throw clash(`${files.filter(({ recognised }) => recognised.part === twice).length} of them are the part ${twice}`)
  const listed = files.map((file) => ({
    name: basename(file.path),
    part: file.recognised.part,
    sizeBytes: file.sizeBytes,
    weights: file.weights.map(({ name, sizeBytes }) => ({ name, sizeBytes })),
    inputs: portsOf(file.header.inputs),
    outputs: portsOf(file.header.outputs),
  }))
  const { id, origin, ...given } = facts
  const metadata = first.header.metadata
  return {
    version: 1,
    id,
    title: given.title ?? id,
    role: first.recognised.role,
    family,
    files: listed,
    licence: given.licence ?? metadata.license ?? metadata.licence ?? 'unknown',
    source: given.source ?? first.path,
    preprocessing: given.preprocessing ?? defaultPreprocessing(family, listed),
    classNames: given.classNames ?? classNamesOf(metadata.names),
    unchecked: given.unchecked ?? ['preprocessing: that of its family is assumed'],
    origin,
    ...(given.addedAt !== undefined && { addedAt: given.addedAt }),
  }
}

const classNamesOf = (text: string | undefined) => {
  const names = classNamesFrom(text)
  return names === undefined ? undefined : [...names]
}
const portsOf = (ports: InspectedModel['header']['inputs']) => ports.map(({ name, type, shape }) => ({ name, type, shape: [...shape] }))

/** A name made of that of a file: without its ending, and without what no name may have. */
export function idFromName(name: string): string {
  const plain = name
    .replace(/\.(onnx|ort)$/i, '')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 64)
  return plain === '' ? 'model' : plain
}

function freeId(id: string, taken: ReadonlySet<string>): string {
  if (!taken.has(id)) return id
  for (let number = 2; ; number++) {
    const next = `${id.slice(0, 58)}-${number}`
    if (!taken.has(next)) return next
  }
}
