// Reads a model file once, says plainly what is wrong with it, and hashes every byte that belongs to the network.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Fault, reasonOfError } from '#core/base/fault'

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

/** What a file is that only stands in for a network; undefined when nothing speaks against it. */
function reasonAgainst(bytes: Uint8Array): string | undefined {
  if (bytes.length === 0) return 'the file is empty'
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 64)).trimStart().toLowerCase()
  if (start.startsWith('version https://git-lfs')) return 'it is a Git LFS pointer; the network itself was not fetched'
  if (start.startsWith('<!doctype') || start.startsWith('<html')) return 'it is a web page, saved in place of the network'
  if (start.startsWith('pk\u0003\u0004')) return 'it is a zip (perhaps a PyTorch file), not ONNX'
  return undefined
}

// TensorProto.external_data is a list of key and value; this is the key "location" (field 1) up to the tag of its value (field 2).
const locationKey = Buffer.from('\n\u0008location\u0012', 'latin1')

/**
 * Names of the weights files that a model refers to, each once. Found by searching for the bytes of the key, not by parsing:
 * a parser for the whole of ONNX would be larger than all of this folder.
 */
export function weightsNamesIn(bytes: Uint8Array): readonly string[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const names = new Set<string>()
  for (let at = buffer.indexOf(locationKey); at >= 0; at = buffer.indexOf(locationKey, at + 1)) {
    const length = buffer[at + locationKey.length] ?? 0
    const start = at + locationKey.length + 1
    // A length of 128 or more needs a second byte; no exporter writes such file names.
    if (length > 0 && length < 128 && start + length <= buffer.length) names.add(buffer.toString('utf8', start, start + length))
  }
  return [...names]
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk)
  return hash.digest('hex')
}

async function readWeights(modelPath: string, name: string): Promise<WeightsFile> {
  const path = join(dirname(modelPath), name)
  try {
    return { path, byteLength: (await stat(path)).size, sha256: await hashFile(path) }
  } catch (error) {
    throw new Fault('MODEL_UNREADABLE', { path: modelPath, reason: `its weights file ${name} is not beside it` }, error)
  }
}

/** Throws MODEL_MISSING, or MODEL_UNREADABLE with the reason. Whether the bytes are a network only a session can tell. */
export async function readModelFile(path: string): Promise<ModelFile> {
  const found = await stat(path).catch((error: unknown) => {
    if (codeOfError(error) === 'ENOENT' || codeOfError(error) === 'ENOTDIR') throw new Fault('MODEL_MISSING', { path }, error)
    throw new Fault('MODEL_UNREADABLE', { path, reason: reasonOfError(error) }, error)
  })
  if (found.isDirectory()) throw new Fault('MODEL_UNREADABLE', { path, reason: 'it is a folder' })
  if (found.size >= maxModelBytes)
    throw new Fault('MODEL_UNREADABLE', { path, reason: 'it is larger than 2 GiB, which no ONNX file can be' })
  const bytes = await readFile(path).catch((error: unknown) => {
    throw new Fault('MODEL_UNREADABLE', { path, reason: reasonOfError(error) }, error)
  })
  const reason = reasonAgainst(bytes)
  if (reason !== undefined) throw new Fault('MODEL_UNREADABLE', { path, reason })
  const weights: WeightsFile[] = []
  for (const name of weightsNamesIn(bytes)) weights.push(await readWeights(path, name))
  return { path, name: basename(path), bytes, sha256: createHash('sha256').update(bytes).digest('hex'), weights }
}
