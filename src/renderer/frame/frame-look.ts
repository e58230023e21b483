// Colours of the masks of one frame, and which of them are shown, as the palette that the GPU reads.
import type { MaskColumns } from './mask-columns.ts'
import { colourOfLevel, colourOfMask, colourOfShare, type Colour, type PaletteName } from '../ui/palette.ts'

export type ColourBy = 'id' | 'level' | 'score'

/** RGBA per mask; alpha 0 hides it. */
export function paletteOfFrame(
  columns: MaskColumns,
  colourBy: ColourBy,
  palette: PaletteName,
  isShown: (id: number) => boolean,
): Uint8Array {
  const colours = new Uint8Array(columns.count * 4)
  for (let i = 0; i < columns.count; i += 1) {
    const id = columns.ids[i]!
    const [red, green, blue] = colourOf(id, columns.levels[i]!, columns.scores[i]!, colourBy, palette)
    colours.set([red, green, blue, isShown(id) ? 255 : 0], i * 4)
  }
  return colours
}

/** Without a score (undefined or NaN) a mask has the colour of its id. */
export function colourOf(id: number, level: number, score: number | undefined, colourBy: ColourBy, palette: PaletteName): Colour {
  if (colourBy === 'level') return colourOfLevel(level)
  return colourBy === 'score' && score !== undefined && !Number.isNaN(score) ? colourOfShare(score) : colourOfMask(id, palette)
}
