// The tip beside the pointer: which mask lies under it.
import { useLayoutEffect, useRef } from 'react'
import { formatCount } from '#core/base/format'
import { labelOfId } from '#core/segment/frame-masks'
import type { PixelEvent } from '../../frame/use-pointer.ts'
import { indexOfMask } from '../../frame/mask-columns.ts'
import { hexFromColour } from '#core/view/mask-colours'
import { colourOfFacts } from '#core/view/mask-style'
import { useMaskStyle } from './look/use-mask-style.ts'
import { tipPlace } from './tip-place.ts'
import type { Browse } from './use-browse.ts'

export function HoverTip({
  browse,
  id,
  at,
  beneath,
}: {
  readonly browse: Browse
  readonly id: number
  readonly at: PixelEvent
  /** How many more masks lie under it at this pixel. */
  readonly beneath: number
}) {
  const style = useMaskStyle(browse)
  const tip = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    if (tip.current) placeTip(tip.current, at.onCanvas)
  })
  const columns = browse.frames.shown?.masks.columns
  const index = columns && indexOfMask(columns, id)
  if (!columns || index === undefined) return null
  const [level, score, area] = [columns.levels[index]!, columns.scores[index]!, columns.areas[index]!]
  const [stability, parent] = [columns.stabilities[index]!, columns.parents[index]!]
  const rows: readonly (readonly [string, string])[] = [
    ['level', String(level)],
    ...(Number.isNaN(score) ? [] : [['score', score.toFixed(2)] as const]),
    ...(Number.isNaN(stability) ? [] : [['stability', stability.toFixed(2)] as const]),
    ['area', `${formatCount(area)} px`],
    ...(parent > 0 ? [['parent', labelOfId(parent)] as const] : []),
  ]
  return (
    <div
      ref={tip}
      data-testid="hover-tip"
      className="pointer-events-none absolute left-0 top-0 z-10 min-w-[128px] rounded-lg border border-[#3a3a3a] bg-[#161616ee] px-2.5 py-2 text-sm text-[#e6e4e1] shadow-lg shadow-black/40"
    >
      <p className="flex items-center gap-1.5 font-semibold">
        <span
          className="size-2.5 rounded-[3px]"
          style={{ background: hexFromColour(colourOfFacts({ id, level, score, area, stability }, style)) }}
        />
        {labelOfId(id)}
      </p>
      <dl className="grid grid-cols-[auto_auto] gap-x-4 leading-[17px]">
        {rows.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-[#a5a29e]">{name}</dt>
            <dd className="text-right">{value}</dd>
          </div>
        ))}
      </dl>
      {beneath > 0 && <p className="mt-0.5 text-[#a5a29e]">{beneath} more beneath: click again, or alt and the wheel</p>}
    </div>
  )
}

function placeTip(tip: HTMLElement, pointer: { readonly x: number; readonly y: number }): void {
  const room = tip.offsetParent
  if (!room) return
  const { width, height } = tip.getBoundingClientRect()
  const map = room.querySelector<HTMLElement>('[data-testid="minimap"]')?.getBoundingClientRect()
  const from = room.getBoundingClientRect()
  const obstacle = map && { left: map.left - from.left, top: map.top - from.top }
  const { left, top } = tipPlace(pointer, { width, height }, { width: from.width, height: from.height }, obstacle)
  tip.style.transform = `translate(${left}px, ${top}px)`
}
