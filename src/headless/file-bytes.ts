// A file as a byte source, opened for each read: for looking into archives now and then, not for browsing.
import { open, stat } from 'node:fs/promises'
import type { ByteSource } from '#core/archive/archive-reader'
import { readRange } from '#engine/disk/read-range'

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
