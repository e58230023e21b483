// What a person wrote about a run, kept in its folder so that the registry can be rebuilt and a moved run keeps its tags.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { type Disk, jsonBytes, writeAtomic } from '../disk/disk.ts'
import { ifThere } from '../disk/if-there.ts'

export const notesFile = 'scenewright-notes.json'

const NotesFile = z.object({
  format: z.literal('scenewright.notes'),
  version: z.literal(1),
  tags: z.array(z.string()),
  note: z.string(),
})
export type RunNotes = { readonly tags: readonly string[]; readonly note: string }

/** Undefined when nobody wrote any. Throws when the file is there and cannot be read. */
export async function readNotes(folder: string): Promise<RunNotes | undefined> {
  const text = await ifThere(readFile(join(folder, notesFile), 'utf8'))
  if (text === undefined) return undefined
  const { tags, note } = NotesFile.parse(JSON.parse(text))
  return { tags: tidyTags(tags), note }
}

export async function writeNotes(disk: Disk, folder: string, { tags, note }: RunNotes): Promise<void> {
  await writeAtomic(disk, join(folder, notesFile), jsonBytes({ format: 'scenewright.notes', version: 1, tags, note }))
}

/** Without blanks around them, without empty ones, each once, in order. */
export function tidyTags(tags: readonly string[]): string[] {
  return [...new Set(tags.map((tag) => tag.trim()).filter((tag) => tag !== ''))].sort()
}
