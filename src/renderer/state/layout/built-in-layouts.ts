// Layouts that are always there; the first is the one that a new machine starts with, and that a reset comes back to.
import { type Arrangement, group, split } from './dock-tree.ts'

export type BuiltInLayout = { readonly name: string; readonly purpose: string; readonly arrangement: Arrangement }

const left = { width: 248, isOpen: true, node: group('objects') } as const
const right = { width: 276, isOpen: true, node: group('selection') } as const

export const usualArrangement: Arrangement = { left, centre: group('picture'), right }

export const usualName = 'Usual'

export const builtInLayouts: readonly BuiltInLayout[] = [
  { name: usualName, purpose: 'objects, picture and selection', arrangement: usualArrangement },
  {
    name: 'Picture only',
    purpose: 'all room for the picture; [ and ] bring the sides back',
    arrangement: { left: { ...left, isOpen: false }, centre: group('picture'), right: { ...right, isOpen: false } },
  },
  {
    name: 'Numbers',
    purpose: 'the masks of the frame as a table under the picture, what the stages used beside it',
    arrangement: {
      left,
      centre: split('column', [0.62, group('picture')], [0.38, split('row', [0.62, group('masks')], [0.38, group('resources', 'log')])]),
      right,
    },
  },
  {
    name: 'Two answers',
    purpose: 'the frame of another run or stage beside the picture, at the same zoom',
    arrangement: { left, centre: split('row', [0.5, group('picture')], [0.5, group('compare')]), right: { ...right, isOpen: false } },
  },
  {
    name: 'One object',
    purpose: 'the life of the selected track under the picture: film strip and curves',
    arrangement: { left, centre: split('column', [0.66, group('picture')], [0.34, group('life')]), right },
  },
]
