// How the frames are drawn: colours of the masks of all answers, what is picked and what lies under the pointer.
import { type ColourBy, colourOf } from '#core/view/mask-style'
import { emptyColumns, indexOfMask, type MaskColumns } from '../../frame/mask-columns.ts'
import type { FrameGroup, GroupLook } from '../../frame/pair-gpu.ts'
import type { SideName } from '../../state/route.ts'
import { type Colour, colourOfMask, type PaletteName } from '#core/view/mask-colours'
import { keyOfObject } from './matcher-messages.ts'
import { type ObjectNumbers, objectNumbers, type RelationIndex } from './object-numbers.ts'
import { agreedColour, sideColours } from './side-colours.ts'

/** 'match': the same object has the colour of the first's on both sides, and what only one side has the colour of that side. */
export type ColourOfPair = ColourBy | 'match'

export type PairPalettes = { readonly a: Uint8Array; readonly b: Uint8Array }

/**
 * RGBA per mask of each of the pair; all are shown. `from`: whose ids colour what is matched; of an answer several masks may be one object of
 * the reference, of the reference each is its own.
 */
export function palettesOfPair(
  a: MaskColumns,
  b: MaskColumns,
  numbers: ObjectNumbers | undefined,
  colourBy: ColourOfPair,
  palette: PaletteName,
  sides: readonly [SideName, SideName] = ['a', 'b'],
  from: 'a' | 'b' = 'a',
): PairPalettes {
  if (colourBy !== 'match' || !numbers) return { a: plainPalette(a, colourBy, palette), b: plainPalette(b, colourBy, palette) }
  const [ids, own] = from === 'a' ? [a.ids, numbers.a] : [b.ids, numbers.b]
  const idOfObject = new Map(Array.from(own, (number, mask) => [number, ids[mask]!]))
  const [inA, inB] = [new Set(numbers.a), new Set(numbers.b)]
  const colourOfNumber = (number: number, other: ReadonlySet<number>, side: SideName) =>
    other.has(number) ? colourOfMask(idOfObject.get(number) ?? 0, palette) : sideColours[side]
  return {
    a: filled(a.count, (i) => colourOfNumber(numbers.a[i]!, inB, sides[0])),
    b: filled(b.count, (i) => colourOfNumber(numbers.b[i]!, inA, sides[1])),
  }
}

function plainPalette(columns: MaskColumns, colourBy: ColourOfPair, palette: PaletteName): Uint8Array {
  const own = colourBy === 'match' ? 'id' : colourBy
  return filled(columns.count, (i) => colourOf(columns.ids[i]!, columns.levels[i]!, columns.scores[i]!, own, palette))
}

function filled(count: number, colourAt: (mask: number) => Colour): Uint8Array {
  const colours = new Uint8Array(count * 4)
  for (let i = 0; i < count; i += 1) colours.set([...colourAt(i), 255], i * 4)
  return colours
}

/** How masks are painted, whatever frame they are of. */
export type GroupStyle = {
  readonly colourBy: ColourOfPair
  readonly palette: PaletteName
  readonly opacity: number
  readonly draw: 'fill' | 'outline' | 'both'
}
export type PairedSides = {
  /** One for each answer. */
  readonly sides: readonly { readonly side: SideName; readonly levels: readonly number[] }[]
  readonly pair: readonly [number, number]
  readonly relations: RelationIndex | undefined
  readonly areTracks: boolean
  /** Beside a reference, with several levels of the answer shown: which of the pair is the answer. Finer masks would hide what is matched. */
  readonly answer?: 'a' | 'b' | undefined
}

/** Beside a reference and matched, only what stands for an annotated object is drawn: not what nobody annotated, nor it at other levels. */
function standsForAnnotated(columns: MaskColumns, frameIndex: number, { answer, relations, areTracks }: PairedSides) {
  if (answer === undefined || !relations) return () => true
  const [ofSide, reference] = answer === 'a' ? ([relations.ofA, 'b'] as const) : ([relations.ofB, 'a'] as const)
  return (mask: number) => (ofSide.get(keyOfObject(columns.ids[mask]!, frameIndex, areTracks))?.[reference].length ?? 0) > 0
}

