// SHA-256 of files, computed once: remembered by what the system says of the file, so that an unchanged one is not read again.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import type { BigIntStats, PathLike } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { Database } from './database.ts'

export type FileHash = { readonly sizeBytes: number; readonly sha256: string }

export type FileHashes = {
  /** Rejects with ENOENT when the file is not there. */
  of(path: string): Promise<FileHash>
  /** Takes over a hash that is known already (just written, or just linked by us); the file is asked for its marks only. */
  note(path: string, sha256: string): Promise<void>
}

export const fileHashTables = [
  `CREATE TABLE IF NOT EXISTS file_hashes (path TEXT PRIMARY KEY, mark TEXT NOT NULL, size INTEGER NOT NULL, sha256 TEXT NOT NULL) STRICT`,
]

export function createFileHashes(database: Database): FileHashes {
  const keep = (path: string, mark: string, sizeBytes: number, sha256: string) => {
    database.run('INSERT OR REPLACE INTO file_hashes (path, mark, size, sha256) VALUES (?, ?, ?, ?)', path, mark, sizeBytes, sha256)
  }
  return {
    of: async (path) => {
      const before = await stat(path, { bigint: true })
      const known = database.get('SELECT mark, size, sha256 FROM file_hashes WHERE path = ?', path)
      if (known && known.mark === markOf(before)) return { sizeBytes: Number(known.size), sha256: String(known.sha256) }
      const sha256 = await hashFile(path)
      const after = await stat(path, { bigint: true })
      // A file that changed while it was read has no hash worth keeping; the next question reads it again.
      if (markOf(before) === markOf(after)) keep(path, markOf(after), Number(after.size), sha256)
      return { sizeBytes: Number(after.size), sha256 }
    },
    note: async (path, sha256) => {
      const found = await stat(path, { bigint: true })
      keep(path, markOf(found), Number(found.size), sha256)
    },
  }
}

/**
 * Device, inode, size, and both times in nanoseconds. The change time is set by the system at every write and cannot be set back by a
 * program, so content that changed under an old modification time is noticed too.
 */
function markOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return `${dev} ${ino} ${size} ${mtimeNs} ${ctimeNs}`
}

export async function hashFile(path: PathLike): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 18 })) hash.update(chunk as Uint8Array)
  return hash.digest('hex')
}
