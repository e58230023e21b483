// One stage's writing: artifacts into its tar, lines into the manifest, and commits that say up to where all of it is whole.
import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import { manifestMember } from '#core/archive/archive-reader'
import { lineFromEntry, type ManifestEntry } from '#core/archive/manifest'
import { type Disk, type DiskFile, orClose, writeAtomic } from '../disk/disk.ts'
import { openLines, openOrMake } from './line-file.ts'
import type { Recovered } from './recover.ts'
import { type ArchiveParts, guarded, makeFolder, makeFoldersFor } from './archive-parts.ts'
import { type CommitPoint, commitsFile, type FingerprintKey, type StageRecord, tarOfStage, workFolder } from './run-files.ts'
import { checkName, tarEnd, tarParts } from './tar-member.ts'

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

/** A file that lies in the run folder already, at `name`. */
export type WrittenArtifact = Omit<NewArtifact, 'bytes'> & { readonly sizeBytes: number; readonly sha256: string }

export type StageResult = {
  readonly keys: readonly FingerprintKey[]
  readonly counts: Readonly<Record<string, number>>
  readonly backend: string | undefined
  readonly durationMs: number
}

/** Calls are carried out in the order in which they are made. */
export type StageWriter = {
  /** Where to go on: everything before `position` is there. Undefined when the stage begins. */
  readonly resume:
    | { readonly position: number; readonly counts: Readonly<Record<string, number>>; readonly state: Uint8Array | undefined }
    | undefined
  /** Into the tar. Resolves when the artifact can be read by its entry. */
  append(artifact: NewArtifact): Promise<ManifestEntry>
  /** Beside the tars, as a file people open with other programs; `name` is its path inside the run folder. */
  addFile(artifact: NewArtifact): Promise<ManifestEntry>
  /** By reference: nothing is copied. */
  addWritten(artifact: WrittenArtifact): Promise<ManifestEntry>
  /** From now on the stage goes on after `position`; `state` is what it then needs besides its artifacts. Survives a kill at once, a power cut within `syncEveryMs`. */
  commit(point: {
    readonly position: number
    readonly counts: Readonly<Record<string, number>>
    readonly state: Uint8Array | undefined
  }): Promise<void>
  /** Ends the tar with its part of the manifest and writes the stage's record last. */
  finish(result: StageResult): Promise<StageRecord>
  /** Closes without ending; what is committed stays. */
  close(): Promise<void>
}

/** Between two syncs of a stage whose frames take less than that. */
export const syncEveryMs = 500
/** The newest state, the one before it, and the last synced one never share a slot. */
const stateSlots = 3