/** Whether masks of an answer are drawn on this frame, by their index. */
export function drawnOf(
  group: FrameGroup | undefined,
  index: number,
  paired: PairedSides,
  colourBy: ColourOfPair,
): (mask: number) => boolean {
  const frame = group?.[index]
  const side = index === paired.pair[0] ? 'a' : index === paired.pair[1] ? 'b' : undefined
  if (!frame || colourBy !== 'match' || side === undefined || side !== paired.answer) return () => true
  return standsForAnnotated(frame.masks.columns, frame.picture.frameIndex, paired)
}

/** What a difference is drawn by: numbers without masks that are not drawn by match. */
export function numbersDrawn(
  group: FrameGroup | undefined,
  paired: PairedSides,
  numbers: ObjectNumbers | undefined,
): ObjectNumbers | undefined {
  if (!numbers || paired.answer === undefined) return numbers
  const kept = (own: Uint32Array, index: number) => {
    const isDrawn = drawnOf(group, index, paired, 'match')
    return own.map((number, mask) => (isDrawn(mask) ? number : 0))
  }
  return { a: kept(numbers.a, paired.pair[0]), b: kept(numbers.b, paired.pair[1]) }
}

/** Numbers of the objects of the pair on this frame; undefined while nothing is matched. */
export function numbersOfGroup(group: FrameGroup | undefined, { pair, relations, areTracks }: PairedSides): ObjectNumbers | undefined {
  const [a, b] = [group?.[pair[0]], group?.[pair[1]]]
  if (!relations || !a || !b) return undefined
  return objectNumbers(a.masks.columns, b.masks.columns, relations, a.picture.frameIndex, areTracks)
}

/** One palette for each answer: those of the pair by what is matched, the others by their own ids. */
export function palettesOfGroup(
  group: FrameGroup | undefined,
  paired: PairedSides,
  numbers: ObjectNumbers | undefined,
  { colourBy, palette }: Pick<GroupStyle, 'colourBy' | 'palette'>,
): readonly Uint8Array[] {
  const { sides, pair } = paired
  const columns = sides.map((_, index) => group?.[index]?.masks.columns ?? emptyColumns)
  const names = [sides[pair[0]]?.side ?? 'a', sides[pair[1]]?.side ?? 'b'] as const
  const both = palettesOfPair(
    columns[pair[0]] ?? emptyColumns,
    columns[pair[1]] ?? emptyColumns,
    numbers,
    colourBy,
    palette,
    names,
    paired.answer === 'a' ? 'b' : 'a',
  )
  for (const [index, own] of [[pair[0], both.a] as const, [pair[1], both.b] as const]) {
    const isDrawn = drawnOf(group, index, paired, colourBy)
    for (let mask = 0; mask < own.length / 4; mask += 1) if (!isDrawn(mask)) own[mask * 4 + 3] = 0
  }
  return columns.map((one, index) => (index === pair[0] ? both.a : index === pair[1] ? both.b : plainPalette(one, colourBy, palette)))
}

/** `selected` and `hovered`: indices of masks, one for each answer. */
export function lookOfGroup(
  { sides, pair }: PairedSides,
  palettes: readonly Uint8Array[],
  objects: ObjectNumbers | undefined,
  { opacity, draw }: Pick<GroupStyle, 'opacity' | 'draw'>,
  layout: Pick<GroupLook, 'mode' | 'one' | 'share'>,
  marks: { readonly selected: readonly (number | undefined)[]; readonly hovered: readonly (number | undefined)[] },
): GroupLook {
  return {
    ...layout,
    pair,
    panes: sides.map(({ levels }, index) => ({
      palette: palettes[index] ?? new Uint8Array(),
      shownLevels: levels,
      opacity,
      draw,
      dimOthers: true,
      hovered: marks.hovered[index],
      selected: marks.selected[index],
      isIsolated: false,
    })),
    objects,
    colours: { a: sideColours[sides[pair[0]]?.side ?? 'a'], b: sideColours[sides[pair[1]]?.side ?? 'b'], both: agreedColour },
  }
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
