// The objects as a tree that is reachable by keyboard: levels, parents, parts; tracks of the run or masks of the frame.
import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, type RefObject, useEffect, useMemo, useRef, useState } from 'react'
import { formatCount } from '#core/base/format'
import { pickedIds } from '../../state/picks.ts'
import { useServices, useView } from '../../state/services.tsx'
import { FilterField } from './filter/filter-field.tsx'
import { ObjectRowView, type RowActs } from './object-row.tsx'
import { type ObjectRow, rowsOfObjects } from './object-rows.ts'
import { chooseAll, chooseAlso, chooseOne, pickedNow } from './look/choose-mask.ts'
import { ThresholdSliders } from './look/threshold-sliders.tsx'
import { useMaskStyle } from './look/use-mask-style.ts'
import type { Browse } from './use-browse.ts'

const rowHeight = 26

export function ObjectList({ browse, search }: { readonly browse: Browse; readonly search: RefObject<HTMLInputElement | null> }) {
  const [folded, setFolded] = useState<ReadonlySet<number>>(new Set())
  const rows = useMemo(
    () => rowsOfObjects(browse.objects, browse.shownLevels, browse.filter, folded),
    [browse.objects, browse.shownLevels, browse.filter, folded],
  )
  const shown = useMemo(
    () => browse.objects.filter((one) => browse.shownLevels.includes(one.level) && browse.filter.passes(one)),
    [browse.objects, browse.shownLevels, browse.filter],
  )
  const toggle = (row: ObjectRow) => {
    const key = row.kind === 'level' ? -row.level : row.one.id
    const next = new Set(folded)
    if (!next.delete(key)) next.add(key)
    setFolded(next)
  }
  const isTracks = browse.stage === 'tracker' && browse.tracks.length > 0
  return (
    <aside aria-label="Objects" className="flex h-full min-h-0 flex-col bg-panel">
      <FilterField browse={browse} search={search} />
      <p className="shrink-0 px-3 pb-1 text-xs text-mut tabular-nums">
        {shown.length === browse.objects.length ? '' : `${formatCount(shown.length)} of `}
        {formatCount(browse.objects.length)} {isTracks ? 'tracks' : 'masks of this frame'}
      </p>
      {rows.length === 0 ? (
        <Empty browse={browse} />
      ) : (
        <Tree browse={browse} rows={rows} isTracks={isTracks} selected={browse.view.selected} onToggle={toggle} />
      )}
      <ThresholdSliders browse={browse} />
    </aside>
  )
}

function Empty({ browse }: { readonly browse: Browse }) {
  const words =
    browse.objects.length > 0
      ? 'Nothing here passes the filter and the levels.'
      : browse.frames.shown
        ? 'No masks on this frame at this stage.'
        : 'Nothing is read yet.'
  return <p className="flex-1 px-3 py-2 text-mut">{words}</p>
}

