// A file that only grows: what is appended is gathered, and one piece is written while the next is filled.
import type { FileHandle } from 'node:fs/promises'

export type ExportFile = {
  /** Bytes appended so far. */
  readonly length: number
  /** The bytes may be used again when it resolves. */
  append(bytes: Uint8Array): Promise<void>
  text(text: string): Promise<void>
  /** Resolves when everything is written. A second call does nothing. */
  close(): Promise<void>
}

const pieceBytes = 1 << 20

export function appendTo(handle: FileHandle, onClose: () => void): ExportFile {
  let piece = Buffer.allocUnsafe(pieceBytes)
  let spare = Buffer.allocUnsafe(pieceBytes)
  let filled = 0
  let length = 0
  let writing: Promise<unknown> = Promise.resolve()
  let isClosed = false
  const flush = async () => {
    await writing
    const full = piece.subarray(0, filled)
    writing = writeAll(handle, full)
    // It is awaited by the next flush or by close; until then its failure must not count as unheard.
    writing.catch(() => {})
    ;[piece, spare] = [spare, piece]
    filled = 0
  }
  const append = async (bytes: Uint8Array) => {
    length += bytes.length
    for (let at = 0; at < bytes.length; ) {
      const part = Math.min(pieceBytes - filled, bytes.length - at)
      piece.set(part === bytes.length ? bytes : bytes.subarray(at, at + part), filled)
      filled += part
      at += part
      if (filled === pieceBytes) await flush()
    }
  }
  return {
    get length() {
      return length
    },
    append,
    text: (text) => append(Buffer.from(text)),
    close: async () => {
      if (isClosed) return
      isClosed = true
      try {
        if (filled > 0) await flush()
        await writing
      } finally {
        await handle.close()
        onClose()
      }
    },
  }
}

async function writeAll(handle: FileHandle, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, at, bytes.length - at)
    at += bytesWritten
  }
}
