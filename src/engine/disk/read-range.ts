// A range of an open file, whole where the file has that much.
import type { FileHandle } from 'node:fs/promises'

/** `length` bytes from `offset`; fewer where the file ends before. A read may give less than was asked for: it is gone on with. */
export async function readRange(file: FileHandle, offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length)
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, offset + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return filled === length ? bytes : bytes.slice(0, filled)
}
