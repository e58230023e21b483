// Appends artifacts to a run's archive: the bytes first, then the manifest line, so what is announced can be read.
import { createHash } from 'node:crypto'
import { type FileHandle, mkdir, open, rename, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { pack } from 'tar-stream'
import { manifestMember } from '#core/archive/archive-reader'
import { lineFromEntry, type ManifestEntry } from '#core/archive/manifest'
import { Fault, reasonOfError } from '#core/base/fault'

export const archiveFile = 'archive.tar'
export const manifestFile = 'manifest.ndjson'

export type NewArtifact = {
  readonly name: string
  readonly stage: string
  readonly kind: string
  readonly level?: number | undefined
  readonly frameIndex?: number | undefined
  readonly mediaType: string
  readonly counts?: Readonly<Record<string, number>> | undefined
  readonly bytes: Uint8Array
}

export type ArchiveWriter = {
  /** Into the tar. Resolves when the artifact can be read by its entry. Calls are carried out in order. */
  append(artifact: NewArtifact): Promise<ManifestEntry>
  /** Beside the tar, as a file people open with other programs; `name` is its path inside the run folder. */
  addFile(artifact: NewArtifact): Promise<ManifestEntry>
  /** Adds the manifest as last member and ends the tar. */
  finish(): Promise<void>
  /** Closes without ending the tar; what was written stays readable. */
  close(): Promise<void>
}

/** Starts a new archive in a run folder that has none yet. */
export async function createArchive(folder: string): Promise<ArchiveWriter> {
  const tar = await open(join(folder, archiveFile), 'wx')
  const manifest = await open(join(folder, manifestFile), 'wx')
  let offset = 0
  let seq = 0
  let last: Promise<unknown> = Promise.resolve()
  const inOrder = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(work)
    last = next.catch(() => {})
    return next
  }

  const note = async (entry: ManifestEntry) => {
    await manifest.appendFile(lineFromEntry(entry))
    return entry
  }
  const append = async (artifact: NewArtifact): Promise<ManifestEntry> => {
    checkName(artifact.name)
    const { header, padding } = await tarParts(artifact.name, artifact.bytes)
    await writeAll(tar, folder, [header, artifact.bytes, padding], offset)
    const start = offset + header.length
    offset = start + artifact.bytes.length + padding.length
    seq += 1
    return note({ ...described(artifact, seq), place: 'archive', offset: start })
  }
  const addFile = async (artifact: NewArtifact): Promise<ManifestEntry> => {
    checkName(artifact.name)
    const path = resolve(folder, artifact.name)
    if (relative(folder, path).startsWith(`..${sep}`) || relative(folder, path) === '..')
      throw new RangeError(`${artifact.name} leaves the run folder`)
    await mkdir(dirname(path), { recursive: true })
    // A reader never meets half a file: written beside, then renamed.
    await writeFile(`${path}.part`, artifact.bytes)
    await rename(`${path}.part`, path)
    seq += 1
    return note({ ...described(artifact, seq), place: 'file' })
  }
  return {
    append: (artifact) => inOrder(() => append(artifact)),
    addFile: (artifact) => inOrder(() => addFile(artifact)),
    finish: () =>
      inOrder(async () => {
        const source = await open(join(folder, manifestFile), 'r')
        const lines = await source.readFile()
        await source.close()
        const { header, padding } = await tarParts(manifestMember, lines)
        await writeAll(tar, folder, [header, lines, padding, new Uint8Array(1024)], offset)
        await tar.sync()
        await manifest.sync()
        await Promise.all([tar.close(), manifest.close()])
      }),
    close: () => inOrder(() => Promise.all([tar.close(), manifest.close()]).then(() => {})),
  }
}

/** Other names would need a pax header in the tar, and the manifest's reader would end its reading at their line. */
function checkName(name: string): void {
  if (!/^[\x21-\x7e]{1,99}$/.test(name)) throw new RangeError(`"${name}" is not a name of 1 to 99 ASCII characters without spaces`)
}

function described(artifact: NewArtifact, seq: number) {
  const { name, stage, kind, level, frameIndex, mediaType, counts, bytes } = artifact
  return {
    seq,
    name,
    stage,
    kind,
    level,
    frameIndex,
    mediaType,
    length: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    counts,
  }
}

/** Header and padding of one member, as tar-stream writes them; times and owners are zero so that equal runs give equal bytes. */
async function tarParts(name: string, bytes: Uint8Array): Promise<{ readonly header: Uint8Array; readonly padding: Uint8Array }> {
  const member = pack()
  member.entry({ name, size: bytes.length, mode: 0o644, mtime: new Date(0), uid: 0, gid: 0 })
  for await (const header of member) {
    // Names are ASCII and under 100 characters (checkName), so the header is a single block, never a pax pair.
    if (!(header instanceof Uint8Array) || header.length !== 512) break
    return { header, padding: new Uint8Array((512 - (bytes.length % 512)) % 512) }
  }
  throw new RangeError(`${name} needs more than a plain tar header`)
}

async function writeAll(file: FileHandle, folder: string, parts: readonly Uint8Array[], offset: number): Promise<void> {
  try {
    let at = offset
    for (const part of parts) {
      let done = 0
      while (done < part.length) {
        const { bytesWritten } = await file.write(part, done, part.length - done, at + done)
        done += bytesWritten
      }
      at += part.length
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') throw new Fault('DISK_FULL', { path: folder }, error)
    throw new Fault('FOLDER_NOT_WRITABLE', { path: folder, reason: reasonOfError(error) }, error)
  }
}
