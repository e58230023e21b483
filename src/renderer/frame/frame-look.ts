// Colours of the masks of one frame, and which of them are shown, as the palette that the GPU reads.
import { colourOfFacts, type MaskStyle, patternOfMask } from '#core/view/mask-style'
import type { MaskColumns } from './mask-columns.ts'
import type { FrameLook } from './mask-texture.ts'

/** RGBA per mask; alpha is 255 less eight times the number of the pattern, as the GPU reads it. */
export function coloursOfFrame(columns: MaskColumns, style: MaskStyle, hasPatterns: boolean): Uint8Array {
  const colours = new Uint8Array(columns.count * 4)
  for (let i = 0; i < columns.count; i += 1) {
    const id = columns.ids[i]!
    const facts = { id, level: columns.levels[i]!, score: columns.scores[i]!, area: columns.areas[i]!, stability: columns.stabilities[i]! }
    const [red, green, blue] = colourOfFacts(facts, style)
    colours.set([red, green, blue, hasPatterns ? 255 - 8 * patternOfMask(id) : 255], i * 4)
  }
  return colours
}

/** Those colours with alpha 0 for what is not shown. */
export function withHidden(colours: Uint8Array, columns: MaskColumns, isShown: (id: number) => boolean): Uint8Array {
  const shown = new Uint8Array(colours)
  for (let i = 0; i < columns.count; i += 1) if (!isShown(columns.ids[i]!)) shown[i * 4 + 3] = 0
  return shown
}

/** How many masks are drawn: of a shown level, not hidden, passing the filter, and of the selection where it is isolated. */
export function countShown(
  columns: MaskColumns,
  look: Pick<FrameLook, 'palette' | 'shownLevels' | 'isIsolated' | 'selected' | 'alsoSelected'>,
): number {
  const { palette, shownLevels, isIsolated, selected, alsoSelected } = look
  let count = 0
  for (let i = 0; i < columns.count; i += 1) {
    const isAlone = !isIsolated || i === selected || alsoSelected?.includes(i) === true
    if (isAlone && palette[i * 4 + 3] !== 0 && shownLevels.includes(columns.levels[i]!)) count += 1
  }
  return count
}
