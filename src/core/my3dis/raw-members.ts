// What a chunk of My3DIS's raw candidates holds of a frame, and the manifest of all chunks.
import { npyFromArray, npyOfZeros, type ZeroedRoom } from '../foreign/npy/npy-writer.ts'
import { type Deflate, npzBytes } from '../foreign/npy/npz-writer.ts'
import { scaleRle } from '../mask/resize.ts'
import { packInto } from '../mask/packed.ts'
import type { Rle } from '../mask/rle.ts'
import { type ChunkCompression, rawEntryName, rawFormat } from './layout.ts'
import { type PythonValue, pythonJson, pythonJsonStyles } from './text/python-json.ts'

export type CandidateFields = { readonly [key: string]: PythonValue | undefined }
/** `fields` without `raw_index`; `mask` is undefined where there is none. */
export type RawCandidate = { readonly fields: CandidateFields; readonly mask: Rle | undefined }
/** `frameIndex` is absolute. */
export type RawFrame = { readonly frameIndex: number; readonly frameName: string; readonly candidates: readonly RawCandidate[] }

export function rawMeta({ frameIndex, frameName, candidates }: RawFrame): { readonly [key: string]: PythonValue } {
  return {
    frame_idx: frameIndex,
    frame_name: frameName,
    candidate_count: candidates.length,
    candidates: candidates.map(({ fields }, raw_index) => ({ ...fields, raw_index })),
  }
}

/**
 * Packed masks of a frame, all at the size of the first (nearest pixels), with a row of zeros where there is none. Undefined when no
 * candidate has a mask.
 */
export function rawMasksNpz(frame: RawFrame, deflate: Deflate, tools: RawTools = {}): Uint8Array | undefined {
  const size = frame.candidates.find(({ mask }) => mask)?.mask?.size
  if (!size) return undefined
  const [height, width] = size
  const count = frame.candidates.length
  const rowBytes = Math.ceil((height * width) / 8)
  const rows = npyOfZeros([count, rowBytes], tools.room)
  for (const [i, { mask }] of frame.candidates.entries()) {
    if (!mask) continue
    const row = rows.values.subarray(i * rowBytes, (i + 1) * rowBytes)
    const scaled = scaleRle(mask, size)
    if (tools.packed) row.set(tools.packed(scaled))
    else packInto(scaled, row)
  }
  return npzBytes(
    {
      packed_masks: rows.bytes,
      mask_shape: npyFromArray({ kind: 'int32', shape: [2], values: Int32Array.of(height, width) }),
      has_mask: npyFromArray({ kind: 'bool', shape: [count], values: Uint8Array.from(frame.candidates, ({ mask }) => (mask ? 1 : 0)) }),
    },
    deflate,
    tools.crc32,
  )
}

/** What a host has faster, or has done already. */
export type RawTools = {
  readonly packed?: (mask: Rle) => Uint8Array
  readonly crc32?: (plain: Uint8Array) => number
  /** For the masks of a frame, used up when it is deflated. */
  readonly room?: ZeroedRoom
}

/** The members of a frame in their order: meta.json, then masks.npz when there is one. */
export function rawMembers(frame: RawFrame, masks: Uint8Array | undefined): { readonly name: string; readonly bytes: Uint8Array }[] {
  const text = pythonJson(rawMeta(frame), pythonJsonStyles.entry)
  const meta = { name: rawEntryName(frame.frameIndex, 'meta'), bytes: new TextEncoder().encode(text) }
  return masks ? [meta, { name: rawEntryName(frame.frameIndex, 'masks'), bytes: masks }] : [meta]
}

export type RawFrameRecord = {
  readonly frameIndex: number
  readonly frameName: string
  readonly candidateCount: number
  readonly maskCount: number
  readonly chunk: string
}

export function rawFrameRecord({ frameIndex, frameName, candidates }: RawFrame, chunk: string): RawFrameRecord {
  const maskCount = candidates.filter(({ mask }) => mask).length
  return { frameIndex, frameName, candidateCount: candidates.length, maskCount, chunk }
}

/** raw/manifest.json; chunks in the order of their first frame. */
export function rawManifestText(chunkFrames: number, compression: ChunkCompression, frames: readonly RawFrameRecord[]): string {
  const chunks = new Map<string, number[]>()
  for (const { chunk, frameIndex } of frames) chunks.set(chunk, [...(chunks.get(chunk) ?? []), frameIndex])
  return pythonJson(
    {
      format: rawFormat,
      chunk_size: chunkFrames,
      compression: compression === 'none' ? '' : compression,
      frames: frames.map((frame) => ({
        frame_idx: frame.frameIndex,
        frame_name: frame.frameName,
        candidate_count: frame.candidateCount,
        mask_count: frame.maskCount,
        chunk: frame.chunk,
        meta_entry: rawEntryName(frame.frameIndex, 'meta'),
        mask_entry: frame.maskCount > 0 ? rawEntryName(frame.frameIndex, 'masks') : undefined,
      })),
      chunks: [...chunks].map(([name, frame_indices]) => ({ name, frame_indices })),
    },
    pythonJsonStyles.entry,
  )
}

/** A long list under one key, item by item, as json.dump with indent 2 writes it at once. */
export function* listChunks(key: string, items: Iterable<PythonValue>): Generator<string> {
  yield listOpening(key)
  let count = 0
  for (const item of items) yield listItem(item, count++)
  yield listClosing(count)
}

export const listOpening = (key: string) => `{\n  "${key}": [`
/** `place` counts from 0. */
export function listItem(item: PythonValue, place: number): string {
  return `${place === 0 ? '' : ','}\n    ${pythonJson(item, pythonJsonStyles.run).replaceAll('\n', '\n    ')}`
}
export const listClosing = (count: number) => (count === 0 ? ']\n}' : '\n  ]\n}')
