// The table of what a view is made of: each row is told in the address, remembered by undo, or both. One more field is one more row.
import { Arrangement } from '../layout/dock-tree.ts'
import { isAsNamed, layoutOfName, NamedLayouts } from '../layout/named-layouts.ts'
import type { lookSettings } from '../look-settings.ts'
import { noPicks, pickedIds, picksOf } from '../picks.ts'
import type { BrowseView } from '../route.ts'
import { Settings } from '../settings-store.ts'
import type { ViewState } from '../view-store.ts'
import { idsFromText, textFromIds } from './id-text.ts'

/** All that a view is made of, as the stores hold it. */
export type WholeView = { readonly state: ViewState; readonly browse: BrowseView; readonly settings: Settings }
export type ViewChange = {
  readonly state?: Partial<ViewState>
  readonly browse?: Partial<BrowseView>
  readonly settings?: Partial<Settings>
  /** What a person is told, where the text cannot be followed. */
  readonly said?: string
}
export type ViewField = {
  /** Its name in the address, for ever. */
  readonly id: string
  /** What undo says it gave back. */
  readonly title: string
  readonly inAddress: boolean
  readonly inHistory: boolean
  /** Whether a change from one text to the other is of the kind that goes on, like a drag: without a pause such changes are one step. */
  readonly goesOn?: (before: string, after: string) => boolean
  /** Empty: nothing is said. */
  read(whole: WholeView): string
  change(text: string, whole: WholeView): ViewChange
}

const anyway = () => true
const withoutSizes = (text: string) => text.replaceAll(/"(share|width)":[\d.e-]+/g, '')
const always = { inAddress: true, inHistory: true } as const
const historyOnly = { inAddress: false, inHistory: true } as const

type PlainKey = keyof typeof lookSettings | 'dockHeight' | 'laneSort'

/** A setting that a text can hold; a text that is not understood gives the setting of a new machine. */
function setting(id: string, title: string, key: PlainKey, more: Partial<ViewField> = {}): ViewField {
  return {
    id,
    title,
    ...always,
    read: ({ settings }) => (typeof settings[key] === 'boolean' ? (settings[key] ? 'yes' : 'no') : String(settings[key])),
    change: (text, { settings }) => {
      const value = typeof settings[key] === 'boolean' ? text !== 'no' : typeof settings[key] === 'number' ? Number(text) : text
      return { settings: { [key]: Settings.parse({ [key]: value })[key] } }
    },
    ...more,
  }
}

