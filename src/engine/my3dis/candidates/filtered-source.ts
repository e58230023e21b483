// Kept candidates of a level: filtered.json of any length read frame by frame, and the arrays beside it that the first weeks had.
import { open, readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import { Fault, reasonOfError } from '#core/base/fault'
import { readNpyHeader, readNpyRow } from '#core/foreign/npy/npy'
import type { Rle } from '#core/mask/rle'
import { frameMasksFromCandidates, idsByUniqueId, maskFromItem, masksFromArrays, parentLevels } from '#core/my3dis/masks/candidate-masks'
import { FilteredFrame, jsonFromBytes } from '#core/my3dis/masks/candidate-schema'
import { createFrameScanner, type FrameScan } from '#core/my3dis/tracks/frame-scanner'
import type { Repair } from '#core/my3dis/repair-table'
import { openFileSource } from '../../archive/file-source.ts'
import { type CandidateContext, type CandidateSource, sizeFromOthers } from './candidate-source.ts'
import { hasIndex, indexOf } from '../index-cache.ts'

const indexKind = 'my3dis.filtered.1'
const FilteredIndex = z.object({
  frames: z.array(
    z.object({
      frameIndex: z.number().int().nonnegative(),
      frameName: z.string().optional(),
      offset: z.number().int().nonnegative(),
      length: z.number().int().positive(),
      count: z.number().int().nonnegative(),
    }),
  ),
  problem: z.string().optional(),
})
type FilteredIndex = z.infer<typeof FilteredIndex>
type Span = FilteredIndex['frames'][number]

export const filteredName = 'filtered.json'
/** Of one frame; 2000 masks at full size have a tenth of that. */
const longestFrame = 2 ** 28
const scanBytes = 2 ** 18

/** One pass over the file in constant memory. Throws MY3DIS_FILE_DAMAGED when it cannot be read at all. */
export async function scanFiltered(file: string): Promise<FrameScan> {
  const scanner = createFrameScanner()
  try {
    const handle = await open(file, 'r')
    try {
      // The scanner keeps nothing of a chunk, so one is enough for a file of any length.
      const chunk = new Uint8Array(scanBytes)
      for (;;) {
        const { bytesRead } = await handle.read(chunk, 0, chunk.length)
        if (bytesRead === 0) return scanner.finish()
        scanner.push(chunk.subarray(0, bytesRead))
      }
    } finally {
      await handle.close()
    }
  } catch (error) {
    throw new Fault('MY3DIS_FILE_DAMAGED', { path: file, reason: reasonOfError(error) }, error)
  }
}

/** Whether the places of frames in this file are known already. */
export async function isFilteredIndexed(file: string, cacheFolder: string): Promise<boolean> {
  return hasIndex(cacheFolder, file, indexKind, FilteredIndex)
}

/**
 * The first question about frames scans the file once, and keeps their places in the cache; after that a frame costs one read of its
 * bytes. Of two frames with one index the first counts.
 */
export function openFiltered(file: string, context: CandidateContext): CandidateSource {
  const { level } = context
  const problems: Repair[] = []
  const tell = (repair: Repair) => void problems.push(repair)
  let source: ReturnType<typeof openFileSource> | undefined
  let index: Promise<ReadonlyMap<number, Span>> | undefined

  const spans = () => (index ??= spansByFrame(file, context, tell))

  async function parsed(frameIndex: number): Promise<{ readonly span: Span; readonly frame: FilteredFrame } | undefined> {
    const span = (await spans()).get(frameIndex)
    if (span === undefined) return undefined
    if (span.length > longestFrame)
      throw new Fault('MY3DIS_FILE_DAMAGED', {
        path: file,
        reason: `frame ${span.frameIndex} has ${span.length} bytes, at most ${longestFrame} are read`,
      })
    source ??= openFileSource(file)
    const bytes = await (await source).read(span.offset, span.length)
    return { span, frame: jsonFromBytes(`${file} (frame ${span.frameIndex})`, bytes, FilteredFrame) }
  }

  const places = async () =>
    [...(await spans())].map(([frameIndex, { count }]) => ({ frameIndex, count })).sort((a, b) => a.frameIndex - b.frameIndex)

  async function sizeOf(frameIndex: number) {
    const found = await parsed(frameIndex)
    return found && (await masksOf(file, found.span, found.frame)).find((mask) => mask !== undefined)?.size
  }

  return {
    frames: places,
    async masks(frameIndex) {
      const found = await parsed(frameIndex)
      if (found === undefined) return undefined
      const { frame, span } = found
      const masks = await masksOf(file, span, frame)
      const hasSize = masks.some((mask) => mask !== undefined)
      return frameMasksFromCandidates({
        frameIndex,
        frameName: frame.frame_name ?? context.nameOf(frameIndex) ?? String(frameIndex),
        level,
        candidates: frame.items,
        masks,
        numberedBy: 'id',
        emptySize: hasSize ? [1, 1] : await sizeFromOthers(await places(), sizeOf),
        parents: await context.kin(frameIndex, parentLevels(frame.items)),
      })
    },
    async uniqueIds(frameIndex) {
      const found = await parsed(frameIndex)
      return found ? idsByUniqueId(level, found.frame.items, 'id') : new Map()
    },
    problems: () => problems,
    async close() {
      await (await source)?.close()
      source = undefined
    },
  }
}

/** By absolute index. Frames without names beside arrays are of the first generation, which counted within the selection. */
async function spansByFrame(file: string, context: CandidateContext, tell: (repair: Repair) => void): Promise<ReadonlyMap<number, Span>> {
  const { value, notKept } = await indexOf(context.cacheFolder, file, indexKind, FilteredIndex, async () => {
    const { frames, problem } = await scanFiltered(file)
    return { frames: [...frames], problem }
  })
  if (notKept !== undefined) tell({ code: 'INDEX_NOT_KEPT', params: { path: file, folder: context.cacheFolder, reason: notKept } })
  if (value.problem !== undefined)
    tell({ code: 'FILTERED_DAMAGED', params: { path: file, reason: value.problem, frames: value.frames.length } })
  const arrays = (await readdir(dirname(file))).some((name) => /^seg_frame_\d+\.npy$/.test(name))
  const isLocal = arrays && value.frames.every(({ frameName }) => frameName === undefined)
  const byFrame = new Map<number, Span>()
  for (const span of value.frames) {
    const absolute = (isLocal ? context.selected[span.frameIndex] : undefined) ?? span.frameIndex
    if (!byFrame.has(absolute)) byFrame.set(absolute, span)
  }
  return byFrame
}

/** One for each item, out of the items themselves or out of the array that belongs to the frame. */
async function masksOf(file: string, span: Span, frame: FilteredFrame): Promise<readonly (Rle | undefined)[]> {
  const what = `${file} (frame ${span.frameIndex})`
  if (frame.items.length === 0) return []
  const own = frame.items.map((item) => maskFromItem(what, item))
  if (own.some((mask) => mask !== undefined)) return own
  const array = join(dirname(file), `seg_frame_${String(span.frameIndex).padStart(5, '0')}.npy`)
  if (!(await readdir(dirname(file))).includes(basename(array))) return own
  return masksFromArray(array, frame.items.length)
}

/** Row by row, so that a frame of 50 MB of bytes is never in memory at once. */
async function masksFromArray(path: string, count: number): Promise<readonly Rle[]> {
  const source = await openFileSource(path)
  try {
    const header = await readNpyHeader(source)
    const [rows = 0, height = 0, width = 0] = header.shape
    if (header.shape.length !== 3 || rows < count)
      throw new Fault('MY3DIS_FILE_DAMAGED', { path, reason: `its shape is [${header.shape.join(', ')}], for ${count} candidates` })
    const masks: Rle[] = []
    for (let row = 0; row < count; row++) {
      const { kind, values } = await readNpyRow(source, header, row)
      const [mask] = masksFromArrays(path, { plain: { kind, shape: [1, height, width], values } })
      if (mask) masks.push(mask)
    }
    return masks
  } finally {
    await source.close()
  }
}
