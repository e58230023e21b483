// A chunk of raw candidates as a file: a tar as it is, through gzip, or through the program xz; never whole in memory.
import { spawn } from 'node:child_process'
import { Duplex, Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { Fault, reasonOfError } from '#core/base/fault'
import type { RawCompression } from '#core/export/export-settings'
import type { ExportFile } from '../export-file.ts'

/** Appends `parts`, packed, to `file`. Throws EXPORT_COMPRESSION_MISSING, and what `parts` throws. */
export async function writePacked(file: ExportFile, compression: RawCompression, parts: AsyncGenerator<Uint8Array>): Promise<void> {
  if (compression === 'none') {
    for await (const part of parts) await file.append(part)
    return
  }
  const take = async (source: AsyncIterable<Uint8Array>) => {
    for await (const part of source) await file.append(part)
  }
  // Without objectMode, Node would join or cut what a generator gives.
  const source = Readable.from(parts, { objectMode: true, highWaterMark: 2 })
  if (compression === 'gz') return pipeline(source, createGzip(), take)
  const xz = startXz()
  await Promise.all([pipeline(source, xz.stream, take), xz.ended])
}

/** Throws EXPORT_COMPRESSION_MISSING when the program that is needed cannot be started. */
export async function checkPacking(compression: RawCompression): Promise<void> {
  if (compression !== 'xz') return
  const { stream, ended } = startXz()
  stream.resume()
  stream.end()
  await ended
}

function startXz() {
  const child = spawn('xz', ['--compress', '--stdout', '--threads=1'], { stdio: ['pipe', 'pipe', 'ignore'] })
  const missing = (reason: string, cause?: unknown) =>
    new Fault('EXPORT_COMPRESSION_MISSING', { compression: 'xz', program: 'xz', reason }, cause)
  const ended = new Promise<void>((resolve, reject) => {
    child.on('error', (error) => reject(missing(reasonOfError(error), error)))
    child.on('close', (code, signal) => (code === 0 ? resolve() : reject(missing(`it ended with ${code ?? signal}`))))
  })
  // Heard where it is awaited; the stream's own error may come first.
  ended.catch(() => {})
  return { stream: Duplex.from({ writable: child.stdin, readable: child.stdout }), ended }
}
