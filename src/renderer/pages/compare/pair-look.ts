// How the two frames are drawn: colours of the masks on both sides, what is picked and what lies under the pointer.
import { colourOf, type ColourBy } from '../../frame/frame-look.ts'
import type { MaskColumns } from '../../frame/mask-columns.ts'
import { indexOfMask } from '../../frame/mask-columns.ts'
import { type Colour, colourOfMask, type PaletteName } from '../../ui/palette.ts'
import type { ObjectNumbers } from './object-numbers.ts'
import { sideColours } from './side-colours.ts'

/** 'match': the same object has the colour of A's on both sides, and what only one side has the colour of that side. */
export type ColourOfPair = ColourBy | 'match'

export type PairPalettes = { readonly a: Uint8Array; readonly b: Uint8Array }

/** RGBA per mask of each side; all are shown. */
export function palettesOfPair(
  a: MaskColumns,
  b: MaskColumns,
  numbers: ObjectNumbers | undefined,
  colourBy: ColourOfPair,
  palette: PaletteName,
): PairPalettes {
  if (colourBy !== 'match' || !numbers) {
    const own = colourBy === 'match' ? 'id' : colourBy
    const plain = (columns: MaskColumns) =>
      filled(columns.count, (i) => colourOf(columns.ids[i]!, columns.levels[i]!, columns.scores[i]!, own, palette))
    return { a: plain(a), b: plain(b) }
  }
  const indexOfA = new Map(Array.from(numbers.a, (number, mask) => [number, mask]))
  const ofB = new Set(numbers.b)
  return {
    a: filled(a.count, (i) => (ofB.has(numbers.a[i]!) ? colourOfMask(a.ids[i]!, palette) : sideColours.a)),
    b: filled(b.count, (i) => {
      const same = indexOfA.get(numbers.b[i]!)
      return same === undefined ? sideColours.b : colourOfMask(a.ids[same]!, palette)
    }),
  }
}

function filled(count: number, colourAt: (mask: number) => Colour): Uint8Array {
  const colours = new Uint8Array(count * 4)
  for (let i = 0; i < count; i += 1) colours.set([...colourAt(i), 255], i * 4)
  return colours
}

/** Index of a mask on this frame; undefined when it is not there. */
export function indexOn(columns: MaskColumns, id: number | undefined): number | undefined {
  return id === undefined ? undefined : indexOfMask(columns, id)
}

/** The box around one or two masks: x, y, width, height in pixels of the frame; undefined when neither is there. */
export function boxAround(
  a: MaskColumns,
  b: MaskColumns,
  picked: { readonly a: number | undefined; readonly b: number | undefined },
): readonly [number, number, number, number] | undefined {
  const boxes = [[a, indexOn(a, picked.a)] as const, [b, indexOn(b, picked.b)] as const].flatMap(([columns, index]) =>
    index === undefined ? [] : [columns.boxes.subarray(index * 4, index * 4 + 4)],
  )
  if (boxes.length === 0) return undefined
  const left = Math.min(...boxes.map((box) => box[0]!))
  const top = Math.min(...boxes.map((box) => box[1]!))
  const right = Math.max(...boxes.map((box) => box[0]! + box[2]!))
  const bottom = Math.max(...boxes.map((box) => box[1]! + box[3]!))
  return [left, top, right - left, bottom - top]
}
