// The store of models in the user's folder: what is there, taking in, checking, removing, and finding one for a stage.
import { rename, rm, stat, unlink } from 'node:fs/promises'
import { createHash, randomUUID } from 'node:crypto'
import { basename, dirname, join, resolve } from 'node:path'
import { Fault, type FaultNote, noteFromError } from '#core/base/fault'
import { type KnownModel, knownByHash } from '#core/model/known-models'
import { type ModelEntry, ModelId, type ModelPart } from '#core/model/model-entry'
import type { LookedUp } from '#core/model/resolve'
import { isModelPath, type UsableModel } from '#core/model/usable-model'
import { hashFile } from '../state/file-hashes.ts'
import {
  copyWithHash,
  diskFault,
  type InspectedModel,
  inspectModelFile,
  linkFile,
  makeFolder,
  missingOrUnreadable,
  writeJsonWhole,
} from './model-disk.ts'
import {
  type EntryFacts,
  entryFileName,
  entryOf,
  idFromName,
  listModels,
  modelAt,
  type ModelListing,
  type StoredModel,
} from './model-listing.ts'
import { watchFolder } from './model-watch.ts'

export type AddOptions = Partial<Omit<EntryFacts, 'id' | 'origin'>> & {
  readonly id?: string | undefined
  /** Takes no space: the file stays where it is, and a change of it is a change of the model. */
  readonly link?: boolean
  /** Moves the files instead of copying them: for what was fetched into the store's own disk. */
  readonly move?: boolean
  readonly origin?: ModelEntry['origin']
}

export type VerifiedFile = { readonly name: string; readonly sha256: string; readonly fault?: FaultNote }

export type ModelStore = {
  readonly folder: string
  readonly known: readonly KnownModel[]
  list(): Promise<ModelListing>
  /** Throws MODEL_NOT_IN_STORE. */
  get(id: string): Promise<StoredModel>
  /**
   * Takes in the files of one model. A file that was dropped into the store is moved into a folder of its own. On a failure
   * the store is as before. Throws what inspecting throws, MODEL_PARTS_CLASH, MODEL_ID_INVALID, MODEL_EXISTS.
   */
  add(paths: readonly string[], options?: AddOptions): Promise<StoredModel>
  /** Reads every byte; one result for each file and each weights file. Throws MODEL_NOT_IN_STORE only. */
  verify(id: string): Promise<readonly VerifiedFile[]>
  /** Linked files stay where they are. Throws MODEL_NOT_IN_STORE. */
  remove(id: string): Promise<void>
  /** A model by name or path for a stage, hashed. Never throws: why it cannot be used is a fault in the answer. */
  lookUp(nameOrPath: string, hashOf?: (path: string) => Promise<string>): Promise<LookedUp>
  /** Calls back within a second after anything in the folder changed; ends with the answer's call. */
  watch(changed: () => void): () => void
}

export function createModelStore(folder: string, known: readonly KnownModel[]): ModelStore {
  const list = () => listModels(folder)
  const get = async (id: string): Promise<StoredModel> => {
    const { models } = await list()
    const found = models.find(({ entry }) => entry.id === id)
    if (found) return found
    const names = models.map(({ entry }) => entry.id).join(', ')
    throw new Fault('MODEL_NOT_IN_STORE', { id, folder, known: names === '' ? 'it is empty' : `it has ${names}` })
  }
  return {
    folder,
    known,
    list,
    get,
    add: async (paths, options = {}) => {
      const id = await takeIn(folder, known, paths, options)
      return get(id)
    },
    verify: async (id) => verifyFiles(await get(id)),
    remove: async (id) => removeModel(folder, await get(id)),
    lookUp: async (nameOrPath, hashOf = hashFile) => {
      try {
        if (isModelPath(nameOrPath)) return await lookUpPath(resolve(nameOrPath), hashOf)
        return await lookUpStored(await get(nameOrPath), hashOf)
      } catch (error) {
        return { fault: noteFromError(error) }
      }
    },
    watch: (changed) => watchFolder(folder, changed),
  }
}

async function takeIn(folder: string, known: readonly KnownModel[], paths: readonly string[], options: AddOptions): Promise<string> {
  const files: InspectedModel[] = []
  for (const path of paths) files.push(await inspectModelFile(resolve(path)))
  const names = files.flatMap((file) => [basename(file.path), ...file.weights.map(({ name }) => name)])
  const twice = names.find((name, i) => names.indexOf(name) !== i || name === entryFileName)
  if (twice !== undefined) throw new Fault('MODEL_PARTS_CLASH', { reason: `Two of them would be named ${twice} in the store` })
  if (options.id !== undefined) await checkFree(folder, options.id)
  // Clashing parts are told before anything is copied.
  entryOf(files, { id: 'model', origin: 'added' })
  await makeFolder(folder)
  const draft = join(folder, `.adding-${randomUUID()}`)
  await makeFolder(draft)
  const moved: (() => Promise<void>)[] = []
  try {
    const hashes = new Map<string, string>()
    for (const file of files)
      for (const path of [file.path, ...file.weights.map((one) => one.path)])
        hashes.set(path, await place(path, join(draft, basename(path)), options.move === true || dirname(path) === folder, options, moved))
    const facts = factsOf(files, hashes, known, options)
    const id = options.id ?? facts.id
    await checkFree(folder, id)
    await writeJsonWhole(join(draft, entryFileName), withHashes(entryOf(files, { ...facts, id }), files, hashes))
    await rename(draft, join(folder, id))
    return id
  } catch (error) {
    for (const back of moved.toReversed()) await back()
    await rm(draft, { recursive: true, force: true })
    throw error
  }
}

