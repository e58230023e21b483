// A file as a byte source: ranges are read through one open handle.
import { open } from 'node:fs/promises'
import type { ByteSource } from '#core/archive/archive-reader'
import { readRange } from '../disk/read-range.ts'

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