export async function createStageWriter(
  parts: ArchiveParts,
  stage: string,
  fingerprint: string,
  point: Recovered['point'],
  earlier: {
    readonly manifestStart: number
    readonly entries: readonly ManifestEntry[]
    /** The stages before are finished on disk: a commit that a power cut finds without them cannot be gone on with. */
    readonly ended: Promise<unknown>
  },
): Promise<StageWriter> {
  const { disk, folder, manifest, counter } = parts
  const tarFile = tarOfStage(stage)
  let tar: DiskFile | undefined
  let tarLength = point?.tarLength ?? 0
  const hash = createHash('sha256')
  // Their names are synced with the first commit: before it there is nothing to find in them.
  await makeFolder(disk, folder, workFolder, false)
  await makeFolder(disk, join(folder, workFolder), stage, false)
  const work = join(folder, workFolder, stage)
  const commits = await openLines(disk, join(work, commitsFile), point?.commitsLength ?? 0)
  if (tarLength > 0) tar = await orClose(commits, () => openCut(disk, join(folder, tarFile), tarLength, hash))
  const states = stateFiles(disk, work, point, () => {
    namesChanged = true
  })
  const own: ManifestEntry[] = []
  let namesChanged = true
  let syncedAt = 0
  let closed = false
  let last: Promise<unknown> = Promise.resolve()
  const inOrder = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(() => guarded(folder, work))
    last = next.catch(() => {})
    return next
  }

  const write = async (bytes: readonly Uint8Array[]) => {
    if (!tar) {
      tar = await disk.open(join(folder, tarFile), 'new')
      namesChanged = true
    }
    let at = tarLength
    for (const part of bytes) {
      await tar.write(part, at)
      at += part.length
    }
    for (const part of bytes) hash.update(part)
    tarLength = at
  }
  const append = async (artifact: NewArtifact) => {
    checkName(artifact.name)
    const { header, padding } = await tarParts(artifact.name, artifact.bytes.length)
    const offset = tarLength + header.length
    await write([header, artifact.bytes, padding])
    return note({ ...described(artifact), place: 'archive', archive: tarFile, offset })
  }
  const note = async (entry: Parameters<ArchiveParts['note']>[0]) => {
    const noted = await parts.note(entry)
    own.push(noted)
    return noted
  }
  const addFile = async (artifact: NewArtifact) => {
    checkName(artifact.name)
    const path = insideOf(folder, artifact.name)
    await makeFoldersFor(disk, folder, artifact.name)
    await writeAtomic(disk, path, artifact.bytes)
    return note({ ...described(artifact), place: 'file' })
  }
  const addWritten = async ({ name, kind, level, frameIndex, mediaType, counts, sizeBytes, sha256 }: WrittenArtifact) => {
    checkName(name)
    insideOf(folder, name)
    return note({ name, stage, kind, level, frameIndex, mediaType, counts, length: sizeBytes, sha256, place: 'file' })
  }
  const commit: StageWriter['commit'] = async ({ position, counts, state }) => {
    const due = performance.now() - syncedAt >= syncEveryMs
    const kept = state && (await states.put(state, due))
    if (due) {
      await earlier.ended
      await syncAll(namesChanged ? folder : undefined)
    }
    namesChanged &&= !due
    const line: CommitPoint = {
      stage,
      fingerprint,
      position,
      counts: { ...counts },
      manifestLength: manifest.length,
      seq: counter.seq,
      tarLength,
      synced: due,
      state: kept,
    }
    await commits.append(`${JSON.stringify(line)}\n`)
    if (due) {
      await commits.sync()
      syncedAt = performance.now()
    }
  }
  const syncAll = async (names: string | undefined) => {
    await tar?.sync()
    await manifest.sync()
    if (names !== undefined) {
      await disk.syncFolder(names)
      await disk.syncFolder(join(names, workFolder))
      await disk.syncFolder(work)
    }
  }
  const close = async () => {
    if (closed) return
    closed = true
    await Promise.all([tar?.close(), commits.close(), states.close()])
  }
  const finish = async (result: StageResult, end: { readonly length: number; readonly seq: number }): Promise<StageRecord> => {
    if (tar) {
      const lines = new TextEncoder().encode([...earlier.entries, ...own].map(lineFromEntry).join(''))
      const { header, padding } = await tarParts(manifestMember, lines.length)
      await write([header, lines, padding, tarEnd])
    }
    await syncAll(folder)
    // A record whose predecessor is missing counts for nothing, so it may not come first.
    await earlier.ended
    const record = await parts.finish({
      format: 'scenewright.stage',
      version: 1,
      stage,
      fingerprint,
      keys: [...result.keys],
      counts: { ...result.counts },
      backend: result.backend,
      durationMs: Math.round(result.durationMs),
      tar: tar && { file: tarFile, sizeBytes: tarLength, sha256: hash.digest('hex') },
      manifest: { start: earlier.manifestStart, end: end.length, seq: end.seq },
    })
    await close()
    await disk.remove(work)
    return record
  }
  return {
    resume: point && { position: point.position, counts: point.counts, state: point.stateBytes },
    append: (artifact) => inOrder(() => append(artifact)),
    addFile: (artifact) => inOrder(() => addFile(artifact)),
    addWritten: (artifact) => inOrder(() => addWritten(artifact)),
    commit: (next) => inOrder(() => commit(next)),
    finish: (result) => {
      // Where this stage's lines end is known now: while its end is written the next stage's lines may come already.
      const end = { length: manifest.length, seq: counter.seq }
      return inOrder(() => finish(result, end))
    },
    close: () => inOrder(close),
  }
}

type StateFiles = { put(state: Uint8Array, sync: boolean): Promise<NonNullable<CommitPoint['state']>>; close(): Promise<void> }

/** Three slots in turn: the one written is neither the newest nor the last synced, so there is always one to go back to. */
function stateFiles(disk: Disk, work: string, point: Recovered['point'], named: () => void): StateFiles {
  const files = new Map<string, DiskFile>()
  let newest = point?.state?.file
  let safe = point?.safeState
  return {
    put: async (state, sync) => {
      const names = Array.from({ length: stateSlots }, (_, slot) => `state-${slot}.bin`)
      const file = names.find((name) => name !== newest && name !== safe)!
      const known = files.get(file)
      // Its name has to be synced with the next commit that is: bytes that are safe under no name are lost.
      if (!known) named()
      const open = known ?? (await openOrMake(disk, join(work, file)))
      files.set(file, open)
      await open.write(state, 0)
      if (sync) await open.sync()
      newest = file
      if (sync) safe = file
      return { file, sizeBytes: state.length, sha256: createHash('sha256').update(state).digest('hex') }
    },
    close: async () => {
      await Promise.all([...files.values()].map((file) => file.close()))
    },
  }
}

function described({ name, stage, kind, level, frameIndex, mediaType, counts, bytes }: NewArtifact) {
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return { name, stage, kind, level, frameIndex, mediaType, length: bytes.length, sha256, counts }
}

function insideOf(folder: string, name: string): string {
  const path = resolve(folder, name)
  const way = relative(folder, path)
  if (way === '..' || way.startsWith(`..${sep}`)) throw new RangeError(`${name} leaves the run folder`)
  return path
}

/** Without what stands after `length`; what stands before it is hashed. */
async function openCut(disk: Disk, path: string, length: number, hash: Hash): Promise<DiskFile> {
  const file = await disk.open(path, 'existing')
  return orClose(file, async () => {
    await file.truncate(length)
    await addToHash(hash, path, length)
    return file
  })
}

async function addToHash(hash: Hash, path: string, length: number): Promise<void> {
  for await (const chunk of createReadStream(path, { end: length - 1 })) hash.update(chunk as Uint8Array)
}
