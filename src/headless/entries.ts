// Where the other programs of this build lie: built beside this one, or as sources when this one runs from source.
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const built = {
  'engine-entry': 'headless-engine.js',
  'worker-entry': 'headless-worker.js',
  'track-entry': 'headless-track.js',
  'probe-entry': 'headless-probe.js',
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

export type Build = { readonly version: string; readonly buildId: string }

/** Version from package.json; the build's id from out/build.json, or `source` where nothing was built. */
export function readBuild(root: string = projectRoot()): Build {
  const version = textField(join(root, 'package.json'), 'version') ?? '0.0.0'
  return { version, buildId: textField(join(root, 'out', 'build.json'), 'buildId') ?? 'source' }
}

function textField(file: string, field: string): string | undefined {
  if (!existsSync(file)) return undefined
  const value = (JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>)[field]
  return typeof value === 'string' ? value : undefined
}
