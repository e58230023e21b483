// Fetches a model, known or at an address, with the weights beside it, and takes it into the store.
import { createHash } from 'node:crypto'
import { readdir, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Fault } from '#core/base/fault'
import type { KnownModel } from '#core/model/known-models'
import { ModelId } from '#core/model/model-entry'
import { type FetchProgress, fetchFile } from './fetch-file.ts'
import { inspectModelFile, makeFolder } from './model-disk.ts'
import { idFromName, type StoredModel } from './model-listing.ts'
import type { ModelStore } from './model-store.ts'

export type FetchModelOptions = {
  /** Name in the store; by default that of the known model or of the file. */
  readonly id?: string | undefined
  /** Of the file at an address; known models bring their own. */
  readonly sha256?: string | undefined
  /** Base address to fetch the files of a known model from instead, by their names. */
  readonly from?: string | undefined
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: FetchProgress) => void) | undefined
  readonly silenceMs?: number
}

type Wanted = {
  readonly name: string
  readonly address: string
  readonly sha256?: string | undefined
  readonly sizeBytes?: number | undefined
}

/**
 * `what` is the id of a known model or an http(s) address of an ONNX file. What was fetched before a break is kept in the store's
 * folder and gone on with. Throws what fetchFile and the store's add throw, MODEL_WITHOUT_ADDRESS, MODEL_NOT_KNOWN, FOLDER_NOT_WRITABLE.
 */
export async function fetchModel(store: ModelStore, what: string, options: FetchModelOptions = {}): Promise<StoredModel> {
  const { model, wanted, id, folder } = await planFetch(store, what, options)
  await makeFolder(folder)
  const paths: string[] = []
  try {
    for (const file of wanted) {
      const path = join(folder, file.name)
      // Fetched and checked by an earlier attempt that broke off at a later file.
      if (!(await stat(path).catch(() => undefined))) await fetchFile(file.address, path, { ...file, ...passedOn(options) })
      paths.push(path)
      await fetchWeights(file.address, path, options)
    }
  } catch (error) {
    // Nothing to go on with: what is left behind would be listed as a fetch that could be.
    if ((await bytesIn(folder)) === 0) await rm(folder, { recursive: true, force: true })
    throw error
  }
  try {
    const added = await store.add(paths, {
      id,
      move: true,
      origin: 'fetched',
      source: wanted[0]?.address,
      ...(model && { title: model.title, licence: model.licence, unchecked: model.unchecked, preprocessing: model.preprocessing }),
    })
    await rm(folder, { recursive: true, force: true })
    return added
  } catch (error) {
    // A file that is refused would be refused again; the next attempt has to fetch anew.
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

/** Of what was fetched, whole or in part. */
async function bytesIn(folder: string): Promise<number> {
  const names = (await readdir(folder)).filter((name) => !name.endsWith('.part.json'))
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size))
  return sizes.reduce((sum, size) => sum + size, 0)
}

type FetchPlan = {
  readonly id: string
  readonly model: KnownModel | undefined
  readonly wanted: readonly Wanted[]
  /** Where what came is kept until all of it is there. */
  readonly folder: string
}

/** What a fetch would do; asks no server. Throws MODEL_ID_INVALID, MODEL_EXISTS, MODEL_WITHOUT_ADDRESS, MODEL_NOT_KNOWN, MODEL_FETCH_FAILED for no address. */
export async function planFetch(
  store: ModelStore,
  what: string,
  options: Pick<FetchModelOptions, 'id' | 'sha256' | 'from'>,
): Promise<FetchPlan> {
  const model = /^[a-z]+:\/\//i.test(what) ? undefined : knownModel(store, what)
  const wanted = model ? filesOf(model, options.from) : [fileAt(what, options.sha256)]
  const id = options.id ?? model?.id ?? idFromName(wanted[0]?.name ?? '')
  if (!ModelId.safeParse(id).success) throw new Fault('MODEL_ID_INVALID', { id: id.slice(0, 100) })
  // Told before gigabytes are fetched for nothing.
  if (await stat(join(store.folder, id)).catch(() => undefined)) throw new Fault('MODEL_EXISTS', { id })
  // What came from one address must not be gone on with, or joined, from another.
  const mark = createHash('sha256')
    .update(wanted.map((file) => file.address).join('\n'))
    .digest('hex')
  return { id, model, wanted, folder: join(store.folder, `.fetching-${id}-${mark.slice(0, 12)}`) }
}

const passedOn = ({ signal, onProgress, silenceMs }: FetchModelOptions) => ({
  signal,
  onProgress,
  ...(silenceMs !== undefined && { silenceMs }),
})

function knownModel({ known }: ModelStore, id: string): KnownModel {
  const model = known.find((one) => one.id === id)
  if (model) return model
  const bare = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, '')
  const near = known.filter((one) => bare(one.id).includes(bare(id)) || bare(id).includes(bare(one.id)))
  throw new Fault('MODEL_NOT_KNOWN', { what: id.slice(0, 200), near: near.map((one) => one.id).join(', ') })
}

function filesOf(model: KnownModel, from: string | undefined): readonly Wanted[] {
  return model.files.map(({ name, address, sha256, sizeBytes }) => {
    const found = from === undefined ? address : new URL(name, from.endsWith('/') ? from : `${from}/`).href
    if (found === undefined)
      throw new Fault('MODEL_WITHOUT_ADDRESS', { id: model.id, section: model.section, commands: model.export?.commands.join('; ') ?? '' })
    return { name, address: found, sha256, sizeBytes }
  })
}

function fileAt(address: string, sha256: string | undefined): Wanted {
  const name = URL.canParse(address) ? basename(decodeURIComponent(new URL(address).pathname)).replace(/[^A-Za-z0-9._+-]/g, '-') : ''
  return { name: name === '' || name.startsWith('.') ? 'model.onnx' : name, address, sha256 }
}

/** Weights that the fetched network keeps beside itself are at the same place under the names it gives. */
async function fetchWeights(address: string, path: string, options: FetchModelOptions): Promise<void> {
  for (;;) {
    const missing = await inspectModelFile(path).then(
      () => undefined,
      (error: unknown) => (error instanceof Fault && error.code === 'MODEL_WEIGHTS_MISSING' ? String(error.params.name) : undefined),
    )
    // Any other fault is told when the model is added.
    if (missing === undefined) return
    const target = join(path, '..', missing)
    if (await stat(target).catch(() => undefined)) return
    await fetchFile(new URL(encodeURIComponent(missing), address).href, target, { name: missing, ...passedOn(options) })
  }
}
