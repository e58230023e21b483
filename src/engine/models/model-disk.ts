// Model files on disk: looking into one without loading it, and copying or linking it with its hash.
import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { type FileHandle, link, mkdir, open, rename, rm, stat, symlink, unlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ByteSource } from '#core/archive/archive-reader'
import { Fault, reasonOfError } from '#core/base/fault'
import { kindHeadBytes, kindOfModelFile } from '#core/model/file-kind'
import { type OnnxHeader, readOnnxHeader } from '#core/model/onnx-header'
import { type RecognisedModel, requireModel } from '#core/model/recognise'
import { readSafetensorsHeader } from '#core/model/safetensors-header'

export type InspectedModel = {
  readonly path: string
  readonly sizeBytes: number
  readonly header: OnnxHeader
  readonly recognised: RecognisedModel
  /** Files beside it that hold its weights; each is there and long enough. */
  readonly weights: readonly { readonly name: string; readonly path: string; readonly sizeBytes: number }[]
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

export function missingOrUnreadable(path: string, error: unknown): Fault {
  if (error instanceof Fault) return error
  const code = codeOf(error)
  if (code === 'ENOENT' || code === 'ENOTDIR') return new Fault('MODEL_MISSING', { path }, error)
  if (code === 'EACCES' || code === 'EPERM')
    return new Fault('MODEL_UNREADABLE', { path, reason: 'you have no right to read it', instead: 'rights' }, error)
  return new Fault('MODEL_UNREADABLE', { path, reason: reasonOfError(error) }, error)
}

/**
 * Reads headers only. Throws MODEL_MISSING, MODEL_UNREADABLE, MODEL_PICKLE, MODEL_KIND_REFUSED, MODEL_UNEXPECTED,
 * MODEL_WEIGHTS_MISSING and the ONNX_* faults.
 */
export async function inspectModelFile(path: string): Promise<InspectedModel> {
  return withSource(path, async (source) => {
    const sizeBytes = await source.size()
    const kind = kindOfModelFile(path, await source.read(0, Math.min(kindHeadBytes, sizeBytes)))
    if (kind === 'safetensors') {
      await readSafetensorsHeader(source)
      throw new Fault('MODEL_KIND_REFUSED', { path, kind: 'weights without a network, which no stage can run yet' })
    }
    const header = await readOnnxHeader(source)
    const recognised = requireModel(path, header)
    return { path, sizeBytes, header, recognised, weights: await weightsOf(path, header) }
  })
}

async function withSource<T>(path: string, use: (source: ByteSource) => Promise<T>): Promise<T> {
  let file: FileHandle | undefined
  try {
    // Looked at before it is opened: opening a pipe would wait for whoever writes into it.
    const found = await stat(path)
    if (!found.isFile())
      throw new Fault('MODEL_UNREADABLE', {
        path,
        reason: found.isDirectory() ? 'it is a folder; name the files in it' : 'it is no plain file',
      })
    const opened = await open(path, 'r')
    file = opened
    return await use({
      name: path,
      size: async () => found.size,
      read: async (offset, length) => {
        const bytes = new Uint8Array(length)
        const { bytesRead } = await opened.read(bytes, 0, length, offset)
        return bytes.subarray(0, bytesRead)
      },
    })
  } catch (error) {
    throw missingOrUnreadable(path, error)
  } finally {
    await file?.close()
  }
}

async function weightsOf(path: string, { weightsFiles, initializers }: OnnxHeader): Promise<InspectedModel['weights']> {
  const weights: { name: string; path: string; sizeBytes: number }[] = []
  for (const name of weightsFiles) {
    const beside = join(dirname(path), name)
    const found = await stat(beside).catch(() => undefined)
    if (!found?.isFile()) throw new Fault('MODEL_WEIGHTS_MISSING', { path, name, reason: 'which is not beside it' })
    const ends = initializers.flatMap(({ outside, byteLength }) =>
      outside?.location === name ? [outside.offset + (outside.length ?? byteLength)] : [],
    )
    const needed = ends.reduce((most, end) => Math.max(most, end), 0)
    if (found.size < needed) throw new Fault('MODEL_WEIGHTS_MISSING', { path, name, reason: `which has ${found.size} of ${needed} bytes` })
    weights.push({ name, path: beside, sizeBytes: found.size })
  }
  return weights
}

/** SHA-256 of what was written, in hex. The target must not be there yet; a failed copy leaves nothing. */
export async function copyWithHash(from: string, to: string): Promise<string> {
  const hash = createHash('sha256')
  const watch = new Transform({
    transform(chunk: Uint8Array, _, done) {
      hash.update(chunk)
      done(undefined, chunk)
    },
  })
  try {
    await pipeline(createReadStream(from, { highWaterMark: 2 ** 20 }), watch, createWriteStream(to, { flags: 'wx' }))
    return hash.digest('hex')
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') await unlink(to).catch(() => undefined)
    throw diskFault(to, error)
  }
}

/** With the folders above it. Throws FOLDER_NOT_WRITABLE and DISK_FULL. */
export async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    // ENOENT: a place like /proc, which takes no folders.
    const isNoPlace = codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR' || codeOf(error) === 'EEXIST'
    throw isNoPlace
      ? new Fault('FOLDER_NOT_WRITABLE', { path: folder, reason: reasonOfError(error) }, error)
      : diskFault(join(folder, '.'), error)
  })
}

/** A hard link where both lie on one disk, else a symbolic one: neither takes space. */
export async function linkFile(from: string, to: string): Promise<void> {
  try {
    await link(from, to)
  } catch {
    await symlink(from, to)
  }
}

/** A full disk, or a folder that cannot be written, told as that; anything else as it is. */
export function diskFault(path: string, error: unknown): unknown {
  if (['ENOSPC', 'EDQUOT'].includes(codeOf(error) ?? '')) return new Fault('DISK_FULL', { path }, error)
  if (['EACCES', 'EPERM', 'EROFS'].includes(codeOf(error) ?? ''))
    return new Fault('FOLDER_NOT_WRITABLE', { path: dirname(path), reason: reasonOfError(error) }, error)
  return error
}

/** The old content or the new, never a part of it. */
export async function writeJsonWhole(path: string, value: unknown): Promise<void> {
  const draft = join(dirname(path), `.${randomUUID()}.tmp`)
  try {
    await writeFile(draft, `${JSON.stringify(value, undefined, 1)}\n`, { flag: 'wx' })
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true })
    throw diskFault(path, error)
  }
}