export const viewFields: readonly ViewField[] = [
  {
    id: 'stage',
    title: 'stage',
    ...historyOnly,
    read: ({ browse }) => browse.stage ?? '',
    change: (text) => ({ browse: { stage: text === 'ssam' || text === 'filter' || text === 'tracker' ? text : undefined } }),
  },
  {
    id: 'level',
    title: 'levels',
    ...historyOnly,
    read: ({ browse }) => browse.levels.join(','),
    change: (text) => ({ browse: { levels: text === '' ? [] : text.split(',').map(Number) } }),
  },
  {
    id: 'mask',
    title: 'selection',
    ...historyOnly,
    read: ({ browse }) => (browse.selected === undefined ? '' : String(browse.selected)),
    change: (text) => ({ browse: { selected: text === '' ? undefined : Number(text) } }),
  },
  {
    id: 'filter',
    title: 'filter',
    ...historyOnly,
    goesOn: anyway,
    read: ({ browse }) => browse.filter,
    change: (text) => ({ browse: { filter: text } }),
  },
  {
    id: 'zoom',
    title: 'zoom',
    ...always,
    goesOn: anyway,
    read: ({ state: { viewport } }) =>
      viewport ? `${rounded(viewport.scale, 4)}@${rounded(viewport.centreX, 1)},${rounded(viewport.centreY, 1)}` : '',
    change: (text) => {
      const [, scale, x, y] = /^([\d.]+)@([\d.]+),([\d.]+)$/.exec(text) ?? []
      const isGood = Number(scale) > 0 && Number(scale) <= 1000 && Number.isFinite(Number(x)) && Number.isFinite(Number(y))
      return { state: { viewport: isGood ? { scale: Number(scale), centreX: Number(x), centreY: Number(y) } : undefined } }
    },
  },
  setting('colour', 'colour', 'colourBy'),
  setting('palette', 'palette', 'palette'),
  setting('draw', 'drawing', 'draw'),
  setting('opacity', 'opacity', 'opacity', { goesOn: anyway }),
  setting('selected-opacity', 'opacity of the selection', 'selectedOpacity', { goesOn: anyway }),
  setting('ramp', 'palette of numbers', 'ramp'),
  setting('dim', 'dimming', 'dimOthers'),
  setting('patterns', 'patterns', 'patterns'),
  setting('scene-layer', 'layer of the scene', 'sceneLayer'),
  setting('scene-opacity', 'opacity of the layer of the scene', 'sceneLayerOpacity', { goesOn: anyway }),
  {
    id: 'also',
    title: 'several selected',
    ...always,
    read: ({ state, browse }) => textFromIds(pickedIds(browse.selected, state.picks).slice(1)),
    change: (text, { browse }) => {
      const ids = [...idsFromText(text)]
      return { state: { picks: browse.selected === undefined || ids.length === 0 ? noPicks : picksOf([browse.selected, ...ids]) } }
    },
  },
  {
    id: 'only',
    title: 'isolation',
    ...always,
    read: ({ state }) => (state.isIsolated ? 'yes' : ''),
    change: (text) => ({ state: { isIsolated: text === 'yes' } }),
  },
  {
    id: 'hidden',
    title: 'hidden masks',
    ...always,
    read: ({ state }) => textFromIds(state.hidden),
    change: (text) => ({ state: { hidden: idsFromText(text) } }),
  },
  {
    id: 'beside',
    title: 'answer beside',
    ...always,
    read: ({ state }) => state.beside,
    change: (text) => ({ state: { beside: text } }),
  },
  {
    id: 'loop',
    title: 'loop',
    ...always,
    goesOn: anyway,
    read: ({ state }) => (state.loop ? state.loop.join('-') : ''),
    change: (text) => {
      const [, first, last] = /^(\d{1,9})-(\d{1,9})$/.exec(text) ?? []
      return {
        state: {
          loop: first !== undefined && last !== undefined && Number(first) < Number(last) ? [Number(first), Number(last)] : undefined,
        },
      }
    },
  },
  setting('lanes', 'order of the lanes', 'laneSort'),
  setting('dock-height', 'height of the time dock', 'dockHeight', { ...historyOnly, goesOn: anyway }),
  {
    id: 'panels',
    title: 'arrangement of the panels',
    ...historyOnly,
    // Lines that are dragged go on; a panel that is moved is an act of its own.
    goesOn: (before, after) => withoutSizes(before) === withoutSizes(after),
    read: ({ settings }) => JSON.stringify({ arrangement: settings.layout, name: settings.layoutName }),
    change: (text) => {
      const { arrangement, name } = JSON.parse(text)
      return { settings: { layout: Arrangement.parse(arrangement), layoutName: String(name) } }
    },
  },
  {
    id: 'layouts',
    title: 'named layouts',
    ...historyOnly,
    read: ({ settings }) => JSON.stringify(settings.layouts),
    change: (text) => ({ settings: { layouts: NamedLayouts.parse(JSON.parse(text)) } }),
  },
  {
    id: 'layout',
    title: 'layout',
    inAddress: true,
    inHistory: false,
    // A link to an arrangement that was changed since would name another one.
    read: ({ settings }) => (isAsNamed(settings) ? settings.layoutName : ''),
    change: (name, { settings }) => {
      if (name === settings.layoutName && isAsNamed(settings)) return {}
      const found = layoutOfName(settings.layouts, name)
      if (found) return { settings: { layout: found.arrangement, dockHeight: found.dockHeight ?? settings.dockHeight, layoutName: name } }
      return { said: `The address names the layout “${name}”, which is not on this machine: yours stays. Ask for its file and import it.` }
    },
  },
]

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits))
