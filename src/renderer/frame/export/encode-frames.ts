// Frames as a video, written by the browser: one picture after the other is drawn, encoded and forgotten.
import { BufferTarget, CanvasSource, getFirstEncodableVideoCodec, Output, QUALITY_HIGH, WebMOutputFormat } from 'mediabunny'
import { Fault } from '#core/base/fault'

export type VideoWish = {
  /** Pictures, from 0 to this number (exclusive). */
  readonly count: number
  /** Pictures a second, above 0. */
  readonly fps: number
  /** Of the video, in pixels; odd sides lose one pixel, for most encoders know even ones only. */
  readonly size: { readonly width: number; readonly height: number }
}

/**
 * `drawFrame` gives what picture `at` shows; it may be the same canvas each time, and it is stretched to the size. `onProgress` hears how many are
 * encoded. The answer is a WebM file. Throws VIDEO_UNSUPPORTED when the browser has no encoder of that size, CANCELLED after `signal`, and what
 * drawing throws.
 */
export async function encodeFrames(
  drawFrame: (at: number, signal: AbortSignal) => Promise<CanvasImageSource>,
  { count, fps, size }: VideoWish,
  onProgress: (done: number) => void,
  signal: AbortSignal,
): Promise<Blob> {
  const [width, height] = [size.width - (size.width % 2), size.height - (size.height % 2)]
  const codec = await getFirstEncodableVideoCodec(['vp9', 'vp8', 'av1'], { width, height, quality: QUALITY_HIGH, frameRate: fps })
  if (codec === null) throw new Fault('VIDEO_UNSUPPORTED', { width, height })
  const canvas = new OffscreenCanvas(width, height)
  const pen = canvas.getContext('2d', { alpha: false })
  if (!pen) throw new Fault('VIDEO_UNSUPPORTED', { width, height })
  const target = new BufferTarget()
  const output = new Output({ format: new WebMOutputFormat(), target })
  const source = new CanvasSource(canvas, { codec, quality: QUALITY_HIGH })
  output.addVideoTrack(source, { frameRate: fps })
  await output.start()
  try {
    for (let at = 0; at < count; at += 1) {
      const picture = await drawFrame(at, signal)
      if (signal.aborted) throw new Fault('CANCELLED')
      pen.drawImage(picture, 0, 0, width, height)
      await source.add(at / fps, 1 / fps)
      onProgress(at + 1)
    }
    await output.finalize()
  } catch (error) {
    await output.cancel()
    throw error
  }
  if (target.buffer === null) throw new Fault('UNEXPECTED', { reason: 'the video was written without an end' })
  return new Blob([target.buffer], { type: 'video/webm' })
}
