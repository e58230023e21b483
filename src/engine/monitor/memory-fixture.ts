// For tests: the memory files of another machine, as a reader that can be changed while it is read.
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { FileReader } from './cgroup-files.ts'

const Fixture = z.object({
  what: z.string(),
  /** "recorded …", or what it was written after. */
  origin: z.string(),
  files: z.record(z.string(), z.union([z.string(), z.object({ error: z.string() })])),
})

/** `name` of a file in fixtures/, without its ending. `set` with undefined takes a file away. */
export function openFixture(name: string): { readonly read: FileReader; set(path: string, text: string | undefined): void } {
  const text = readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8')
  const files = new Map(Object.entries(Fixture.parse(JSON.parse(text)).files))
  return {
    read: async (path) => {
      const found = files.get(path)
      if (typeof found === 'object') throw new Error(found.error)
      return found
    },
    set: (path, text) => {
      if (text === undefined) files.delete(path)
      else files.set(path, text)
    },
  }
}
