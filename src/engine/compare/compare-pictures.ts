// A frame once for each answer, side by side, with what they agree on drawn faintly and what they differ about drawn strongly.
import sharp from 'sharp'
import type { AnswerMask } from '#core/compare/compare-types'
import { scaleRle } from '#core/mask/resize'
import { type Colour, colourOfMask } from '#core/view/mask-colours'
import { type Ink, paintInks } from '#core/view/paint-inks'
import type { Answer } from './answer.ts'
import type { AnswersCompared, SharedFrame } from './compare-answers.ts'

/** Vermilion and yellow of Okabe and Ito 2008, told apart with every kind of colour vision. */
const alone: Colour = [213, 94, 0]
const divided: Colour = [240, 228, 66]
const shares = { agreed: 0.3, differing: 0.55 }
const blank: Colour = [40, 40, 40]
const gapPixels = 8
/** Of one answer's picture. */
const maxWidth = 960

export type DrawnFrame = { readonly jpeg: Uint8Array; readonly level: number; readonly hasPicture: boolean }

/** Draws the level on which most pixels differ there; an answer without the frame is left dark. A picture that is gone is left dark, which the caller has to tell. */
export async function drawFrame(answers: readonly Answer[], compared: AnswersCompared, frame: SharedFrame): Promise<DrawnFrame> {
  const level = worstLevel(compared, frame.frameIndex)
  const sides: (AnswerMask[] | undefined)[] = []
  for (const [i, answer] of answers.entries()) sides.push(frame.of[i] && (await answer.masks(frame.of[i], level)))
  const [height, width] = compared.pairs[0]!.result.size ?? [1, 1]
  const picture = frame.picture ?? frame.of.find((one) => one?.picture !== undefined)?.picture
  const ground = picture === undefined ? undefined : await pixelsOf(picture, width, height)
  const drawn = sides.map((masks, i) => {
    if (masks === undefined) return dark(width, height)
    const inkOf = coloursOf(compared, i, level, frame.frameIndex)
    const fitted = masks.map(({ mask }) => scaleRle(mask, [height, width]))
    const inks = masks.map(({ id }) => inkOf(id))
    return paintInks(ground ?? dark(width, height), fitted, inks, width, height)
  })
  return { jpeg: await sideBySide(drawn, width, height), level, hasPicture: ground !== undefined }
}

function worstLevel({ pairs }: AnswersCompared, frameIndex: number): number {
  const sums = new Map<number, number>()
  for (const { result } of pairs)
    for (const place of result.worst)
      if (place.frameIndex === frameIndex) sums.set(place.level, (sums.get(place.level) ?? 0) + place.areaPixels)
  const worst = [...sums].sort((one, other) => other[1] - one[1] || one[0] - other[0])[0]
  return worst?.[0] ?? pairs[0]!.levels[0]!
}

/**
 * Objects that match the first answer's have its colour in all; the first answer's own are held against the second. What nothing says so of
 * stands alone.
 */
function coloursOf({ pairs }: AnswersCompared, answer: number, level: number, frameIndex: number): (id: number) => Ink {
  const pair = pairs.find(({ a, b }) => a === 0 && b === Math.max(1, answer))!
  const side = answer === 0 ? 'a' : 'b'
  const inks = new Map<number, Ink>()
  for (const relation of [...(pair.elsewhere ?? []), ...pair.result.relations]) {
    if (relation.level !== level || !relation.frames.some((one) => one.frameIndex === frameIndex)) continue
    const agreed = relation.kind === 'matched'
    const isAlone = relation.kind === 'onlyA' || relation.kind === 'onlyB'
    const colour = agreed ? colourOfMask(relation.a[0]!, 'vivid') : isAlone ? alone : divided
    for (const id of relation[side]) inks.set(id, { colour, share: agreed ? shares.agreed : shares.differing })
  }
  return (id) => inks.get(id) ?? { colour: alone, share: shares.differing }
}

/** undefined when the picture cannot be read: the masks are what is to be seen. */
async function pixelsOf(path: string, width: number, height: number): Promise<Uint8Array | undefined> {
  try {
    const raw = await sharp(path).removeAlpha().toColourspace('srgb').resize(width, height, { fit: 'fill' }).raw().toBuffer()
    return new Uint8Array(raw)
  } catch {
    return undefined
  }
}

function dark(width: number, height: number): Uint8Array {
  return Uint8Array.from({ length: width * height * 3 }, (_, i) => blank[i % 3]!)
}

async function sideBySide(pictures: readonly Uint8Array[], width: number, height: number): Promise<Uint8Array> {
  const scale = Math.min(1, maxWidth / width)
  const [w, h] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))]
  const parts = await Promise.all(
    pictures.map((pixels) =>
      sharp(pixels, { raw: { width, height, channels: 3 } })
        .resize(w, h)
        .png({ compressionLevel: 1 })
        .toBuffer(),
    ),
  )
  const whole = pictures.length * w + (pictures.length - 1) * gapPixels
  const jpeg = await sharp({ create: { width: whole, height: h, channels: 3, background: '#ffffff' } })
    .composite(parts.map((input, i) => ({ input, left: i * (w + gapPixels), top: 0 })))
    .jpeg({ quality: 85 })
    .toBuffer()
  return new Uint8Array(jpeg)
}
