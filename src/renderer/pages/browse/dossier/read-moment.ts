// One moment in the life of a track: its numbers on a frame, and the cut-out of it there.
import { type BytesQuery, FrameHeader } from '#api/api'
import type { Track } from '#core/segment/track'
import type { Decoder } from '../../../frame/decoder-client.ts'
import { indexOfMask } from '../../../frame/mask-columns.ts'
import type { EngineLink } from '../../../host/link.ts'
import { type Crop, cropAround, maskInCrop } from './dossier-moments.ts'

export type Reading = {
  readonly position: number
  /** Pixels of the frame; 0 where the mask turned out to be absent. */
  readonly area: number
  readonly score: number | undefined
  /** Only where the masks tell it: those of a tracker mostly do not. */
  readonly stability: number | undefined
}
export type Shot = {
  readonly position: number
  readonly frameIndex: number
  readonly frameWidth: number
  readonly crop: Crop
  /** Row-major 0/1 inside the crop. */
  readonly mask: Uint8Array
}

type Life = { readonly runId: string; readonly frameIndices: readonly number[]; readonly track: Pick<Track, 'id' | 'level'> }

/** Width by height of a cut-out. */
const shotAspect = 4 / 3

/** Undefined when the run has no such position; without a shot when the mask turned out to be absent. Throws what reading throws. */
export async function readMoment(
  link: Pick<EngineLink, 'bytes'>,
  decoder: Decoder,
  { runId, frameIndices, track }: Life,
  position: number,
  signal: AbortSignal,
): Promise<{ readonly reading: Reading; readonly shot: Shot | undefined } | undefined> {
  const frameIndex = frameIndices[position]
  if (frameIndex === undefined) return undefined
  const query: BytesQuery = { what: 'frame', runId, frameIndex, stage: 'tracker', levels: [track.level], withImage: false }
  const answer = await link.bytes(query, signal)
  const { width, height, parts } = FrameHeader.parse(answer.header)
  const { masks } = await decoder.decode({ frameIndex, width, height, bytes: answer.bytes, image: undefined, parts, isDrawn: false })
  const { columns } = masks
  const index = indexOfMask(columns, track.id)
  if (index === undefined) return { reading: { position, area: 0, score: undefined, stability: undefined }, shot: undefined }
  const known = (value: number) => (Number.isNaN(value) ? undefined : value)
  const reading = {
    position,
    area: columns.areas[index]!,
    score: known(columns.scores[index]!),
    stability: known(columns.stabilities[index]!),
  }
  const [x, y, w, h] = columns.boxes.subarray(index * 4, index * 4 + 4)
  const crop = cropAround([x!, y!, w!, h!], { width, height }, shotAspect)
  return { reading, shot: { position, frameIndex, frameWidth: width, crop, mask: maskInCrop(columns, index, height, crop) } }
}
