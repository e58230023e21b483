// A file as a byte source, opened for each read: for looking into archives now and then, not for browsing.
import { open, stat } from 'node:fs/promises'
import type { ByteSource } from '#core/archive/archive-reader'

export function fileBytes(path: string): ByteSource {
  return {
    name: path,
    size: async () => (await stat(path)).size,
    read: async (offset, length) => {
      const file = await open(path, 'r')
      try {
        const bytes = new Uint8Array(length)
        let filled = 0
        while (filled < length) {
          const { bytesRead } = await file.read(bytes, filled, length - filled, offset + filled)
          if (bytesRead === 0) break
          filled += bytesRead
        }
        return bytes.subarray(0, filled)
      } finally {
        await file.close()
      }
    },
  }
}
