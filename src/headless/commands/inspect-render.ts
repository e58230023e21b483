// `inspect render`: frames of a run with their masks, drawn as the page draws them, as PNG or as a video.
import { existsSync, mkdirSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { dirname, extname, join, resolve } from 'node:path'
import sharp from 'sharp'
import { formatCount } from '#core/base/format'
import { Fault } from '#core/base/fault'
import type { Painted } from '#core/view/paint-frame'
import { sizeOfView, type View } from '#core/view/view'
import { drawFrame, type DrawnFrame, stageToDraw } from '../frame-pictures.ts'
import { type ExitCode, exitCodes, type Output } from '../output.ts'
import { type ReadRun, withReader } from '../run-reader.ts'
import { writeVideo } from '../video-writer.ts'
import { type ViewWords, viewFrom } from '../view-file.ts'

export type RenderSettings = {
  /** Of a view.json; undefined = all defaults. */
  readonly view: string | undefined
  readonly words: ViewWords
  /** First and last frame, both drawn, counted in the scene; undefined = the one frame of the view. */
  readonly frames: readonly [first: number, last: number] | undefined
  /** A file that ends with .png or .mp4, else a folder that gets one PNG for each frame. Must not be there yet. */
  readonly out: string
  /** Frames a second of a video. */
  readonly perSecond: number
  readonly pictures: string | undefined
}

/** Throws EXPORT_EXISTS, VIEW_INVALID, USAGE, and what drawing and writing throw. */
export function inspectRender(output: Output, path: string, settings: RenderSettings, json: boolean): Promise<ExitCode> {
  const out = resolve(settings.out)
  const view = viewFrom(settings.view, settings.words)
  if (existsSync(out)) throw new Fault('EXPORT_EXISTS', { path: out })
  return withReader(
    path,
    async (run) => {
      const frames = framesToDraw(run, settings, view)
      const stage = await stageToDraw(run, view)
      const size = checkedSize(run, view)
      const told = new Set<string>()
      const draw = async (frameIndex: number): Promise<DrawnFrame> => {
        const drawn = await drawFrame(run, stage, view, frameIndex)
        if (drawn.pictureMissing !== undefined && told.size === 0)
          output.tell(`The picture of frame ${frameIndex} is not there, so its masks lie on a plain ground: ${drawn.pictureMissing}`)
        if (drawn.pictureMissing !== undefined) told.add(drawn.pictureMissing)
        return drawn
      }
      const kind = extname(out).toLowerCase()
      mkdirSync(dirname(out), { recursive: true })
      if (kind === '.mp4') await writeVideo(out, settings.perSecond, size, paintings(frames, draw))
      else if (kind === '.png') await writeOne(out, frames, draw)
      else await writeFolder(out, frames, draw)
      if (json) output.printJson({ out, stage, frames, ...size })
      else output.print(`${formatCount(frames.length)} frames of stage ${stage}, ${size.width} x ${size.height} pixels, in ${out}`)
      return exitCodes.done
    },
    settings.pictures,
  )
}

function framesToDraw({ record }: ReadRun, { frames, out }: RenderSettings, view: View): readonly number[] {
  const first = frames?.[0] ?? view.frameIndex ?? record.frameIndices[0] ?? 0
  const last = frames?.[1] ?? first
  const chosen = record.frameIndices.filter((frameIndex) => frameIndex >= first && frameIndex <= last)
  if (chosen.length === 0)
    throw new Fault('ARTIFACT_MISSING', { artifact: first === last ? `frame ${first}` : `frames ${first} to ${last}` })
  if (chosen.length > 1 && extname(out).toLowerCase() === '.png')
    throw new Fault('USAGE', { reason: `--out is one picture, and ${chosen.length} frames are chosen; give a folder or an .mp4.` })
  return chosen
}

function checkedSize({ record }: ReadRun, view: View): { width: number; height: number } {
  try {
    return sizeOfView(view, record.scene)
  } catch (error) {
    throw new Fault('USAGE', { reason: error instanceof RangeError ? error.message : String(error) }, error)
  }
}

async function* paintings(frames: readonly number[], draw: (frameIndex: number) => Promise<DrawnFrame>): AsyncGenerator<Painted> {
  for (const frameIndex of frames) yield (await draw(frameIndex)).painted
}

async function writeOne(out: string, frames: readonly number[], draw: (frameIndex: number) => Promise<DrawnFrame>): Promise<void> {
  for (const frameIndex of frames) await writePng(out, (await draw(frameIndex)).painted)
}

/** The folder appears when all of it is written. */
async function writeFolder(out: string, frames: readonly number[], draw: (frameIndex: number) => Promise<DrawnFrame>) {
  const partial = `${out}.part`
  await rm(partial, { recursive: true, force: true })
  mkdirSync(partial, { recursive: true })
  try {
    for (const frameIndex of frames) {
      const name = `${String(frameIndex).padStart(6, '0')}.png`
      await writePng(join(partial, name), (await draw(frameIndex)).painted)
    }
    await rename(partial, out)
  } catch (error) {
    await rm(partial, { recursive: true, force: true })
    throw error
  }
}

async function writePng(file: string, { width, height, pixels }: Painted): Promise<void> {
  const partial = `${file}.part`
  await sharp(pixels, { raw: { width, height, channels: 4 } })
    .png()
    .toFile(partial)
  await rename(partial, file)
}
