// Reads a model file once, refuses what no network can be before the runtime sees it, and hashes every byte that belongs to it.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { ByteSource } from '#core/archive/archive-reader'
import { Fault, reasonOfError } from '#core/base/fault'
import { kindHeadBytes, kindOfModelFile } from '#core/model/file-kind'
import { readOnnxHeader } from '#core/model/onnx-header'

/** A weights file that the model names and that lies beside it. */
export type WeightsFile = { readonly path: string; readonly byteLength: number; readonly sha256: string }

export type ModelFile = {
  readonly path: string
  readonly name: string
  readonly bytes: Uint8Array
  readonly sha256: string
  /** Empty when the weights are inside the model itself. */
  readonly weights: readonly WeightsFile[]
}

/** Protobuf messages, hence ONNX files, end at 2 GiB; larger networks keep their weights in files beside. */
const maxModelBytes = 2 ** 31

function codeOfError(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

function unreadable(path: string, error: unknown): Fault {
  if (codeOfError(error) === 'EACCES' || codeOfError(error) === 'EPERM')
    return new Fault('MODEL_UNREADABLE', { path, reason: 'you have no right to read it', instead: 'rights' }, error)
  return new Fault('MODEL_UNREADABLE', { path, reason: reasonOfError(error) }, error)
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) hash.update(chunk)
  return hash.digest('hex')
}

async function readWeights(modelPath: string, name: string): Promise<WeightsFile> {
  const path = join(dirname(modelPath), name)
  try {
    return { path, byteLength: (await stat(path)).size, sha256: await hashFile(path) }
  } catch (error) {
    throw new Fault('MODEL_WEIGHTS_MISSING', { path: modelPath, name, reason: 'which is not beside it' }, error)
  }
}

function sourceOf(path: string, bytes: Uint8Array<ArrayBuffer>): ByteSource {
  return { name: path, size: async () => bytes.length, read: async (offset, length) => bytes.subarray(offset, offset + length) }
}

/**
 * Throws MODEL_MISSING, MODEL_UNREADABLE, MODEL_PICKLE, MODEL_KIND_REFUSED, MODEL_WEIGHTS_MISSING and the ONNX_* faults. Whether what is left
 * is a network that can be run, only a session can tell.
 */
export async function readModelFile(path: string): Promise<ModelFile> {
  const found = await stat(path).catch((error: unknown) => {
    if (codeOfError(error) === 'ENOENT' || codeOfError(error) === 'ENOTDIR') throw new Fault('MODEL_MISSING', { path }, error)
    throw unreadable(path, error)
  })
  if (!found.isFile()) throw new Fault('MODEL_UNREADABLE', { path, reason: found.isDirectory() ? 'it is a folder' : 'it is no plain file' })
  if (found.size >= maxModelBytes)
    throw new Fault('MODEL_UNREADABLE', { path, reason: 'it is larger than 2 GiB, which no ONNX file can be' })
  const bytes = await readFile(path).catch((error: unknown) => {
    throw unreadable(path, error)
  })
  if (kindOfModelFile(path, bytes.subarray(0, kindHeadBytes)) === 'safetensors')
    throw new Fault('MODEL_KIND_REFUSED', { path, kind: 'weights without a network, which no stage can run yet' })
  const { weightsFiles } = await readOnnxHeader(sourceOf(path, bytes))
  const weights: WeightsFile[] = []
  for (const name of weightsFiles) weights.push(await readWeights(path, name))
  return { path, name: basename(path), bytes, sha256: createHash('sha256').update(bytes).digest('hex'), weights }
}
