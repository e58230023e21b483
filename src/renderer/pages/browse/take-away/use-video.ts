// The frames of a run as a video: each is read, drawn as the picture of the page is, and encoded by the browser.
import { useStore } from 'zustand'
import { Fault } from '#core/base/fault'
import { framePixelsPerSettingPixel } from '#core/segment/candidate-filter'
import { sizeOfView, type View } from '#core/view/view'
import { encodeFrames } from '../../../frame/export/encode-frames.ts'
import { makeFrameReader } from '../../../frame/export/frame-reader.ts'
import { makePainter } from '../../../frame/export/painter.ts'
import type { FrameWish } from '../../../frame/frame-source.ts'
import { useHost } from '../../../host/host.tsx'
import type { EngineLink } from '../../../host/link.ts'
import { useRun, useServices } from '../../../state/services.tsx'
import type { Browse } from '../use-browse.ts'
import { type ShowingRules, shownOnFrame } from './shown-masks.ts'
import type { Task } from '../../parts/use-task.ts'
import { viewAtFrame } from './view-of-page.ts'

type VideoOfView = {
  readonly view: View
  /** Absolute, in the order of the video; at least one. */
  readonly frameIndices: readonly number[]
  readonly fps: number
}

/** Gives the task that writes it. */
export function useVideo(browse: Browse): (wish: VideoOfView) => Task {
  const { link } = useHost()
  const { whatIf } = useServices()
  const { rule, showsDropped } = useStore(whatIf)
  const scene = useRun(browse.runId, (one) => one?.record?.scene)
  const trial = rule && scene ? { rule, showsDropped, scale: framePixelsPerSettingPixel(scene.width, scene.height) } : undefined
  return (wish) => (onProgress, signal) =>
    writeVideo(browse, { filter: browse.filter, tracks: browse.tracks, trial }, wish, link, onProgress, signal)
}

async function writeVideo(
  { runId, run, coverage, stage }: Browse,
  rules: ShowingRules,
  { view, frameIndices, fps }: VideoOfView,
  link: Pick<EngineLink, 'bytes'>,
  onProgress: (done: number, of: number) => void,
  signal: AbortSignal,
): Promise<Blob> {
  const wishOf = (at: number): FrameWish | undefined => {
    const frameIndex = frameIndices[at]
    return frameIndex === undefined
      ? undefined
      : { runId, frameIndex, stage, levels: run.levels, written: coverage.levelsAt(stage, frameIndex) }
  }
  const [reader, painter] = [makeFrameReader(link), makePainter()]
  let drawn: ImageBitmap | undefined
  const drawFrame = async (at: number): Promise<ImageBitmap> => {
    const wish = wishOf(at)
    if (!wish) throw new Fault('UNEXPECTED', { reason: `the video has no picture ${at}` })
    const frame = await reader.read(wish, wishOf(at + 1), signal)
    drawn?.close()
    // How far each candidate came is known of the frame that is looked at only, so the dialog offers no colours by it.
    drawn = await painter.bitmap(frame, viewAtFrame(view, wish.frameIndex, shownOnFrame(stage, frame.masks.columns, rules)), undefined)
    return drawn
  }
  try {
    const first = await reader.read(wishOf(0)!, wishOf(1), signal)
    const count = frameIndices.length
    return await encodeFrames(drawFrame, { count, fps, size: sizeOfView(view, first.picture) }, (done) => onProgress(done, count), signal)
  } finally {
    drawn?.close()
    painter.close()
    reader.close()
  }
}
