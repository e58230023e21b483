// What the colours of masks mean, in words: one rule for the legend of the page and for that of pictures taken away.
import { formatCount } from '../base/format.ts'
import { type Colour, colourOfLevel, stopsOfRamp } from './mask-colours.ts'
import { leastArea, type MaskFacts, type MaskStyle, stageColours } from './mask-style.ts'

export type Legend =
  | { readonly kind: 'words'; readonly title: string; readonly text: string }
  | { readonly kind: 'swatches'; readonly title: string; readonly rows: readonly (readonly [word: string, colour: Colour])[] }
  | { readonly kind: 'bar'; readonly title: string; readonly stops: readonly Colour[]; readonly low: string; readonly high: string }

const titles = { score: 'Score', stability: 'Stability', disagreement: 'Disagreement' } as const

/** `levels` are those in sight. Undefined for colours by object, which mean nothing beyond that. */
export function legendOf(
  style: MaskStyle,
  levels: readonly number[],
  masks: Iterable<Pick<MaskFacts, 'score' | 'stability'>>,
): Legend | undefined {
  const { by } = style
  if (by === 'id') return undefined
  if (by === 'level')
    return { kind: 'swatches', title: 'Colour by level', rows: levels.map((level) => [`level ${level}`, colourOfLevel(level)]) }
  if (by === 'stage')
    return {
      kind: 'swatches',
      title: 'How far it came',
      rows: [
        ['candidate', stageColours.ssam],
        ['kept', stageColours.filter],
        ['tracked', stageColours.tracker],
      ],
    }
  const stops = stopsOfRamp(style.ramp)
  if (by === 'area')
    return { kind: 'bar', title: 'Area', stops, low: `${leastArea} px`, high: `${formatCount(style.frameArea)} px, by its logarithm` }
  if (by === 'disagreement' && !style.disagreementOf)
    return { kind: 'words', title: 'Colours', text: 'no masks of another answer to compare with here: coloured by object' }
  // Masks without the number keep the colour of their object: a bar of numbers beside them would be untrue.
  if (by !== 'disagreement') {
    const values = Array.from(masks, (one) => one[by])
    if (values.length > 0 && values.every((value) => value === undefined || Number.isNaN(value)))
      return { kind: 'words', title: 'Colours', text: `no ${by} at this stage: coloured by object` }
  }
  return { kind: 'bar', title: titles[by], stops, low: '0', high: '1' }
}
