// A comparison as a video: every common frame is read, drawn in the layout that is chosen, and encoded by the browser.
import { Fault } from '#core/base/fault'
import { encodeFrames } from '../../frame/export/encode-frames.ts'
import { fileNameOf } from '../../frame/export/save-file.ts'
import { type FrameGroup, type GroupGpu, makeGroupGpu } from '../../frame/pair-gpu.ts'
import { paneGap, panesOf } from '../../frame/pair-panes.ts'
import { makeGroupSource } from '../../frame/pair-source.ts'
import { fittedViewport } from '../../frame/viewport.ts'
import { useHost } from '../../host/host.tsx'
import type { EngineLink } from '../../host/link.ts'
import { useSettings } from '../../state/services.tsx'
import { useTask } from '../parts/use-task.ts'
import {
  type ColourOfPair,
  type GroupStyle,
  lookOfGroup,
  numbersDrawn,
  numbersOfGroup,
  type PairedSides,
  palettesOfGroup,
} from './pair-look.ts'
import { usePairedSides } from './pair-picture.tsx'
import { groupSides, wishAt } from './use-pair-frames.ts'
import type { Compare } from './use-compare.ts'

/** Of the whole picture, in pixels: larger ones are scaled down. */
const largestWidth = 1920

export function useCompareVideo({
  compare,
  colourBy,
  share,
}: {
  readonly compare: Compare
  readonly colourBy: ColourOfPair
  readonly share: number
}) {
  const { link } = useHost()
  const { draw, opacity, palette } = useSettings((all) => ({ draw: all.draw, opacity: all.opacity, palette: all.palette }))
  const paired = usePairedSides(compare)
  const task = useTask()
  const start = (fps: number) => {
    const name = `${fileNameOf(`${compare.answers.map((answer) => answer.name).join('_and_')}_${compare.view.mode}`)}.webm`
    const count = compare.frames.length
    const style = { colourBy, palette, opacity, draw }
    task.start((tell, signal) => writeVideo(compare, paired, style, share, fps, link, (done) => tell(done, count), signal), name, count)
  }
  return { start, task }
}

async function writeVideo(
  compare: Compare,
  paired: PairedSides,
  style: GroupStyle,
  share: number,
  fps: number,
  link: Pick<EngineLink, 'bytes'>,
  onProgress: (done: number) => void,
  signal: AbortSignal,
): Promise<Blob> {
  const first = compare.shown.group?.[0]?.picture
  if (!first) throw new Fault('UNEXPECTED', { reason: 'no frame is shown yet whose size the video could have' })
  const reader = groupReader(compare, link)
  const canvas = document.createElement('canvas')
  Object.assign(canvas, sizeOfVideo(compare, first))
  const gpu = makeGroupGpu(canvas)
  try {
    if (!gpu) throw new Fault('UNEXPECTED', { reason: 'this browser offers no WebGL 2, which draws the masks' })
    const drawFrame = async (at: number) => {
      const group = await reader.read(compare.frames[at]!)
      drawGroup(gpu, canvas, group, paired, style, { mode: compare.view.mode, share, at })
      return canvas
    }
    return await encodeFrames(drawFrame, { count: compare.frames.length, fps, size: canvas }, onProgress, signal)
  } finally {
    gpu?.close()
    reader.close()
  }
}

/** Each pane as large as the picture, as long as the whole stays within the largest width. */
function sizeOfVideo({ answers, view }: Compare, { width, height }: { readonly width: number; readonly height: number }) {
  const columns = view.mode === 'side' ? 2 : 1
  const rows = view.mode === 'side' ? Math.ceil(answers.length / columns) : 1
  const scale = Math.min(1, largestWidth / (columns * width))
  return {
    width: Math.round(columns * width * scale + (columns - 1) * paneGap),
    height: Math.round(rows * height * scale + (rows - 1) * paneGap),
  }
}

function drawGroup(
  gpu: GroupGpu,
  canvas: HTMLCanvasElement,
  group: FrameGroup,
  paired: PairedSides,
  style: GroupStyle,
  { mode: shown, share, at }: { readonly mode: Compare['view']['mode']; readonly share: number; readonly at: number },
): void {
  const numbers = numbersOfGroup(group, paired)
  const palettes = palettesOfGroup(group, paired, numbers, style)
  const mode = shown === 'blink' ? 'one' : shown
  const { width, height } = canvas
  const pane = panesOf(mode === 'side' ? group.length : 1, { width, height }, group[0]!.picture)[0]!
  const fitted = fittedViewport(group[0]!.picture, pane)
  // Of a picture alone the margin of the page is no part.
  const scale = Math.min(pane.width / group[0]!.picture.width, pane.height / group[0]!.picture.height)
  const look = lookOfGroup(
    paired,
    palettes,
    numbersDrawn(group, paired, numbers),
    style,
    { mode, one: paired.pair[at % 2]!, share },
    { selected: [], hovered: [] },
  )
  gpu.load(group)
  gpu.draw(look, { width, height, ratio: 1, view: { ...fitted, scale } })
}

/** Reads frames one after the other; nothing is read ahead, for the encoder is slower than the engine. */
function groupReader({ answers }: Compare, link: Pick<EngineLink, 'bytes'>) {
  const { parts, close } = groupSides(answers, link)
  let waiting: { readonly resolve: (group: FrameGroup) => void; readonly reject: (fault: Fault) => void } | undefined
  const source = makeGroupSource({
    sides: parts,
    now: () => performance.now(),
    shown: (group) => waiting?.resolve(group),
    failed: (fault) => waiting?.reject(fault),
  })
  return {
    read: (frameIndex: number) =>
      new Promise<FrameGroup>((resolve, reject) => {
        const wish = wishAt(answers, frameIndex)
        if (!wish) return reject(new Fault('UNEXPECTED', { reason: `frame ${frameIndex} is not written in all answers` }))
        waiting = { resolve, reject }
        source.show(wish, [])
      }),
    close: () => {
      source.close()
      close()
    },
  }
}
