// What a program has left: each output checked, hashed, made durable, and put into its place in one step.
import { createHash } from 'node:crypto'
import { lstat, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { Fault, reasonOfError } from '#core/base/fault'
import type { CommandDeclaration, CommandOutput } from '#core/pipeline/command-stage'

/** A file in the run folder that is an artifact by reference: `name` is its path there. */
export type WrittenFile = {
  readonly name: string
  readonly kind: string
  readonly mediaType: string
  readonly sizeBytes: number
  readonly sha256: string
}

/** In the folder of each published stage: says that it is ours, so that a later attempt may replace it. */
export const ownerFile = '.stage.json'
/** Larger JSON would have to be held in memory to be checked. */
const mostJsonBytes = 256 * 2 ** 20
/** Names that the manifest takes. */
const artifactPath = /^[!-~]{1,99}$/

/**
 * The files of the outputs, in the order of the declaration; those of a folder by name. They are on the disk when this resolves.
 * Throws STAGE_OUTPUT_INVALID, which names the check, and CANCELLED.
 */
export async function checkOutputs(declaration: CommandDeclaration, out: string, signal: AbortSignal): Promise<readonly WrittenFile[]> {
  const files: WrittenFile[] = []
  for (const output of declaration.outputs) {
    const invalid = (check: string, expected: string, found: string) =>
      new Fault('STAGE_OUTPUT_INVALID', { stage: declaration.id, output: `${output.name} (${output.path})`, check, expected, found })
    const paths = await listFiles(out, output.path, output.validate === 'nonEmptyFolder', invalid)
    if (!paths) {
      if (output.required) throw invalid('exists', 'a result', 'nothing')
      continue
    }
    if (output.validate === 'nonEmptyFolder' && paths.length === 0) throw invalid('nonEmptyFolder', 'at least one file', 'an empty folder')
    let total = 0
    const sizes = new Map<string, number>()
    for (const path of paths) {
      const { size } = await lstat(join(out, path))
      sizes.set(path, size)
      total += size
    }
    if (total < output.minBytes) throw invalid('minBytes', `at least ${output.minBytes} bytes`, `${total}`)
    for (const path of paths) {
      const name = `${declaration.id}/${path}`
      if (!artifactPath.test(name)) throw invalid('name', 'at most 99 printable ASCII characters without spaces', JSON.stringify(name))
      await checkContent(output, join(out, path), sizes.get(path)!, invalid)
      files.push({ name, kind: 'file', mediaType: output.mediaType, ...(await hashFile(join(out, path), signal)) })
    }
  }
  return files
}

type Invalid = (check: string, expected: string, found: string) => Fault

/** Paths relative to `out`, undefined when nothing is there. Links are refused: what they lead to could change after it was hashed. */
async function listFiles(out: string, path: string, folderWanted: boolean, invalid: Invalid): Promise<readonly string[] | undefined> {
  const parts = path.split('/')
  for (let i = 1; i < parts.length; i += 1) {
    const above = await lstatOrNothing(join(out, ...parts.slice(0, i)))
    if (above && !above.isDirectory()) throw invalid('kind', 'a folder above it', `${parts.slice(0, i).join('/')}, which is none`)
  }
  const found = await lstatOrNothing(join(out, path))
  if (!found) return undefined
  if (found.isFile() && !folderWanted) return [path]
  if (!found.isDirectory() || !folderWanted)
    throw invalid('kind', folderWanted ? 'a folder' : 'a file', found.isSymbolicLink() ? 'a symbolic link' : 'something else')
  const files: string[] = []
  for (const entry of (await readdir(join(out, path), { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const inner = `${path}/${entry.name}`
    if (entry.isDirectory()) files.push(...((await listFiles(out, inner, true, invalid)) ?? []))
    else if (entry.isFile()) files.push(inner)
    else throw invalid('kind', 'files and folders only', `${inner}, which is neither`)
  }
  return files
}

async function checkContent({ validate }: CommandOutput, file: string, sizeBytes: number, invalid: Invalid): Promise<void> {
  if (validate === 'json') {
    if (sizeBytes > mostJsonBytes) throw invalid('json', `at most ${mostJsonBytes} bytes`, `${sizeBytes}`)
    try {
      JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file)))
    } catch (error) {
      throw invalid('json', 'JSON in UTF-8', reasonOfError(error))
    }
  }
  if (validate === 'image') {
    try {
      // To the last row: the header of a picture that was cut off is whole.
      await sharp(file, { failOn: 'truncated', sequentialRead: true }).resize(1, 1).raw().toBuffer()
    } catch (error) {
      throw invalid('image', 'a picture that can be decoded', reasonOfError(error))
    }
  }
}

/** Streamed: a file may be larger than the memory. Synced, so that the hash is one of what the disk holds. */
export async function hashFile(file: string, signal: AbortSignal): Promise<{ readonly sizeBytes: number; readonly sha256: string }> {
  const opened = await open(file, 'r')
  try {
    const hash = createHash('sha256')
    const buffer = Buffer.allocUnsafe(2 ** 20)
    let sizeBytes = 0
    for (;;) {
      if (signal.aborted) throw new Fault('CANCELLED')
      const { bytesRead } = await opened.read(buffer, 0, buffer.length, sizeBytes)
      if (bytesRead === 0) break
      hash.update(buffer.subarray(0, bytesRead))
      sizeBytes += bytesRead
    }
    await opened.sync()
    return { sizeBytes, sha256: hash.digest('hex') }
  } finally {
    await opened.close()
  }
}

/**
 * Makes `out` the folder `<run>/<stage id>`, in one rename: never is a part of the outputs there. What was not declared is removed before.
 * Replaces what an earlier attempt of the same stage published. Returns the file that says whose the folder is: an artifact like the others, so
 * that it goes along where they are taken over; `made` must not hold what differs from run to run. Throws OUTPUT_EXISTS when something else lies there.
 */
export async function publishOutputs(
  declaration: CommandDeclaration,
  folders: { readonly run: string; readonly work: string; readonly out: string },
  files: readonly WrittenFile[],
  made: Readonly<Record<string, unknown>>,
): Promise<WrittenFile> {
  const target = join(folders.run, declaration.id)
  await checkTarget(declaration.id, folders.run)
  await keepOnly(folders.out, '', new Set(files.map(({ name }) => name.slice(declaration.id.length + 1))))
  const bytes = Buffer.from(`${JSON.stringify({ stage: declaration.id, version: declaration.version, ...made }, undefined, 2)}\n`)
  await writeFile(join(folders.out, ownerFile), bytes, { flush: true })
  await syncFolder(folders.out)
  if (await lstatOrNothing(target)) await rename(target, join(folders.work, 'replaced'))
  await rename(folders.out, target)
  await syncFolder(folders.run)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return { name: `${declaration.id}/${ownerFile}`, kind: 'origin', mediaType: 'application/json', sizeBytes: bytes.length, sha256 }
}

/** Throws OUTPUT_EXISTS when the place of the outputs is taken by something that the stage did not write. */
export async function checkTarget(stage: string, run: string): Promise<void> {
  const target = join(run, stage)
  const there = await lstatOrNothing(target)
  if (!there) return
  const ours = there.isDirectory() && (await ownerOf(join(target, ownerFile))) === stage
  const empty = there.isDirectory() && (await readdir(target)).length === 0
  if (!ours && !empty) throw new Fault('OUTPUT_EXISTS', { path: target, stage })
}

async function ownerOf(file: string): Promise<unknown> {
  if (!(await lstatOrNothing(file))) return undefined
  try {
    const owner: unknown = JSON.parse(await readFile(file, 'utf8'))
    return typeof owner === 'object' && owner !== null && 'stage' in owner ? owner.stage : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** True when nothing is left in the folder. */
async function keepOnly(folder: string, inside: string, kept: ReadonlySet<string>): Promise<boolean> {
  let empty = true
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = inside ? `${inside}/${entry.name}` : entry.name
    const full = join(folder, entry.name)
    const stays = entry.isDirectory() ? !(await keepOnly(full, path, kept)) : kept.has(path)
    if (stays) {
      empty = false
      if (entry.isDirectory()) await syncFolder(full)
    } else await rm(full, { recursive: true, force: true })
  }
  return empty
}

export async function syncFolder(folder: string): Promise<void> {
  const opened = await open(folder, 'r')
  try {
    await opened.sync()
  } finally {
    await opened.close()
  }
}

async function lstatOrNothing(path: string) {
  try {
    return await lstat(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw error
  }
}
