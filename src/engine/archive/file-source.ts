// A file as a byte source: ranges are read through one open handle.
import { type FileHandle, open } from 'node:fs/promises'
import type { ByteSource } from '#core/archive/archive-reader'

export type FileSource = ByteSource & { close(): Promise<void> }

/** Opens for reading; the file may still be growing. Close it when done. */
export async function openFileSource(path: string): Promise<FileSource> {
  const file = await open(path, 'r')
  return {
    name: path,
    size: async () => (await file.stat()).size,
    read: (offset, length) => readRange(file, offset, length),
    close: () => file.close(),
  }
}

async function readRange(file: FileHandle, offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length)
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, offset + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return filled === length ? bytes : bytes.slice(0, filled)
}
