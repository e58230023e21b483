// A file as a byte source: ranges are read through one open handle, or through a new one each time.
import { open, stat } from 'node:fs/promises'
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

/** Opened for each read: for looking into a file now and then, with nothing to close afterwards. */
export function fileBytes(path: string): ByteSource {
  return {
    name: path,
    size: async () => (await stat(path)).size,
    read: async (offset, length) => {
      const file = await open(path, 'r')
      try {
        return await readRange(file, offset, length)
      } finally {
        await file.close()
      }
    },
  }
}
