// The life of a track as one picture: cut-outs in rows with their frame numbers, under a line that names the track.
import { Fault } from '#core/base/fault'
import { labelOfId } from '#core/segment/frame-masks'
import type { Track } from '#core/segment/track'
import { makeDecoder } from '../../../frame/decoder-client.ts'
import type { EngineLink } from '../../../host/link.ts'
import { momentsOf, thumbnailWidth } from '../dossier/dossier-moments.ts'
import { readMoment, type Shot } from '../dossier/read-moment.ts'
import { paintShot } from '../dossier/shot-painting.ts'

/** Pixels. */
const [shotWidth, shotHeight, gap, headHeight, numberHeight] = [320, 240, 6, 34, 26]
const mostColumns = 8
export const mostShots = 64
const [ground, ink, faint] = ['#161616', '#eeeeee', '#a8a8a8']

type FilmWish = {
  readonly runId: string
  readonly runName: string
  readonly frameIndices: readonly number[]
  readonly track: Track
  /** Cut-outs at most, 1 to `mostShots`; they are spread evenly over its life. */
  readonly count: number
}

/** How many columns and rows `count` cut-outs take, and the pixels of the whole. */
export function filmSize(count: number): {
  readonly columns: number
  readonly rows: number
  readonly width: number
  readonly height: number
} {
  const rows = Math.ceil(count / mostColumns)
  const columns = Math.ceil(count / rows)
  return {
    columns,
    rows,
    width: columns * (shotWidth + gap) + gap,
    height: headHeight + rows * (shotHeight + numberHeight + gap) + gap,
  }
}

/** PNG. A frame whose picture cannot be read stops it, with the reason: a strip with plain cut-outs is not what was asked for. */
export async function filmPicture(
  link: Pick<EngineLink, 'bytes'>,
  wish: FilmWish,
  onProgress: (done: number, of: number) => void,
  signal: AbortSignal,
): Promise<Blob> {
  const { track } = wish
  const moments = momentsOf(track.visible, wish.count)
  const size = filmSize(moments.length)
  const canvas = new OffscreenCanvas(size.width, size.height)
  const pen = canvas.getContext('2d')
  if (!pen) throw new Fault('UNEXPECTED', { reason: 'this browser has no drawing surface beside the page' })
  pen.fillStyle = ground
  pen.fillRect(0, 0, size.width, size.height)
  write(pen, `Track ${labelOfId(track.id)} · frames ${track.firstFrame} to ${track.lastFrame} · ${wish.runName}`, {
    ...{ x: gap, y: headHeight / 2, room: size.width - 2 * gap, tone: ink, pixels: 16 },
  })
  const decoder = makeDecoder()
  try {
    for (const [i, position] of moments.entries()) {
      const [x, y] = [
        gap + (i % size.columns) * (shotWidth + gap),
        headHeight + Math.floor(i / size.columns) * (shotHeight + numberHeight + gap),
      ]
      const shot = (await readMoment(link, decoder, wish, position, signal))?.shot
      if (signal.aborted) throw new Fault('CANCELLED')
      const words = shot ? `frame ${shot.frameIndex}` : `frame ${wish.frameIndices[position]}: not there`
      if (shot) pen.drawImage(await drawnShot(link, wish.runId, shot, signal), x, y)
      write(pen, words, { x, y: y + shotHeight + numberHeight / 2, room: shotWidth, tone: shot ? ink : faint, pixels: 14 })
      onProgress(i + 1, moments.length)
    }
  } finally {
    decoder.close()
  }
  return canvas.convertToBlob({ type: 'image/png' })
}

async function drawnShot(link: Pick<EngineLink, 'bytes'>, runId: string, shot: Shot, signal: AbortSignal): Promise<OffscreenCanvas> {
  const width = thumbnailWidth(shot.frameWidth, shot.crop, shotWidth)
  const { mediaType, bytes } = await link.bytes({ what: 'thumbnail', runId, frameIndex: shot.frameIndex, width }, signal)
  const picture = await createImageBitmap(new Blob([new Uint8Array(bytes)], { type: mediaType }))
  const canvas = new OffscreenCanvas(shotWidth, shotHeight)
  paintShot(canvas, picture, shot)
  picture.close()
  return canvas
}

type Place = { readonly x: number; readonly y: number; readonly room: number; readonly tone: string; readonly pixels: number }

function write(pen: OffscreenCanvasRenderingContext2D, words: string, { x, y, room, tone, pixels }: Place): void {
  pen.font = `${pixels}px system-ui, sans-serif`
  pen.textBaseline = 'middle'
  pen.fillStyle = tone
  let shown = words
  while (pen.measureText(shown).width > room && shown.length > 2) shown = `${shown.slice(0, -2)}…`
  pen.fillText(shown, x, y)
}
