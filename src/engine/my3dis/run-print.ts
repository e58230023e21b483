// The print of a folder: a hash over names, times and bytes of all its files, so that a test sees whether anything was touched.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** SHA-256 (hex) over path, time of change and bytes of each file beneath the folder, in the order of the directory. */
export function printOf(folder: string): string {
  const hash = createHash('sha256')
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) {
      const file = join(entry.parentPath, entry.name)
      hash.update(`${file} ${statSync(file).mtimeMs}`).update(readFileSync(file))
    }
  return hash.digest('hex')
}
