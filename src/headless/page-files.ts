// The built pages as a closed list: only files found at the start are served, so no path can lead out of their folder.
import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { documentWithBuild, mediaTypeOfName } from '#api/http'

export type PageFile = { readonly mediaType: string; readonly body: Uint8Array<ArrayBuffer>; readonly isDocument: boolean }

/** `read` takes the path of an address (`/`, `/assets/x.js`) and gives undefined for everything that is not in the list. */
export type PageFiles = { readonly count: number; read(path: string): Promise<PageFile | undefined> }

export function listPageFiles(folder: string, buildId: string): PageFiles {
  const files = new Map<string, string>()
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const file = join(entry.parentPath, entry.name)
    files.set(`/${relative(folder, file).split(sep).join('/')}`, file)
  }
  return {
    count: files.size,
    read: async (path) => {
      const name = path === '/' ? '/index.html' : path
      const file = files.get(name)
      if (!file) return undefined
      const mediaType = mediaTypeOfName(name)
      const isDocument = mediaType.startsWith('text/html')
      const body = isDocument
        ? new TextEncoder().encode(documentWithBuild(await readFile(file, 'utf8'), buildId))
        : new Uint8Array(await readFile(file))
      return { mediaType, body, isDocument }
    },
  }
}