/** Brings one file into the draft and gives its hash. */
async function place(from: string, to: string, move: boolean, { link }: AddOptions, moved: (() => Promise<void>)[]): Promise<string> {
  if (move) {
    await rename(from, to)
    moved.push(() => rename(to, from))
    return hashFile(to)
  }
  if (link !== true) return copyWithHash(from, to)
  await linkFile(from, to)
  return hashFile(to)
}

async function checkFree(folder: string, id: string): Promise<void> {
  if (!ModelId.safeParse(id).success) throw new Fault('MODEL_ID_INVALID', { id: id.slice(0, 100) })
  const taken = await stat(join(folder, id)).catch(() => undefined)
  if (taken) throw new Fault('MODEL_EXISTS', { id })
}

/** What the person said comes first, then what is known of exactly these bytes, then what the files say. */
function factsOf(
  files: readonly InspectedModel[],
  hashes: ReadonlyMap<string, string>,
  known: readonly KnownModel[],
  options: AddOptions,
): EntryFacts {
  const model = knownByHash(known, hashes.get(files[0]?.path ?? '') ?? '')?.model
  const { title, licence, source, unchecked, classNames, preprocessing } = options
  return {
    id: model?.id ?? idFromName(basename(files[0]?.path ?? '')),
    origin: options.origin ?? 'added',
    title: title ?? model?.title,
    licence: licence ?? model?.licence,
    source: source ?? model?.page,
    unchecked: unchecked ?? model?.unchecked,
    classNames,
    preprocessing: preprocessing ?? model?.preprocessing,
    addedAt: Date.now(),
  }
}

function withHashes(entry: ModelEntry, files: readonly InspectedModel[], hashes: ReadonlyMap<string, string>): ModelEntry {
  const hashOf = (path: string): string => hashes.get(path) ?? ''
  return {
    ...entry,
    files: entry.files.map((file, i) => ({
      ...file,
      sha256: hashOf(files[i]!.path),
      weights: files[i]!.weights.map(({ name, path, sizeBytes }) => ({ name, sizeBytes, sha256: hashOf(path) })),
    })),
  }
}

/** Every file of a model with what is recorded of it. */
function recorded({ entry }: StoredModel): RecordedFile[] {
  return entry.files.flatMap(({ name, sha256, sizeBytes, part, weights }) => [{ name, sha256, sizeBytes, part }, ...weights])
}
type RecordedFile = {
  readonly name: string
  readonly sha256?: string | undefined
  readonly sizeBytes: number
  readonly part?: ModelPart
}

async function verifyFiles(model: StoredModel): Promise<readonly VerifiedFile[]> {
  const results: VerifiedFile[] = []
  for (const { name, sha256: expected } of recorded(model)) {
    const path = join(model.folder, name)
    try {
      const sha256 = await hashFile(path)
      const same = expected === undefined || expected === sha256
      results.push({ name, sha256, ...(!same && { fault: { code: 'MODEL_CHANGED', params: { path, found: sha256, expected } } }) })
    } catch (error) {
      results.push({ name, sha256: '', fault: noteFromError(missingOrUnreadable(path, error)) })
    }
  }
  return results
}

/** Throws FOLDER_NOT_WRITABLE. */
async function removeModel(folder: string, model: StoredModel): Promise<void> {
  try {
    if (model.folder !== folder) await rm(model.folder, { recursive: true })
    else for (const { name } of recorded(model)) await unlink(join(folder, name))
  } catch (error) {
    throw diskFault(model.folder, error)
  }
}

async function lookUpPath(path: string, hashOf: (path: string) => Promise<string>): Promise<LookedUp> {
  const looked = await lookUpStored(await modelAt(path), hashOf)
  return 'model' in looked ? { model: { ...looked.model, name: path } } : looked
}

async function lookUpStored(stored: StoredModel, hashOf: (path: string) => Promise<string>): Promise<LookedUp> {
  const [problem] = stored.problems
  if (problem) return { fault: problem }
  const { entry, folder, missing } = stored
  if (missing.length > 0) {
    const found = `only ${entry.files.map(({ part }) => part).join(', ')}`
    return { fault: { code: 'MODEL_UNEXPECTED', params: { path: folder, found, expected: missing.join(', ') } } }
  }
  const files: UsableModel['files'] = []
  for (const { name, sha256: expected, sizeBytes, part } of recorded(stored)) {
    const path = join(folder, name)
    const sha256 = await hashOf(path)
    if (expected !== undefined && expected !== sha256)
      return { fault: { code: 'MODEL_CHANGED', params: { path, found: sha256, expected } } }
    files.push({ ...(part && { part }), path, sha256, sizeBytes })
  }
  const { id, role, family, preprocessing, classNames } = entry
  const [first] = files
  return { model: { name: id, path: first!.path, sha256: hashOfAll(files), role, family, files, preprocessing, classNames } }
}

function hashOfAll(files: UsableModel['files']): string {
  if (files.length === 1) return files[0]!.sha256
  const lines = files.map(({ part, path, sha256 }) => `${part ?? basename(path)} ${sha256}\n`)
  return createHash('sha256').update(lines.sort().join('')).digest('hex')
}
