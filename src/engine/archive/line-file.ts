// A file of lines that only grows: each line is written whole after the one before it, and the file can be cut back to a line's end.
import { type Disk, type DiskFile, orClose } from '../disk/disk.ts'

export type LineFile = {
  readonly length: number
  append(text: string): Promise<void>
  /** Back to a line's end. */
  cut(length: number): Promise<void>
  sync(): Promise<void>
  close(): Promise<void>
}

/** Opens for appending at `length`; what stands after it (a line that a crash cut) goes. A file that is not there begins empty. */
export async function openLines(disk: Disk, path: string, length: number): Promise<LineFile> {
  const file = await openOrMake(disk, path)
  await orClose(file, async () => {
    if ((await file.size()) !== length) await file.truncate(length)
  })
  let end = length
  return {
    get length() {
      return end
    },
    append: async (text) => {
      const bytes = new TextEncoder().encode(text)
      await file.write(bytes, end)
      end += bytes.length
    },
    cut: async (to) => {
      await file.truncate(to)
      end = to
    },
    sync: () => file.sync(),
    close: () => file.close(),
  }
}

export async function openOrMake(disk: Disk, path: string): Promise<DiskFile> {
  return disk.open(path, 'existing').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
    return disk.open(path, 'new')
  })
}

/** Lines that end in a newline, each with the file's length after it; a last line without end is left out. */
export function wholeLines(bytes: Uint8Array): { readonly text: string; readonly end: number }[] {
  const lines: { text: string; end: number }[] = []
  const decoder = new TextDecoder()
  let start = 0
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, start)) {
    lines.push({ text: decoder.decode(bytes.subarray(start, at)), end: at + 1 })
    start = at + 1
  }
  return lines
}
