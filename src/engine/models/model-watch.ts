// Tells that something in a folder changed: by the system's notices where there are any, else by looking again and again.
import { type FSWatcher, mkdirSync, readdirSync, statSync, watch } from 'node:fs'
import { join } from 'node:path'

/** A copy comes as many notices; one call for all of them. */
const gatherMs = 150
const lookMs = 1000

/** The folder is made if it is not there, for a folder that does not exist cannot be watched. The answer's call ends it. */
export function watchFolder(folder: string, changed: () => void): () => void {
  mkdirSync(folder, { recursive: true })
  let gathering: NodeJS.Timeout | undefined
  let looking: NodeJS.Timeout | undefined
  let watcher: FSWatcher | undefined
  const notice = () => {
    gathering ??= setTimeout(() => {
      gathering = undefined
      changed()
    }, gatherMs)
  }
  const look = () => {
    let last = marksOf(folder)
    looking = setInterval(() => {
      const now = marksOf(folder)
      if (now !== last) notice()
      last = now
    }, lookMs)
  }
  try {
    watcher = watch(folder, { recursive: true }, notice)
    // Out of watches, or the folder was taken away: go on by looking.
    watcher.on('error', () => {
      watcher?.close()
      if (looking === undefined) look()
    })
  } catch {
    look()
  }
  return () => {
    watcher?.close()
    clearTimeout(gathering)
    clearInterval(looking)
  }
}

/** Names, sizes and times of all that is in the folder, two levels deep, as one text. */
function marksOf(folder: string): string {
  const marks: string[] = []
  const visit = (path: string, depth: number) => {
    try {
      for (const entry of readdirSync(path, { withFileTypes: true })) {
        const file = join(path, entry.name)
        const { size, mtimeMs } = statSync(file)
        marks.push(`${file} ${size} ${mtimeMs}`)
        if (entry.isDirectory() && depth > 0) visit(file, depth - 1)
      }
    } catch {
      // Gone between listing and looking: the next look tells.
      marks.push(`${path} gone`)
    }
  }
  visit(folder, 1)
  return marks.sort().join('\n')
}
