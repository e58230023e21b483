// Chunks of raw candidates as the tar inside of them: plain and gzip by Node itself, bzip2 and xz by the programs of the system.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { Fault, reasonOfError } from '#core/base/fault'
import type { ChunkCompression } from '#core/my3dis/layout'
import { chunksOfFile } from './byte-sources.ts'

type Program = { readonly program: string; readonly argv: readonly string[]; readonly package: string }
/** A dictionary of xz takes memory as the file says; My3DIS's own need 64 MiB at most. */
const programs: Readonly<Record<'bz2' | 'xz', Program>> = {
  bz2: { program: 'bzip2', argv: ['-dc'], package: 'bzip2' },
  xz: { program: 'xz', argv: ['-dc', '--memlimit-decompress=512MiB'], package: 'xz-utils' },
}

/** By the first bytes, never by the name; what is none of the packed kinds is taken for a plain tar. */
export async function compressionOf(path: string): Promise<ChunkCompression> {
  const file = await open(path, 'r')
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(6), 0, 6, 0)
    const start = Buffer.from(buffer.subarray(0, bytesRead)).toString('hex')
    if (start.startsWith('1f8b')) return 'gz'
    if (start.startsWith('425a68')) return 'bz2'
    return start.startsWith('fd377a585a00') ? 'xz' : 'none'
  } finally {
    await file.close()
  }
}

/**
 * The unpacked bytes, as they come. A stream that ends early or is damaged throws FOREIGN_TAR_DAMAGED after what could be
 * unpacked. Throws MY3DIS_UNPACKER_MISSING when a program is needed that is not in `searchPath`
 * (PATH unless given). Closing early ends the program.
 */
export async function* unpacked(path: string, searchPath?: string): AsyncGenerator<Uint8Array> {
  const compression = await compressionOf(path)
  if (compression === 'none') yield* chunksOfFile(path)
  else if (compression === 'gz') yield* gunzipped(path)
  else yield* byProgram(path, compression, searchPath)
}

async function* gunzipped(path: string): AsyncGenerator<Uint8Array> {
  const source = createReadStream(path, { highWaterMark: 2 ** 18 })
  const gunzip = createGunzip({ chunkSize: 2 ** 18 })
  source.on('error', (error) => gunzip.destroy(error))
  let offset = 0
  try {
    for await (const bytes of everyChunk(source.pipe(gunzip))) {
      yield bytes
      offset += bytes.length
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')) throw damaged(path, offset, reasonOfError(error))
    throw error
  } finally {
    source.destroy()
    gunzip.destroy()
  }
}

/** A stream's own iterator throws away what it still holds when the stream fails; of a file that is cut that is the end which is there. */
async function* everyChunk(stream: Readable): AsyncGenerator<Uint8Array> {
  const waiting: Uint8Array[] = []
  let [ended, failure, wake]: [boolean, unknown, () => void] = [false, undefined, () => {}]
  stream.on('data', (chunk: Uint8Array) => {
    waiting.push(chunk)
    stream.pause()
    wake()
  })
  stream.on('end', () => {
    ended = true
    wake()
  })
  stream.on('error', (error) => {
    ;[ended, failure] = [true, error]
    wake()
  })
  for (;;) {
    const chunk = waiting.shift()
    if (chunk !== undefined) yield chunk
    else if (failure !== undefined) throw failure
    else if (ended) return
    else {
      await new Promise<void>((resolve) => {
        wake = resolve
        stream.resume()
      })
    }
  }
}

async function* byProgram(path: string, compression: 'bz2' | 'xz', searchPath: string | undefined): AsyncGenerator<Uint8Array> {
  const { program, argv, package: packageName } = programs[compression]
  const input = await open(path, 'r')
  const child = spawn(program, argv, {
    // The file is its input, so that no name of ours is ever read as an option.
    stdio: [input.fd, 'pipe', 'pipe'],
    env: { ...process.env, LC_ALL: 'C', ...(searchPath === undefined ? {} : { PATH: searchPath }) },
  })
  const ended = once(child, 'close').then(
    () => undefined,
    (error: unknown) => error,
  )
  let said = ''
  child.stderr?.on('data', (text: Uint8Array) => {
    said = `${said}${Buffer.from(text).toString()}`.slice(0, 2000)
  })
  let offset = 0
  let readAll = false
  try {
    for await (const chunk of child.stdout ?? []) {
      const bytes = chunk as Uint8Array
      yield bytes
      offset += bytes.length
    }
    readAll = true
  } catch (error) {
    // A program that never started closes its output early; why it did not start is the better answer.
    throw unstarted(await ended, path, compression, program, packageName) ?? error
  } finally {
    if (!readAll) child.kill('SIGKILL')
    await ended
    await input.close()
  }
  const failure = unstarted(await ended, path, compression, program, packageName)
  if (failure !== undefined) throw failure
  if (child.exitCode !== 0) throw damaged(path, offset, `${program} says: ${said.trim().split('\n', 1)[0] || 'nothing'}`)
}

function unstarted(error: unknown, path: string, compression: string, program: string, packageName: string): unknown {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) return error
  return new Fault('MY3DIS_UNPACKER_MISSING', { path, compression, program, package: packageName }, error)
}

const damaged = (path: string, offset: number, reason: string) => new Fault('FOREIGN_TAR_DAMAGED', { path, offset, reason })
