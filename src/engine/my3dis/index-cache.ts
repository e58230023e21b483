// Indexes of foreign files, made once and kept in a folder of ours under a key of the file's content, never beside the file.
import { createHash } from 'node:crypto'
import { mkdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { z } from 'zod'
import { reasonOfError } from '#core/base/fault'
import { openFileSource } from '../archive/file-source.ts'
import { jsonBytes, realDisk, writeAtomic } from '../disk/disk.ts'

/** Bytes at either end of a file that are hashed: a copy that was changed in place has another time as well. */
const edgeBytes = 16 * 1024

/** Changes when size, time of change, the first or the last 16 KiB of a file change. `kind` keeps indexes of different makers apart. */
export async function contentKey(path: string, kind: string): Promise<string> {
  const source = await openFileSource(path)
  try {
    const size = await source.size()
    const { mtimeMs } = await stat(path)
    const hash = createHash('sha256').update(`${kind} ${size} ${mtimeMs}\n`)
    hash.update(await source.read(0, Math.min(size, edgeBytes)))
    hash.update(await source.read(Math.max(0, size - edgeBytes), Math.min(size, edgeBytes)))
    return hash.digest('hex').slice(0, 40)
  } finally {
    await source.close()
  }
}

export type Indexed<T> = {
  readonly value: T
  /** Why the index could not be kept for the next time; undefined when it is. */
  readonly notKept: string | undefined
}

/**
 * The index of `path` out of `cacheFolder`, or what `make` gives, kept there. `kind` names maker and version of the index's form. An
 * index that does not fit `schema` counts as none. Faults of `make` pass through, and nothing is kept then.
 */
export async function indexOf<T>(
  cacheFolder: string,
  path: string,
  kind: string,
  schema: z.ZodType<T>,
  make: () => Promise<T>,
): Promise<Indexed<T>> {
  const file = join(cacheFolder, `${await contentKey(path, kind)}.json`)
  const kept = await keptIndex(file, schema)
  if (kept !== undefined) return { value: kept, notKept: undefined }
  const value = await make()
  try {
    await mkdir(cacheFolder, { recursive: true })
    await writeAtomic(realDisk, file, jsonBytes(value))
    return { value, notKept: undefined }
  } catch (error) {
    return { value, notKept: reasonOfError(error) }
  }
}

/** Whether an index lies ready, so that asking for it costs nothing. */
export async function hasIndex<T>(cacheFolder: string, path: string, kind: string, schema: z.ZodType<T>): Promise<boolean> {
  return (await keptIndex(join(cacheFolder, `${await contentKey(path, kind)}.json`), schema)) !== undefined
}

async function keptIndex<T>(file: string, schema: z.ZodType<T>): Promise<T | undefined> {
  try {
    const parsed = schema.safeParse(JSON.parse(await readFile(file, 'utf8')))
    return parsed.success ? parsed.data : undefined
  } catch {
    // Absent or damaged: both mean that it has to be made.
    return undefined
  }
}
