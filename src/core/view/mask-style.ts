// The colour and the pattern of a mask by what is known of it: one rule for the page, its exports and the command line.
import { idsPerLevel } from '../segment/frame-masks.ts'
import { colourOfLevel, colourOfMask, colourOfShare, type Colour, type PaletteName, type RampName } from './mask-colours.ts'

export type ColourBy = 'id' | 'level' | 'score' | 'area' | 'stability' | 'stage' | 'disagreement'
export type StageReached = 'ssam' | 'filter' | 'tracker'

/** Numbers that are not known are undefined or NaN. */
export type MaskFacts = {
  readonly id: number
  readonly level: number
  readonly score?: number | undefined
  /** Pixels of the frame. */
  readonly area?: number | undefined
  readonly stability?: number | undefined
}

export type MaskStyle = {
  readonly by: ColourBy
  readonly palette: PaletteName
  readonly ramp: RampName
  /** Pixels of a frame: what the last colour of the areas stands for. */
  readonly frameArea: number
  /** How far a mask came; undefined where nobody knows. */
  readonly stageOf?: ((id: number) => StageReached | undefined) | undefined
  /** 0 (the other answer has the same) to 1 (it has nothing there); undefined where nobody knows. */
  readonly disagreementOf?: ((id: number) => number | undefined) | undefined
}

/** The least area that is told apart; areas are spread over the palette by their logarithm. */
export const leastArea = 16

// After Okabe and Ito, as the levels are.
export const stageColours: Readonly<Record<StageReached, Colour>> = { ssam: [230, 159, 0], filter: [86, 180, 233], tracker: [0, 168, 125] }

/** Where a mask stands between the ends of the palette, 0..1; undefined for colours that are no numbers, and where the number is not known. */
export function shareOfMask(facts: MaskFacts, style: MaskStyle): number | undefined {
  const known = (value: number | undefined) => (value === undefined || Number.isNaN(value) ? undefined : value)
  if (style.by === 'score') return known(facts.score)
  if (style.by === 'stability') return known(facts.stability)
  if (style.by === 'disagreement') return known(style.disagreementOf?.(facts.id))
  if (style.by !== 'area' || !known(facts.area)) return undefined
  return Math.log(Math.max(1, facts.area ?? 1) / leastArea) / Math.log(Math.max(leastArea * 2, style.frameArea) / leastArea)
}

/** A mask without the number or stage that was asked for has the colour of its id. */
export function colourOfFacts(facts: MaskFacts, style: MaskStyle): Colour {
  if (style.by === 'level') return colourOfLevel(facts.level)
  const reached = style.by === 'stage' ? style.stageOf?.(facts.id) : undefined
  if (reached) return stageColours[reached]
  const share = shareOfMask(facts, style)
  return share === undefined ? colourOfMask(facts.id, style.palette) : colourOfShare(share, style.ramp)
}

/** For views that know no more than these of a mask. */
export function colourOf(id: number, level: number, score: number | undefined, colourBy: ColourBy, palette: PaletteName): Colour {
  return colourOfFacts({ id, level, score }, { by: colourBy, palette, ramp: 'viridis', frameArea: 0 })
}

/** Patterns that the program of the GPU knows, the plain fill among them. */
export const patternCount = 7

/** The same pattern for the same id in every frame and run. */
export function patternOfMask(id: number): number {
  return (id % idsPerLevel) % patternCount
}
