// The masks of this frame as a table that sorts by any of its numbers; rows are chosen by pointer or by arrows.
import { useVirtualizer } from '@tanstack/react-virtual'
import { ChevronDown, ChevronUp } from 'lucide-react'
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react'
import { formatCount } from '#core/base/format'
import { labelOfId } from '#core/segment/frame-masks'
import { emptyColumns, type MaskColumns } from '../../frame/mask-columns.ts'
import { useServices, useView } from '../../state/services.tsx'
import { look } from '../../state/view-store.ts'
import { cn } from '../../ui/class-names.ts'
import { type MaskSort, maskOrder } from './mask-order.ts'
import type { Browse } from './use-browse.ts'

const rowHeight = 24
const columnsOfTable: readonly { readonly by: MaskSort['by']; readonly title: string; readonly unit?: string }[] = [
  { by: 'id', title: 'Mask' },
  { by: 'level', title: 'Level' },
  { by: 'score', title: 'Score' },
  { by: 'stability', title: 'Stability' },
  { by: 'area', title: 'Area', unit: 'px' },
  { by: 'parent', title: 'Parent' },
]
const grid =
  'grid grid-cols-[minmax(84px,1.4fr)_minmax(48px,.7fr)_minmax(56px,1fr)_minmax(68px,1fr)_minmax(76px,1fr)_minmax(70px,1fr)] px-3'

export function MaskTable({ browse }: { readonly browse: Browse }) {
  const { view } = useServices()
  const [sort, setSort] = useState<MaskSort>({ by: 'area', isRising: false })
  const hovered = useView((state) => state.hovered)
  const masks = browse.frames.shown?.masks.columns ?? emptyColumns
  const passing = useMemo(
    () => (browse.filter.isEmpty ? undefined : new Set(browse.objects.filter(browse.filter.passes).map((one) => one.id))),
    [browse.filter, browse.objects],
  )
  const order = useMemo(
    () => maskOrder(masks, sort, (index) => browse.shownLevels.includes(masks.levels[index]!) && (passing?.has(masks.ids[index]!) ?? true)),
    [masks, sort, browse.shownLevels, passing],
  )
  const box = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({ count: order.length, getScrollElement: () => box.current, estimateSize: () => rowHeight, overscan: 10 })
  const { selected } = browse.view
  const at = order.findIndex((index) => masks.ids[index] === selected)
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new selection or order scrolls; a new frame does not
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at, { align: 'auto' })
  }, [selected, sort])
  const go = (to: number) => {
    const index = order[Math.min(order.length - 1, Math.max(0, to))]
    if (index !== undefined) look(view, { selected: masks.ids[index] })
  }
  const press = (event: KeyboardEvent) => {
    const moves: Readonly<Record<string, number>> = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + 12, PageUp: at - 12 }
    const to = moves[event.key]
    if (to === undefined || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    event.stopPropagation()
    go(to)
  }
  const turn = (by: MaskSort['by']) =>
    setSort((before) => ({ by, isRising: before.by === by ? !before.isRising : by === 'id' || by === 'level' }))
  const isDrawn = at >= 0 && virtual.getVirtualItems().some((one) => one.index === at)
  const rowId = (id: number) => `mask-row-${id}`
  return (
    <section
      aria-label="Masks of this frame"
      data-testid="mask-table"
      className="grid h-full grid-rows-[28px_minmax(0,1fr)] bg-panel text-[12.5px]"
    >
      <div className={cn(grid, 'border-b border-line text-xs text-mut')}>
        {columnsOfTable.map(({ by, title, unit }) => (
          <button
            key={by}
            type="button"
            data-testid={`sort-${by}`}
            aria-pressed={sort.by === by}
            title={
              sort.by === by ? `${sort.isRising ? 'Smallest' : 'Largest'} first; press to turn around` : `Sort by ${title.toLowerCase()}`
            }
            onClick={() => turn(by)}
            className={cn(
              'inline-flex items-center gap-1 rounded hover:text-txt focus-visible:-outline-offset-2',
              by !== 'id' && 'justify-end',
              sort.by === by && 'text-txt',
            )}
          >
            {title}
            {unit && <span className="text-mut">{unit}</span>}
            {sort.by === by && (sort.isRising ? <ChevronUp size={12} aria-hidden /> : <ChevronDown size={12} aria-hidden />)}
          </button>
        ))}
      </div>
      <div
        ref={box}
        role="listbox"
        tabIndex={0}
        aria-label={`Masks by ${sort.by}, ${sort.isRising ? 'smallest' : 'largest'} first`}
        aria-activedescendant={isDrawn && selected !== undefined ? rowId(selected) : undefined}
        data-testid="mask-rows"
        onKeyDown={press}
        onPointerLeave={() => view.setState({ hovered: undefined })}
        className="overflow-y-auto focus-visible:-outline-offset-2"
      >
        {order.length === 0 && (
          <div role="option" aria-selected={false} aria-disabled tabIndex={-1} className="px-3 py-2 text-mut">
            {masks.count === 0 ? 'No masks on this frame at this stage.' : 'Nothing here passes the filter and the levels.'}
          </div>
        )}
        <div role="presentation" className="relative" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index: place, start }) => {
            const index = order[place]
            const id = index === undefined ? undefined : masks.ids[index]
            if (index === undefined || id === undefined) return null
            return (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the arrows choose rows from the list that holds the focus
              <div
                key={id}
                id={rowId(id)}
                role="option"
                tabIndex={-1}
                aria-setsize={order.length}
                aria-posinset={place + 1}
                aria-selected={id === selected}
                title={wordsOf(masks, index)}
                data-testid="mask-row"
                data-area={masks.areas[index]}
                onClick={() => look(view, { selected: id })}
                onPointerEnter={() => view.setState({ hovered: id })}
                className={cn(
                  grid,
                  'absolute inset-x-0 h-6 items-center text-right',
                  id === hovered && 'bg-raise',
                  id === selected && 'bg-[color-mix(in_srgb,var(--acc)_14%,transparent)] shadow-[inset_2px_0_var(--acc)]',
                )}
                style={{ top: start }}
              >
                {cellsOf(masks, index).map((text, column) => (
                  <span key={columnsOfTable[column]?.by} className={cn(column === 0 && 'text-left', text === '–' && 'text-mut')}>
                    {text}
                  </span>
                ))}
              </div>
            )
          })}
        </div>
      </div>
    </section>
  )
}

function cellsOf(masks: MaskColumns, index: number): readonly string[] {
  const parent = masks.parents[index]!
  return [
    labelOfId(masks.ids[index]!),
    String(masks.levels[index]!),
    decimals(masks.scores[index]!),
    decimals(masks.stabilities[index]!),
    formatCount(masks.areas[index]!),
    parent > 0 ? labelOfId(parent) : '–',
  ]
}

/** Each number of a row with its name; what is not there is left out. */
const wordsOf = (masks: MaskColumns, index: number): string =>
  cellsOf(masks, index)
    .flatMap((text, column) => (text === '–' ? [] : [`${columnsOfTable[column]?.title.toLowerCase()} ${text}`]))
    .join(', ')

const decimals = (value: number): string => (Number.isNaN(value) ? '–' : value.toFixed(3))
