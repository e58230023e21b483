// The beginning of files and of packed members: enough to tell what they are, without reading them.
import { constants, inflateRawSync } from 'node:zlib'
import { readdir, stat } from 'node:fs/promises'
import { locateMember, type ZipArchive } from '#core/foreign/zip/zip-reader'
import { openFileSource } from '../archive/file-source.ts'
import { unpacked } from './unpack.ts'

/** At most `bytes` from the front, as text; bytes that are no UTF-8 become replacement signs. */
export async function peekText(path: string, bytes: number): Promise<string> {
  const source = await openFileSource(path)
  try {
    return new TextDecoder().decode(await source.read(0, bytes))
  } finally {
    await source.close()
  }
}

/** What the first `packedBytes` of a member unpack to; bytes as Latin 1, so that a pickle's words can be searched, too. */
export async function peekMember(zip: ZipArchive, name: string, packedBytes = 16_384): Promise<string> {
  const place = await locateMember(zip, name)
  const packed = await zip.source.read(place.offset, Math.min(place.length, packedBytes))
  if (place.method === 0) return Buffer.from(packed).toString('latin1')
  return inflateRawSync(packed, { finishFlush: constants.Z_SYNC_FLUSH }).toString('latin1')
}

/** The first unpacked bytes of a chunk, at least `bytes` where it has so many. */
export async function peekChunk(path: string, bytes: number): Promise<string> {
  let text = ''
  for await (const part of unpacked(path)) {
    text += Buffer.from(part).toString('latin1')
    if (text.length >= bytes) break
  }
  return text
}

/** Names in a folder, sorted; empty when there is no such folder. */
export async function namesOf(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).sort()
  } catch {
    return []
  }
}

export async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() ?? false
}

export async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false
}
