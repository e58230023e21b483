// `track`: carries the objects of one mask through a sequence and writes one PNG per frame.
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import sharp from 'sharp'
import { Fault, isFaultCode, reasonOfError } from '#core/base/fault'
import { maskFromRle, rleFromString, stringFromRle } from '#core/mask/rle'
import { isFrameName, sortFrameNames } from '#core/scene/frame-slice'
import { forkProgram } from '../child-process.ts'
import { entryFile } from '../entries.ts'
import { numbersObjects, objectsOf, readRaster, stemOf } from '#engine/engine'
import { type ExitCode, exitCodes, type Output } from '../output.ts'
import { type IndexRaster, pngFromIndices } from '#engine/engine'
import { listenForSignals } from '../signals.ts'
import { FromTracker } from '../track-messages.ts'

export type TrackSettings = { readonly frames: string; readonly prompt: string; readonly out: string; readonly quality: 'best' | 'fast' }

/** Throws a fault when frames or prompt do not fit, FOLDER_NOT_WRITABLE, or CANCELLED. */
export async function trackCommand(output: Output, settings: TrackSettings, json: boolean): Promise<ExitCode> {
  const files = listFrames(settings.frames)
  const { width, height } = await sizeOfFrame(files[0]!)
  const prompt = readPrompt(settings.prompt, width, height)
  const out = resolve(settings.out)
  makeFolder(out)
  const position = Math.max(0, files.map(stemOf).indexOf(stemOf(resolve(settings.prompt))))
  const objects = [...objectsOf(prompt)].map(([id, mask]) => ({ id, counts: stringFromRle(mask) }))
  const frames = files.map((file, frameIndex) => ({ frameIndex, name: stemOf(file), file }))
  const startedAt = performance.now()
  let done = 0
  await carry({ frames, width, height, position, objects, quality: settings.quality }, (at, found) => {
    const values = paint(found, prompt)
    writeFileSync(join(out, `${frames[at]!.name}.png`), pngFromIndices({ width, height, values, palette: prompt.palette }))
    done += 1
    if (json)
      output.printJson({
        type: 'frameTracked',
        frameIndex: at,
        done,
        total: frames.length,
        objects: found.map(({ id, score }) => ({ id, score })),
      })
    else if (done % 10 === 0 || done === frames.length) output.tell(`track ${done}/${frames.length} frames`)
  })
  const seconds = (performance.now() - startedAt) / 1000
  if (json) output.printJson({ type: 'trackFinished', state: 'succeeded', out, frames: done, objects: objects.length, seconds })
  else output.print(`${done} masks in ${out} (${seconds.toFixed(1)} s)`)
  return exitCodes.done
}

/** A folder of frames, or a scene with them in outputs/color or color. */
function listFrames(given: string): string[] {
  const path = resolve(given)
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw new Fault('SCENE_NOT_FOUND', { path })
  for (const folder of [path, join(path, 'outputs', 'color'), join(path, 'color')]) {
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) continue
    const names = sortFrameNames(readdirSync(folder).filter(isFrameName))
    if (names.length > 0) return names.map((name) => join(folder, name))
  }
  throw new Fault('SCENE_WITHOUT_FRAMES', { path })
}

async function sizeOfFrame(file: string): Promise<{ readonly width: number; readonly height: number }> {
  const { width, height } = await sharp(file)
    .metadata()
    .catch((error: unknown) => {
      throw new Fault('FRAME_UNREADABLE', { frameIndex: 0, file, reason: reasonOfError(error) }, error)
    })
  return { width, height }
}

function readPrompt(path: string, width: number, height: number): IndexRaster {
  const refuse = (reason: string) => new Fault('PROMPT_INVALID', { path: resolve(path), reason })
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) throw refuse('there is no such file')
  const raster = readRasterOr(path, refuse)
  if (raster.width !== width || raster.height !== height)
    throw refuse(`it is ${raster.width} x ${raster.height}, the frames are ${width} x ${height}`)
  if (!raster.values.some((value) => value > 0)) throw refuse('nothing in it is marked')
  return raster
}

function readRasterOr(path: string, refuse: (reason: string) => Fault): IndexRaster {
  try {
    return readRaster(path)
  } catch (error) {
    throw refuse(error instanceof Fault ? String(error.params.reason) : reasonOfError(error))
  }
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true })
  } catch (error) {
    throw new Fault('FOLDER_NOT_WRITABLE', { path, reason: reasonOfError(error) }, error)
  }
}

type Found = Extract<FromTracker, { type: 'frame' }>['objects']

/** Where two objects meet, the one that is surer of itself keeps the pixel. One object of a plain mask is 255, as masks are. */
function paint(found: Found, prompt: IndexRaster): Uint16Array {
  const { width, height } = prompt
  const numbered = numbersObjects(prompt)
  const values = new Uint16Array(width * height)
  for (const { id, counts } of [...found].sort((a, b) => a.score - b.score)) {
    const mask = maskFromRle(rleFromString(counts, [height, width]))
    const value = numbered ? id : 255
    for (let i = 0; i < mask.length; i += 1) if (mask[i]) values[i] = value
  }
  return values
}

/** Resolves when every frame was told; the process that did the work is gone then. */
async function carry(order: object, onFrame: (position: number, found: Found) => void): Promise<void> {
  const program = forkProgram(entryFile('track-entry'), { heapMegabytes: 1024, ownGroup: true })
  const interruption = listenForSignals(
    () => void program.kill(),
    () => process.exit(exitCodes.cancelled),
  )
  try {
    await new Promise<void>((finish, reject) => {
      program.channel.onMessage((raw) => {
        try {
          const message = FromTracker.parse(raw)
          if (message.type === 'frame') onFrame(message.position, message.objects)
          else if (message.type === 'done') finish()
          else reject(faultOf(message.fault))
        } catch (error) {
          reject(error)
        }
      })
      void program.exited.then(({ reason }) =>
        reject(interruption.signal.aborted ? new Fault('CANCELLED') : new Fault('WORKER_LOST', { stage: 'track', reason })),
      )
      program.channel.post(order)
    })
  } finally {
    interruption.dispose()
    await program.kill()
  }
}

function faultOf({ code, params }: { readonly code: string; readonly params: Readonly<Record<string, string | number>> }): Fault {
  return isFaultCode(code) ? new Fault(code, params) : new Fault('UNEXPECTED', { reason: code })
}
