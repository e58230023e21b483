// A hairline between panels that can be dragged, or moved with the arrows.
import { type KeyboardEvent, type PointerEvent, useRef } from 'react'
import type { Arrangement } from '../../../state/layout/dock-tree.ts'
import { shifted, widened } from '../../../state/layout/dock-moves.ts'
import type { PlacedLine } from '../../../state/layout/dock-places.ts'
import { cn } from '../../../ui/class-names.ts'

const stepPx = 16
/** Room around the hairline that takes the pointer. */
const reach = 3

export function DockLine({
  line,
  arrangement,
  change,
}: {
  readonly line: PlacedLine
  readonly arrangement: Arrangement
  readonly change: (next: Arrangement) => void
}) {
  const from = useRef<{ readonly at: number; readonly arrangement: Arrangement }>(undefined)
  const isRow = line.axis === 'row'
  const movedBy = (base: Arrangement, pixels: number): Arrangement => {
    if (line.path) return shifted(base, line.region, line.path, line.index, pixels / Math.max(1, line.room))
    const side = line.region === 'right' ? 'right' : 'left'
    return widened(base, side, base[side].width + (side === 'left' ? pixels : -pixels))
  }
  const pixelOf = (event: PointerEvent) => (isRow ? event.clientX : event.clientY)
  const press = (event: PointerEvent<HTMLDivElement>) => {
    if (event.button !== 0) return
    event.currentTarget.setPointerCapture(event.pointerId)
    from.current = { at: pixelOf(event), arrangement }
  }
  const drag = (event: PointerEvent) => {
    if (from.current) change(movedBy(from.current.arrangement, pixelOf(event) - from.current.at))
  }
  const end = () => {
    from.current = undefined
  }
  const key = (event: KeyboardEvent) => {
    const moves: Readonly<Record<string, number>> = isRow ? { ArrowLeft: -1, ArrowRight: 1 } : { ArrowUp: -1, ArrowDown: 1 }
    const by = moves[event.key]
    if (by === undefined || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    event.stopPropagation()
    change(movedBy(arrangement, by * stepPx * (event.shiftKey ? 4 : 1)))
  }
  const words = line.path ? 'Line between panels' : line.region === 'left' ? 'Width of the left side' : 'Width of the right side'
  const { left, top, width, height } = line.rect
  return (
    // biome-ignore lint/a11y/useSemanticElements: a line that can be moved is a separator with a value, which hr cannot be
    <div
      role="separator"
      tabIndex={0}
      aria-label={words}
      aria-orientation={isRow ? 'vertical' : 'horizontal'}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(line.share * 100)}
      data-testid={line.path ? `line-${line.region}-${[...line.path, line.index].join('-')}` : `edge-${line.region}`}
      className={cn(
        'absolute z-20 touch-none hover:bg-[color-mix(in_srgb,var(--acc)_45%,transparent)] focus-visible:-outline-offset-2',
        isRow ? 'cursor-col-resize' : 'cursor-row-resize',
      )}
      style={
        isRow
          ? { left: left - reach, top, width: width + 2 * reach, height }
          : { left, top: top - reach, width, height: height + 2 * reach }
      }
      onPointerDown={press}
      onPointerMove={drag}
      onPointerUp={end}
      onPointerCancel={end}
      onKeyDown={key}
    />
  )
}
