// Takes a finished stage over from another run: its tar by a second name for the same bytes, its files likewise, its lines renumbered.
import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type ManifestEntry, manifestFromLines } from '#core/archive/manifest'
import { Fault } from '#core/base/fault'
import type { Disk } from '../disk/disk.ts'
import { type ArchiveParts, makeFoldersFor } from './archive-parts.ts'
import { manifestFile, type StageRecord } from './run-files.ts'

export type TakenOver = {
  readonly refused?: undefined
  readonly record: StageRecord
  /** Set when the disk has no second names for one file. */
  readonly copied: { readonly reason: string; readonly sizeBytes: number } | undefined
}

/**
 * A finished tar is never written again, so both runs may hold the same bytes; deleting one leaves the other whole. Each file that is made is
 * told to `making`.
 */
export async function takeOver(
  parts: ArchiveParts,
  record: StageRecord,
  from: { readonly runId: string; readonly folder: string },
  making: (path: string) => void,
): Promise<TakenOver> {
  const { disk, folder, manifest, counter } = parts
  let copied: TakenOver['copied']
  const entries = await entriesOfStage(from.folder, record)
  const start = manifest.length
  const take = async (name: string) => {
    const found = await linkOrCopy(disk, join(from.folder, name), join(folder, name), making)
    if (found) copied = { reason: found.reason, sizeBytes: found.sizeBytes + (copied?.sizeBytes ?? 0) }
  }
  if (record.tar) await take(record.tar.file)
  for (const entry of entries) {
    if (entry.place !== 'file') continue
    await makeFoldersFor(disk, folder, entry.name)
    await take(entry.name)
  }
  await disk.syncFolder(folder)
  await parts.noteAll(entries.map(({ seq: _seq, ...entry }) => entry))
  const manifestPart = { start, end: manifest.length, seq: counter.seq }
  return { record: await parts.finish({ ...record, durationMs: 0, manifest: manifestPart, from: record.from ?? from }), copied }
}

async function entriesOfStage(folder: string, record: StageRecord): Promise<ManifestEntry[]> {
  const bytes = await readFile(join(folder, manifestFile))
  const lines = bytes.subarray(record.manifest.start, record.manifest.end)
  const { entries, complete, reason } = manifestFromLines(lines.toString('utf8'))
  if (!complete || entries.some((entry) => entry.stage !== record.stage))
    throw new Fault('ARCHIVE_DAMAGED', {
      path: join(folder, manifestFile),
      offset: record.manifest.start,
      reason: reason ?? 'lines of another stage',
    })
  return entries
}

const noLinks = new Set(['EXDEV', 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'])

async function linkOrCopy(disk: Disk, from: string, to: string, making: (path: string) => void): Promise<TakenOver['copied']> {
  try {
    await disk.link(from, to)
    making(to)
    return undefined
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && noLinks.has(String(error.code)))) throw error
    return { reason: error.message, sizeBytes: await copy(disk, from, to, making) }
  }
}

async function copy(disk: Disk, from: string, to: string, making: (path: string) => void): Promise<number> {
  const { size } = await stat(from)
  const file = await disk.open(to, 'new')
  making(to)
  try {
    let at = 0
    if (size > 0)
      for await (const chunk of createReadStream(from, { highWaterMark: 2 ** 20 })) {
        await file.write(chunk as Uint8Array, at)
        at += (chunk as Uint8Array).length
      }
    await file.sync()
  } finally {
    await file.close()
  }
  return size
}
