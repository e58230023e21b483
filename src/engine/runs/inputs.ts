// What goes into a run from outside: the content of the selected frames, models and programs, as hashes.
import { createHash } from 'node:crypto'
import { readdir, stat } from 'node:fs/promises'
import { delimiter, isAbsolute, join } from 'node:path'
import { Fault, isFaultCode, reasonOfError } from '#core/base/fault'
import { canonicalJson } from '#core/base/canonical-json'
import { type LookedUp, type Resolution, resolveModel } from '#core/model/resolve'
import { modelWishes } from '#core/run/model-wishes'
import type { RunConfig } from '#core/run/run-config'
import type { ModelStore } from '../models/model-store.ts'
import type { FileHashes } from '../state/file-hashes.ts'

export type RunInputs = {
  readonly framesSha256: string
  readonly frameBytes: number
  readonly frameCount: number
  /** Indices and names of the selected frames, hashed. */
  readonly selection: string
  /** Of commands: program, and inputs that do not come from the run itself, by the hash of their content. */
  readonly outside: readonly { readonly stage: string; readonly key: string; readonly value: string }[]
  /** Of each stage that asks for a model: which one it gets. */
  readonly models: readonly Resolution[]
}

/** What models are looked up in, and hashes that are known already. */
export type Sources = { readonly hashes: FileHashes; readonly models: Pick<ModelStore, 'lookUp'> }

/** Reads each frame whose hash is not known yet. Throws FRAME_UNREADABLE and the faults of resolveModels. */
export async function measureInputs(
  sources: Sources,
  config: RunConfig,
  frames: { readonly framesPath: string; readonly frameIndices: readonly number[]; readonly frameNames: readonly string[] },
): Promise<RunInputs> {
  const { hashes } = sources
  const all = createHash('sha256')
  let frameBytes = 0
  for (let at = 0; at < frames.frameNames.length; at += 16) {
    const found = await Promise.all(
      frames.frameNames.slice(at, at + 16).map((name, i) =>
        hashes.of(join(frames.framesPath, name)).catch((error: unknown) => {
          throw new Fault('FRAME_UNREADABLE', { frameIndex: frames.frameIndices[at + i]!, file: name, reason: reasonOfError(error) }, error)
        }),
      ),
    )
    for (const { sha256, sizeBytes } of found) {
      all.update(`${sha256}\n`)
      frameBytes += sizeBytes
    }
  }
  const selection = createHash('sha256')
    .update(canonicalJson([frames.frameIndices, frames.frameNames]))
    .digest('hex')
  return {
    framesSha256: all.digest('hex'),
    frameBytes,
    frameCount: frames.frameNames.length,
    selection,
    models: await resolveModels(sources, config),
    outside: await outsideOf(hashes, config),
  }
}

/**
 * Looks for every model the settings name, and decides for each stage. Throws the fault of what was wanted first when nothing of it can
 * be used, and CONFIG_INVALID when nothing was named.
 */
async function resolveModels({ hashes, models }: Sources, config: RunConfig): Promise<readonly Resolution[]> {
  const resolutions: Resolution[] = []
  for (const { where, ...wish } of modelWishes(config)) {
    const found = new Map<string, LookedUp>()
    for (const name of [wish.chosen, ...wish.fallbacks])
      if (name !== '' && !found.has(name)) found.set(name, await models.lookUp(name, async (path) => (await hashes.of(path)).sha256))
    const resolution = resolveModel({ ...wish, found })
    const [first] = resolution.skipped
    if (resolution.source === 'none' && first && isFaultCode(first.fault.code)) throw new Fault(first.fault.code, first.fault.params)
    if (resolution.source === 'none') throw new Fault('CONFIG_INVALID', { where, reason: 'the onnx backend needs a model' })
    resolutions.push(resolution)
  }
  return resolutions
}

async function outsideOf(hashes: FileHashes, config: RunConfig): Promise<RunInputs['outside']> {
  const found: { stage: string; key: string; value: string }[] = []
  for (const { id, program, inputs } of config.commands) {
    found.push({ stage: id, key: 'program', value: await hashOrAbsence(hashes, await pathOfProgram(program.name)) })
    // What comes from the run or the frames is known by other keys; a path with other placeholders is known by its settings.
    for (const input of inputs)
      if (!input.path.includes('{')) found.push({ stage: id, key: `input ${input.name}`, value: await hashOrAbsence(hashes, input.path) })
  }
  return found
}

/** A folder counts by the content of its files. What is not there is told by the stage itself, with the remedy. */
async function hashOrAbsence(hashes: FileHashes, path: string | undefined): Promise<string> {
  const kind = path === undefined ? undefined : await stat(path).catch(() => undefined)
  if (path === undefined || !kind) return 'absent'
  if (!kind.isDirectory()) return (await hashes.of(path)).sha256
  const all = createHash('sha256')
  const names = (await readdir(path, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
  for (const file of names.map((entry) => join(entry.parentPath, entry.name)).sort())
    all.update(`${file.slice(path.length)} ${(await hashes.of(file)).sha256}\n`)
  return all.digest('hex')
}

async function pathOfProgram(name: string): Promise<string | undefined> {
  if (isAbsolute(name)) return name
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const file = join(folder, name)
    if ((await stat(file).catch(() => undefined))?.isFile()) return file
  }
  return undefined
}
