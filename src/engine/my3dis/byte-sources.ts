// Bytes of foreign files for the readers in core: memory as a source, raw deflate, and streams of whole files.
import { createReadStream } from 'node:fs'
import { promisify } from 'node:util'
import { crc32, inflateRaw } from 'node:zlib'
import type { ByteSource } from '#core/archive/archive-reader'
import type { ZipTools } from '#core/foreign/zip/zip-reader'

const inflateRawAsync = promisify(inflateRaw)

/** What is unpacked at once: 16 KiB, as zlib has it by itself, costs a change of threads for each of them. */
const unpackedChunk = 2 ** 22

/** zlib rejects with a RangeError when more than the limit comes out, as `ZipTools` asks for. */
export const zipTools: ZipTools = {
  inflate: async (deflated, limit) =>
    inflateRawAsync(deflated, { maxOutputLength: limit, chunkSize: Math.min(Math.max(64, limit + 1), unpackedChunk) }),
  crc32: (bytes) => crc32(bytes),
}

/** `bytes` are not copied; ranges are, as the source's contract asks for bytes of their own. */
export function memorySource(name: string, bytes: Uint8Array): ByteSource {
  return {
    name,
    size: async () => bytes.length,
    read: async (offset, length) => Uint8Array.from(bytes.subarray(offset, offset + length)),
  }
}

export async function* chunksOfFile(path: string): AsyncGenerator<Uint8Array> {
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 18 })) yield chunk as Uint8Array
}
