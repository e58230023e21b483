// One row of the object list: a level, or an object with its colour, id and size.
import { ChevronDown, ChevronRight, EyeOff, Star } from 'lucide-react'
import { type MouseEvent, memo } from 'react'
import { formatCount } from '#core/base/format'
import { useView } from '../../state/services.tsx'
import { cn } from '../../ui/class-names.ts'
import { hexFromColour } from '#core/view/mask-colours'
import { colourOfFacts, type MaskStyle } from '#core/view/mask-style'
import type { ObjectRow } from './object-rows.ts'

export type RowActs = {
  toggle(row: ObjectRow): void
  choose(index: number, event: MouseEvent): void
  hover(id: number | undefined): void
}

export const ObjectRowView = memo(function ObjectRowView({
  domId,
  row,
  top,
  isTracks,
  style,
  isSelected,
  isHidden,
  isStarred,
  isActive,
  index,
  acts,
}: {
  readonly domId: string
  readonly row: ObjectRow
  readonly top: number
  readonly isTracks: boolean
  readonly style: MaskStyle
  readonly isSelected: boolean
  readonly isHidden: boolean
  readonly isStarred: boolean
  readonly isActive: boolean
  readonly index: number
  readonly acts: RowActs
}) {
  const id = row.kind === 'object' ? row.one.id : undefined
  const isHovered = useView((state) => id !== undefined && state.hovered === id)
  const Fold = row.isFolded ? ChevronRight : ChevronDown
  const isBranch = row.kind === 'level' || row.parts > 0
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the tree holds the focus and names the active row
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree answers the keys for all rows
    <div
      id={domId}
      role="treeitem"
      data-testid={row.kind === 'object' ? 'object-row' : 'level-row'}
      data-id={id}
      aria-level={row.kind === 'level' ? 1 : row.depth + 1}
      aria-selected={isSelected}
      aria-expanded={isBranch ? !row.isFolded : undefined}
      onClick={(event) => acts.choose(index, event)}
      onPointerEnter={() => acts.hover(id)}
      className={cn(
        'absolute inset-x-0 flex h-[26px] items-center gap-[7px] pr-2.5 text-[12.5px] whitespace-nowrap',
        isHovered && 'bg-raise',
        isActive &&
          '[[role=tree]:focus-visible_&]:outline [[role=tree]:focus-visible_&]:-outline-offset-1 [[role=tree]:focus-visible_&]:outline-dim',
        isSelected && '[&_.text-dim]:text-mut bg-[color-mix(in_srgb,var(--acc)_14%,transparent)] shadow-[inset_2px_0_var(--acc)]',
      )}
      style={{ top, paddingLeft: row.kind === 'level' ? 10 : 10 + row.depth * 14 }}
    >
      <button
        type="button"
        tabIndex={-1}
        aria-hidden={!isBranch}
        aria-label={row.isFolded ? 'Unfold' : 'Fold'}
        disabled={!isBranch}
        onClick={(event) => {
          event.stopPropagation()
          acts.toggle(row)
        }}
        className="w-3 shrink-0 text-dim enabled:hover:text-txt"
      >
        {isBranch && <Fold size={12} aria-hidden />}
      </button>
      {row.kind === 'level' ? (
        <>
          Level {row.level}
          <span className="ml-auto text-xs text-dim">{formatCount(row.count)}</span>
        </>
      ) : (
        <>
          <span
            className={cn('size-2.5 shrink-0 rounded-[3px]', isTracks && !row.one.isOnFrame && 'opacity-35')}
            style={{ background: hexFromColour(colourOfFacts(row.one, style)) }}
          />
          <span
            className={cn(isTracks && !row.one.isOnFrame && 'text-dim')}
            title={isTracks && !row.one.isOnFrame ? 'Not on this frame' : undefined}
          >
            {row.one.label}
          </span>
          {row.parts > 0 && (
            <span className="text-mut">
              {row.parts} {row.parts === 1 ? 'part' : 'parts'}
            </span>
          )}
          {row.one.isOrphan && <span className="text-2xs text-warn">orphan</span>}
          {isStarred && <Star size={11} fill="currentColor" className="shrink-0 text-acc" aria-label="starred" />}
          {isHidden && <EyeOff size={12} className="text-dim" aria-label="hidden" />}
          <span
            className="ml-auto text-xs text-dim"
            title={isTracks ? `seen on ${row.one.frames} frames` : `${formatCount(row.one.area ?? 0)} px`}
          >
            {formatCount(isTracks ? (row.one.frames ?? 0) : (row.one.area ?? 0))}
          </span>
        </>
      )}
    </div>
  )
})
