// What a picture of a frame shows and how: written by the page as view.json, read by the command line, so that both draw the same.
import { z } from 'zod'
import type { MaskFacts } from './mask-style.ts'

const Id = z.number().int().positive()
const Share = z.number().min(0).max(1)
/** Both ends are inclusive; an end that is left out does not bound. */
const Bounds = z.strictObject({ min: z.number().optional(), max: z.number().optional() })

/** The largest side of a picture that is drawn, in pixels. */
export const longestSide = 16_384

/** docs/formats/view.md. A field that is left out has the default; a field nobody knows is refused, so that a typing error is not taken for a wish. */
export const View = z.strictObject({
  format: z.literal('scenewright.view'),
  version: z.literal(1),
  /** Counted in the scene from 0. */
  frameIndex: z.number().int().nonnegative().optional(),
  /** Whose masks; left out, the furthest stage that has some. */
  stage: z.enum(['ssam', 'filter', 'tracker']).optional(),
  /** Empty: all. */
  levels: z.array(z.number().int().positive()).default([]),
  /** The leading one first. */
  selected: z.array(Id).default([]),
  /** Nothing but what is selected is drawn. */
  isIsolated: z.boolean().default(false),
  hidden: z.array(Id).default([]),
  /** Left out: all that are not hidden. */
  only: z.array(Id).optional(),
  /** A mask without the number that a bound asks for is not drawn. */
  thresholds: z.strictObject({ score: Bounds.optional(), area: Bounds.optional(), stability: Bounds.optional() }).default({}),
  colourBy: z.enum(['id', 'level', 'score', 'area', 'stability', 'stage']).default('id'),
  palette: z.enum(['vivid', 'safe']).default('vivid'),
  /** Sequential palette for numbers. */
  ramp: z.enum(['viridis', 'cividis', 'magma', 'grey']).default('viridis'),
  draw: z.enum(['fill', 'outline', 'both']).default('both'),
  opacity: Share.default(0.5),
  selectedOpacity: Share.default(0.6),
  /** Whether what is not selected fades while something is. */
  dimOthers: z.boolean().default(true),
  patterns: z.boolean().default(false),
  /** Part of the frame, in its pixels (fractions allowed); it may reach over the edge, where nothing is drawn. Left out: all of it. */
  crop: z.strictObject({ x: z.number(), y: z.number(), width: z.number().positive(), height: z.number().positive() }).optional(),
  /** Pixels of the picture that is made; left out, one for each pixel of the part. Its height follows. */
  width: z.number().int().positive().max(longestSide).optional(),
  /** Of outlines and patterns, to the width they have on the page. */
  lineScale: z.number().positive().max(64).default(1),
  /** Numbers written on the masks; none on one that is smaller than its number, unless it is selected. */
  labels: z.enum(['none', 'selected', 'all']).default('none'),
  /** What the colours mean, in the lower left corner; colours by object mean nothing more. */
  legend: z.boolean().default(false),
})
export type View = z.infer<typeof View>

/** All defaults. */
export const plainView: View = View.parse({ format: 'scenewright.view', version: 1 })

export type PictureSize = { readonly width: number; readonly height: number }
export type Crop = { readonly x: number; readonly y: number } & PictureSize

/** The part of the frame that is drawn, in its pixels. */
export function cropOfView(view: View, frame: PictureSize): Crop {
  return view.crop ?? { x: 0, y: 0, width: frame.width, height: frame.height }
}

/** Pixels of the picture that is made. Throws RangeError when a side would be longer than `longestSide`. */
export function sizeOfView(view: View, frame: PictureSize): PictureSize {
  const crop = cropOfView(view, frame)
  const width = view.width ?? Math.max(1, Math.round(crop.width))
  const height = Math.max(1, Math.round((width * crop.height) / crop.width))
  if (width > longestSide || height > longestSide)
    throw new RangeError(`a picture of ${width} x ${height} is longer than ${longestSide} pixels on a side`)
  return { width, height }
}

/** Whether a mask is drawn beside the selection; the selection is drawn in any case. */
export function isMaskShown(facts: MaskFacts, view: View): boolean {
  if (view.levels.length > 0 && !view.levels.includes(facts.level)) return false
  if (view.hidden.includes(facts.id) || view.only?.includes(facts.id) === false) return false
  const { score, area, stability } = view.thresholds
  return isWithin(facts.score, score) && isWithin(facts.area, area) && isWithin(facts.stability, stability)
}

function isWithin(value: number | undefined, bounds: z.infer<typeof Bounds> | undefined): boolean {
  if (bounds?.min === undefined && bounds?.max === undefined) return true
  if (value === undefined || Number.isNaN(value)) return false
  return value >= (bounds.min ?? Number.NEGATIVE_INFINITY) && value <= (bounds.max ?? Number.POSITIVE_INFINITY)
}
