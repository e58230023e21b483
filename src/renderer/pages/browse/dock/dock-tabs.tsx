// The tabs of one group: which panel is in sight, and what can be done with it.
import { Ellipsis } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import type { KeyboardEvent, PointerEvent } from 'react'
import type { Arrangement, DockGroup, Region } from '../../../state/layout/dock-tree.ts'
import { brought, closed, isOpen, placed } from '../../../state/layout/dock-moves.ts'
import { Button } from '../../../ui/button.tsx'
import { cn } from '../../../ui/class-names.ts'
import type { Browse } from '../use-browse.ts'
import { LayoutMenu } from './layout-menu.tsx'
import { menuHeading, menuItem, menuPanel } from './menu-look.ts'
import { panelTable } from './panel-table.tsx'

type TabsProps = {
  readonly browse: Browse
  readonly group: DockGroup
  readonly region: Region
  readonly arrangement: Arrangement
  readonly change: (next: Arrangement) => void
  readonly onPress: (panel: string, event: PointerEvent) => void
  /** Whether the menu of layouts stands at the end of these tabs. */
  readonly hasLayouts: boolean
}

export function DockTabs(props: TabsProps) {
  const { browse, group, arrangement, change, onPress } = props
  const rows = group.panels.flatMap((id) => panelTable.filter((row) => row.id === id))
  const show = (panel: string) => change(brought(arrangement, panel))
  const key = (event: KeyboardEvent, at: number) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
    if (by !== undefined) {
      const next = rows[(at + by + rows.length) % rows.length]
      event.preventDefault()
      event.stopPropagation()
      if (!next) return
      show(next.id)
      document.getElementById(`tab-${next.id}`)?.focus()
    } else if (event.key === 'Delete') {
      event.preventDefault()
      change(closed(arrangement, group.active))
    }
  }
  return (
    <div className="flex h-[28px] items-stretch border-b border-line">
      <div
        role="tablist"
        aria-label={rows.map((row) => row.title).join(', ') || 'Panels'}
        className="flex min-w-0 items-stretch overflow-x-auto overflow-y-hidden [scrollbar-width:none]"
      >
        {rows.map((row, at) => (
          <button
            key={row.id}
            id={`tab-${row.id}`}
            type="button"
            role="tab"
            aria-selected={row.id === group.active}
            aria-controls={row.id === group.active ? `panel-${row.id}` : undefined}
            tabIndex={row.id === group.active ? 0 : -1}
            data-testid={`tab-${row.id}`}
            title={`${row.title}: ${row.purpose}. Drag it to another place; delete closes it`}
            onClick={() => show(row.id)}
            onKeyDown={(event) => key(event, at)}
            onPointerDown={(event) => onPress(row.id, event)}
            className={cn(
              'relative shrink-0 touch-none px-3 text-sm whitespace-nowrap text-mut select-none hover:text-txt focus-visible:-outline-offset-2',
              row.id === group.active && 'font-medium text-txt',
              row.id === group.active && rows.length > 1 && 'shadow-[inset_0_-2px_var(--acc)]',
            )}
          >
            {row.title}
            {row.note && <span className="pl-1.5 text-xs font-normal text-mut">{row.note(browse)}</span>}
          </button>
        ))}
      </div>
      <span className="flex-1" />
      {props.hasLayouts && <LayoutMenu />}
      <GroupMenu {...props} />
    </div>
  )
}

/** All that the pointer does with a tab, and which panels could be opened here. */
function GroupMenu({ group, region, arrangement, change }: TabsProps) {
  const row = panelTable.find((one) => one.id === group.active)
  const more = panelTable.filter((one) => !isOpen(arrangement, one.id))
  const stays = group.panels.find((one) => one !== group.active)
  const beside = (edge: 'right' | 'bottom') => stays !== undefined && change(placed(arrangement, group.active, { near: stays, edge }))
  const moves = (
    [
      ['left', 'to the left side'],
      ['centre', 'to the centre'],
      ['right', 'to the right side'],
    ] as const
  ).filter(([to]) => to !== region)
  const openHere = (panel: string) =>
    change(placed(arrangement, panel, group.active === '' ? { region: 'centre' } : { near: group.active }))
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>
        <Button
          kind="bare"
          size="icon"
          className="mt-0.5 mr-1 shrink-0"
          aria-label={row ? `What to do with ${row.title}` : 'Panels'}
          title="Move, split, close, or open another panel here"
          data-testid={`menu-${group.active || 'centre'}`}
        >
          <Ellipsis size={14} aria-hidden />
        </Button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content align="end" className={menuPanel}>
          {row && (
            <DropdownMenu.Group>
              <DropdownMenu.Label className={menuHeading}>{row.title}</DropdownMenu.Label>
              <DropdownMenu.Item
                className={menuItem}
                disabled={stays === undefined}
                onSelect={() => beside('right')}
                data-testid="split-right"
              >
                Split: to the right of the others
              </DropdownMenu.Item>
              <DropdownMenu.Item
                className={menuItem}
                disabled={stays === undefined}
                onSelect={() => beside('bottom')}
                data-testid="split-below"
              >
                Split: below the others
              </DropdownMenu.Item>
              {moves.map(([to, words]) => (
                <DropdownMenu.Item
                  key={to}
                  className={menuItem}
                  onSelect={() => change(placed(arrangement, group.active, { region: to, ...(to === 'centre' ? {} : { edge: 'bottom' }) }))}
                  data-testid={`move-${to}`}
                >
                  Move {words}
                </DropdownMenu.Item>
              ))}
              <DropdownMenu.Item className={menuItem} onSelect={() => change(closed(arrangement, group.active))} data-testid="close-panel">
                Close
              </DropdownMenu.Item>
            </DropdownMenu.Group>
          )}
          {more.length > 0 && (
            <DropdownMenu.Group>
              <DropdownMenu.Label className={menuHeading}>Open here</DropdownMenu.Label>
              {more.map((one) => (
                <DropdownMenu.Item
                  key={one.id}
                  className={menuItem}
                  onSelect={() => openHere(one.id)}
                  title={one.purpose}
                  data-testid={`open-${one.id}`}
                >
                  {one.title}
                </DropdownMenu.Item>
              ))}
            </DropdownMenu.Group>
          )}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
