// The table of panels of the browse page: a panel is one row here, and can then be opened, moved, split and remembered.
import { formatCount } from '#core/base/format'
import { LogPanel } from '../../run/log-panel.tsx'
import { BesidePanel } from '../beside/beside-panel.tsx'
import { Inspector } from '../inspector.tsx'
import { LifePanel } from '../life-panel.tsx'
import { MaskTable } from '../mask-table.tsx'
import { ObjectList } from '../object-list.tsx'
import { PicturePanel } from '../picture-panel.tsx'
import { ResourcePanel } from '../resource-panel.tsx'
import type { PanelRow } from './panel-props.ts'

export const panelTable: readonly PanelRow[] = [
  {
    id: 'objects',
    title: 'Objects',
    purpose: 'tracks of the run, or masks of the frame, as a tree',
    spot: { region: 'left' },
    Panel: ({ browse, desk }) => <ObjectList browse={browse} search={desk.search} />,
  },
  {
    id: 'picture',
    title: 'Picture',
    purpose: 'the frame with its masks',
    spot: { region: 'centre' },
    Panel: PicturePanel,
  },
  {
    id: 'compare',
    title: 'Compare',
    purpose: 'the same frame of another run or stage: alone, wiped or as a difference',
    spot: { region: 'centre', edge: 'right' },
    Panel: BesidePanel,
  },
  {
    id: 'selection',
    title: 'Selection',
    purpose: 'what is known of the selection, and where it came from',
    spot: { region: 'right' },
    Panel: ({ browse }) => <Inspector browse={browse} />,
  },
  {
    id: 'masks',
    title: 'Masks',
    purpose: 'the masks of this frame as a table that sorts',
    spot: { region: 'centre', edge: 'bottom' },
    Panel: ({ browse }) => <MaskTable browse={browse} />,
    note: (browse) => formatCount(browse.frames.shown?.masks.columns.count ?? 0),
  },
  {
    id: 'life',
    title: 'Life',
    purpose: 'film strip and curves of the selected track',
    spot: { region: 'centre', edge: 'bottom' },
    Panel: ({ browse }) => <LifePanel browse={browse} />,
  },
  {
    id: 'resources',
    title: 'Resources',
    purpose: 'what each stage used, over its time',
    spot: { region: 'centre', edge: 'bottom' },
    Panel: ({ browse }) => <ResourcePanel browse={browse} />,
  },
  {
    id: 'log',
    title: 'Log',
    purpose: 'the newest lines of the log of this run',
    spot: { region: 'centre', edge: 'bottom' },
    Panel: ({ browse }) => <LogPanel runId={browse.runId} hasKey={false} />,
  },
]

const ids: ReadonlySet<string> = new Set(panelTable.map((row) => row.id))
export const isKnownPanel = (id: string): boolean => ids.has(id)