function Tree({
  browse,
  rows,
  isTracks,
  selected,
  onToggle,
}: {
  readonly browse: Browse
  readonly rows: readonly ObjectRow[]
  readonly isTracks: boolean
  readonly selected: number | undefined
  readonly onToggle: (row: ObjectRow) => void
}) {
  const { view } = useServices()
  const style = useMaskStyle(browse)
  const { hidden, picks } = useView((state) => ({ hidden: state.hidden, picks: state.picks }))
  const picked = useMemo(() => new Set(pickedIds(selected, picks)), [selected, picks])
  const box = useRef<HTMLDivElement>(null)
  const [at, setAt] = useState(0)
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => box.current, estimateSize: () => rowHeight, overscan: 8 })
  const selectedRow = rows.findIndex((row) => row.kind === 'object' && row.one.id === selected)
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new selection scrolls; rows that arrive do not
  useEffect(() => {
    if (selectedRow < 0) return
    setAt(selectedRow)
    virtual.scrollToIndex(selectedRow, { align: 'auto' })
  }, [selected])
  const active = Math.min(at, rows.length - 1)
  const go = (index: number) => {
    const row = rows[index]
    if (!row) return
    setAt(index)
    virtual.scrollToIndex(index, { align: 'auto' })
    if (row.kind === 'object') chooseOne(view, row.one.id)
  }
  const idAt = (index: number) => {
    const row = rows[index]
    return row?.kind === 'object' ? row.one.id : undefined
  }
  /** Everything from the active row to that one joins the selection; the other end leads from then on. */
  const extend = (to: number) => {
    if (!rows[to]) return
    const between = Array.from({ length: Math.abs(to - active) + 1 }, (_, i) => idAt(to + Math.sign(active - to) * i))
    chooseAll(view, [...new Set([...between.flatMap((id) => id ?? []), ...pickedNow(view)])])
    setAt(to)
    virtual.scrollToIndex(to, { align: 'auto' })
  }
  const chooseRow = (index: number, event: { ctrlKey: boolean; metaKey: boolean; shiftKey: boolean }) => {
    const id = idAt(index)
    if (event.shiftKey && selected !== undefined) return extend(index)
    if (!(event.ctrlKey || event.metaKey) || id === undefined) return go(index)
    setAt(index)
    chooseAlso(view, id)
  }
  const press = (event: KeyboardEvent) => {
    const row = rows[active]
    if (!row || event.altKey) return
    const held = event.ctrlKey || event.metaKey ? 'mod+' : event.shiftKey ? 'shift+' : ''
    const moves: Readonly<Record<string, () => void>> = {
      ArrowDown: () => go(active + 1),
      ArrowUp: () => go(active - 1),
      PageDown: () => go(Math.min(rows.length - 1, active + 12)),
      PageUp: () => go(Math.max(0, active - 12)),
      'shift+ArrowDown': () => extend(active + 1),
      'shift+ArrowUp': () => extend(active - 1),
      'mod+Enter': () => (row.kind === 'object' ? chooseAlso(view, row.one.id) : onToggle(row)),
      Enter: () => (row.kind === 'level' || row.parts > 0 ? onToggle(row) : go(active)),
    }
    const move = moves[held + event.key]
    if (!move) return
    event.preventDefault()
    event.stopPropagation()
    move()
  }
  const newest = useRef({ rows, onToggle, chooseRow })
  newest.current = { rows, onToggle, chooseRow }
  // The same for all rows and for ever: a row is drawn anew when it shows something else.
  const acts = useMemo(
    (): RowActs => ({
      toggle: (row) => newest.current.onToggle(row),
      choose: (index, event) => {
        const row = newest.current.rows[index]
        if (row?.kind === 'object') newest.current.chooseRow(index, event)
        else if (row) newest.current.onToggle(row)
      },
      hover: (id) => view.setState({ hovered: id }),
    }),
    [view],
  )
  return (
    <div
      ref={box}
      data-testid="object-list"
      role="tree"
      aria-multiselectable
      tabIndex={0}
      aria-label={isTracks ? 'Tracks by level' : 'Masks by level'}
      aria-activedescendant={`object-${active}`}
      onKeyDown={press}
      onFocus={() => selected === undefined && rows[active]?.kind === 'level' && setAt(active)}
      onPointerLeave={() => view.setState({ hovered: undefined })}
      className="min-h-0 flex-1 overflow-y-auto focus-visible:-outline-offset-2"
    >
      <div className="relative" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const row = rows[index]
          if (!row) return null
          const id = row.kind === 'object' ? row.one.id : undefined
          return (
            <ObjectRowView
              key={id ?? `level ${row.kind === 'level' ? row.level : ''}`}
              domId={`object-${index}`}
              row={row}
              top={start}
              isTracks={isTracks}
              style={style}
              isSelected={id !== undefined && picked.has(id)}
              isHidden={id !== undefined && hidden.has(id)}
              isStarred={isTracks && id !== undefined && browse.notes.get(id)?.star === true}
              isActive={index === active}
              acts={acts}
              index={index}
            />
          )
        })}
      </div>
    </div>
  )
}
