// Carries given masks through a sequence in both directions from the frame they were given on, without a run around it.
import { setImmediate } from 'node:timers/promises'
import { boundsOfRle, maskFromRle, rleFromCrop, rleFromString, stringFromRle } from '#core/mask/rle'
import { type CarriedMask, createCarrier } from './carry/carry.ts'
import { cropFromMask } from './carry/crop.ts'
import { readPicture } from './frame-pixels.ts'

export type TrackPrompt = {
  /** All frames in order; `file` is read, `name` is for faults. */
  readonly frames: readonly { readonly frameIndex: number; readonly name: string; readonly file: string }[]
  readonly width: number
  readonly height: number
  /** Position in `frames` of the frame that the masks belong to. */
  readonly position: number
  /** COCO run lengths of the size of the frames; none may be empty. */
  readonly objects: readonly { readonly id: number; readonly counts: string }[]
  readonly quality: 'fast' | 'best'
}

/** What is visible on one frame; an object that is not is left out. */
export type CarriedObject = { readonly id: number; readonly counts: string; readonly score: number }

export type TrackEars = {
  /** Called once for each frame: from the prompt to the end, then from the prompt back to the start. */
  onFrame(position: number, objects: readonly CarriedObject[]): void
  readonly signal?: AbortSignal
}

/** Throws FRAME_UNREADABLE or FRAME_SIZE_DIFFERS, and the signal's reason when it aborts. */
export async function trackPrompt(prompt: TrackPrompt, { onFrame, signal }: TrackEars): Promise<void> {
  const { frames, position } = prompt
  onFrame(
    position,
    prompt.objects.map((object) => ({ ...object, score: 1 })),
  )
  for (const [step, end] of [
    [1, frames.length],
    [-1, -1],
  ] as const) {
    if (position + step === end) continue
    const carrier = createCarrier({ quality: prompt.quality })
    carrier.start(await pictureAt(prompt, position), position)
    carrier.add(prompt.objects.map(({ id, counts }) => ({ id, mask: cropOfCounts(counts, prompt) })))
    for (let at = position + step; at !== end; at += step) {
      signal?.throwIfAborted()
      onFrame(at, objectsOf(carrier.advance(await pictureAt(prompt, at), at), prompt))
      // The channel speaks between frames, or a closed one would never be heard.
      await setImmediate()
    }
  }
}

function pictureAt({ frames, width, height }: TrackPrompt, position: number) {
  return readPicture(frames[position]!, { width, height })
}

function cropOfCounts(counts: string, { width, height }: TrackPrompt) {
  const rle = rleFromString(counts, [height, width])
  if (!boundsOfRle(rle)) throw new RangeError('a prompt mask is empty')
  return cropFromMask(maskFromRle(rle), width, height)
}

function objectsOf(carried: readonly CarriedMask[], { width, height }: TrackPrompt): CarriedObject[] {
  return carried
    .filter(({ mask, lost }) => !lost && mask.width > 0)
    .map(({ id, mask, score }) => {
      const box = { x: mask.x0, y: mask.y0, width: mask.width, height: mask.height }
      return { id, score, counts: stringFromRle(rleFromCrop(mask.bits, box, width, height)) }
    })
}
