// The dock of the browse page: panels in groups of tabs between hairlines, moved by pointer or menu; a panel that moves is never made anew.
import { useLayoutEffect, useMemo, useRef, useState } from 'react'
import { useServices, useSettings } from '../../../state/services.tsx'
import type { Arrangement } from '../../../state/layout/dock-tree.ts'
import { tidy } from '../../../state/layout/dock-tree.ts'
import { placesOf, type Rect } from '../../../state/layout/dock-places.ts'
import { PageBoundary } from '../../parts/page-boundary.tsx'
import { DockLine } from './dock-line.tsx'
import { DockSaid } from './dock-said.tsx'
import { DockTabs } from './dock-tabs.tsx'
import { EmptyCentre } from './empty-centre.tsx'
import type { PanelProps } from './panel-props.ts'
import { isKnownPanel, panelTable } from './panel-table.tsx'
import { useTabDrag } from './use-tab-drag.ts'

/** Height of the tabs of a group in CSS pixels. */
export const tabsHeight = 28

export function Dock(props: PanelProps) {
  const { settings } = useServices()
  const stored = useSettings((all) => all.layout)
  const arrangement = useMemo(() => tidy(stored, isKnownPanel), [stored])
  const box = useRef<HTMLDivElement>(null)
  const [size, setSize] = useState({ width: 0, height: 0 })
  useLayoutEffect(() => {
    const target = box.current
    if (!target) return
    const measure = () => setSize({ width: target.clientWidth, height: target.clientHeight })
    const watched = new ResizeObserver(measure)
    watched.observe(target)
    measure()
    return () => watched.disconnect()
  }, [])
  const places = useMemo(() => placesOf(arrangement, size.width, size.height), [arrangement, size])
  const change = (next: Arrangement) => settings.setState({ layout: next })
  const drag = useTabDrag({ box, places, arrangement, change })
  const cornerLeft = Math.max(...places.groups.filter((one) => one.region === 'centre' && one.rect.top === 0).map((one) => one.rect.left))
  // Panels stand flat beside each other, in the order of the tree, and are only given other places: React keeps what it keeps by key.
  return (
    <div ref={box} data-testid="dock" className="relative min-h-0 min-w-0 overflow-hidden bg-line">
      {size.width > 0 &&
        places.groups.flatMap(({ group, rect, region }) => {
          const row = panelTable.find((one) => one.id === group.active)
          return [
            <div
              key={`tabs of ${group.panels[0] ?? 'nothing'}`}
              className="absolute bg-panel"
              style={{ ...rect, height: Math.min(tabsHeight, rect.height) }}
            >
              <DockTabs
                browse={props.browse}
                group={group}
                region={region}
                arrangement={arrangement}
                change={change}
                onPress={drag.press}
                hasLayouts={region === 'centre' && rect.top === 0 && rect.left === cornerLeft}
              />
            </div>,
            <div
              key={`panel ${group.active}`}
              role="tabpanel"
              id={`panel-${group.active}`}
              aria-labelledby={`tab-${group.active}`}
              data-testid={`panel-${group.active}`}
              className="absolute overflow-hidden bg-panel"
              style={belowTabs(rect)}
            >
              <PageBoundary>{row ? <row.Panel {...props} /> : <EmptyCentre arrangement={arrangement} change={change} />}</PageBoundary>
            </div>,
          ]
        })}
      {places.lines.map((line) => (
        <DockLine
          key={`${line.region} ${line.path?.join('.') ?? 'edge'} ${line.index}`}
          line={line}
          arrangement={arrangement}
          change={change}
        />
      ))}
      <DockSaid />
      {drag.target && (
        <div
          aria-hidden
          data-testid="dock-target"
          className="pointer-events-none absolute z-30 border border-acc bg-[color-mix(in_srgb,var(--acc)_16%,transparent)]"
          style={drag.target}
        />
      )}
    </div>
  )
}

const belowTabs = (rect: Rect): Rect => ({ ...rect, top: rect.top + tabsHeight, height: Math.max(0, rect.height - tabsHeight) })
