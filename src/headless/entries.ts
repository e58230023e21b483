// Where the other programs of this build lie: built beside this one, or as sources when this one runs from source.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { Known } from '#core/run/provenance'

const built = {
  'engine-entry': 'headless-engine.js',
  'worker-entry': 'headless-worker.js',
  'track-entry': 'headless-track.js',
} as const
export type EntryName = keyof typeof built

/** `here` is the address of the asking module; bundlers may have moved it into a chunk. */
export function entryFile(name: EntryName, here: string = import.meta.url): string {
  if (here.endsWith('.ts')) return fileURLToPath(new URL(`./${name}.ts`, here))
  return join(programFolder(here), built[name])
}

function programFolder(here: string): string {
  const folder = dirname(fileURLToPath(here))
  return basename(folder) === 'chunks' ? dirname(folder) : folder
}

/** The folder that holds package.json. */
export function projectRoot(here: string = import.meta.url): string {
  return here.endsWith('.ts') ? fileURLToPath(new URL('../../', here)) : dirname(dirname(programFolder(here)))
}

export function pagesFolder(here: string = import.meta.url): string {
  return join(projectRoot(here), 'out', 'renderer')
}

/** The list of known public models. */
export function knownModelsFile(): string {
  return join(projectRoot(), 'resources', 'models.json')
}

export type Build = {
  readonly version: string
  readonly buildId: string
  readonly workerCode: string
  readonly commit: Known
  readonly inferenceRuntime: Known
}

const BuildFile = z.object({ buildId: z.string(), workerCode: z.string(), commit: Known })

/** What this program is: from out/build.json, or from the sources where nothing was built. */
export function readBuild(root: string = projectRoot()): Build {
  const version = textField(join(root, 'package.json'), 'version') ?? '0.0.0'
  const runtime = textField(join(root, 'node_modules', 'onnxruntime-node', 'package.json'), 'version')
  const inferenceRuntime =
    runtime === undefined ? { unknown: 'onnxruntime-node is not installed' } : { value: `onnxruntime-node ${runtime}` }
  const file = join(root, 'out', 'build.json')
  const built = import.meta.url.endsWith('.ts')
    ? undefined
    : BuildFile.safeParse(existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined)
  if (built?.success) return { version, inferenceRuntime, ...built.data }
  const unknown = { unknown: 'this program runs from its sources' }
  return { version, inferenceRuntime, buildId: 'source', workerCode: hashOfSources(root), commit: unknown }
}

/** What decides the results of stages, when the workers run from source. */
function hashOfSources(root: string): string {
  const hash = createHash('sha256')
  for (const room of ['core', 'worker'])
    for (const name of readdirSync(join(root, 'src', room), { recursive: true, encoding: 'utf8' }).sort())
      if (name.endsWith('.ts') && !name.endsWith('.test.ts')) hash.update(name).update(readFileSync(join(root, 'src', room, name)))
  return hash.digest('hex')
}

function textField(file: string, field: string): string | undefined {
  if (!existsSync(file)) return undefined
  const value = (JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>)[field]
  return typeof value === 'string' ? value : undefined
}
