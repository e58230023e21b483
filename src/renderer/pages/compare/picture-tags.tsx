// What is written on the picture of two answers: whose side it is, what the colours mean, and what lies under the pointer.
import type { ReactNode } from 'react'
import { formatCount } from '#core/base/format'
import { labelOfId } from '#core/segment/frame-masks'
import type { MaskColumns } from '../../frame/mask-columns.ts'
import type { PairLook } from '../../frame/pair-gpu.ts'
import { wordOfStage } from '../../frame/stage-words.ts'
import type { PixelEvent } from '../../frame/use-pointer.ts'
import { cn } from '../../ui/class-names.ts'
import { hexFromColour } from '../../ui/palette.ts'
import type { ObjectNumbers } from './object-numbers.ts'
import { SideBadge } from './side-badge.tsx'
import { sideColours } from './side-colours.ts'
import type { Compare } from './use-compare.ts'

const tag =
  'pointer-events-none absolute top-2.5 flex max-w-[46%] items-center gap-1.5 rounded-md bg-[#0c0c0cd6] px-2 py-0.5 text-xs text-[#eeeeee]'

/** What lies under the pointer on each side. */
export type Under = { readonly a: number | undefined; readonly b: number | undefined }

export function PairTags({ compare, mode }: { readonly compare: Compare; readonly mode: PairLook['mode'] }) {
  const { pair } = compare.shown
  if (!pair) return null
  const isWaiting = compare.position !== undefined && compare.frames[compare.position] !== pair.a.picture.frameIndex
  const wait = isWaiting && ` · reading frame ${compare.frames[compare.position ?? 0]}…`
  if (mode === 'difference')
    return (
      <p className={cn(tag, 'left-2.5')} data-testid="tag-difference">
        {wordOfStage(pair.a.masks.stage)}{' '}
        <span className="text-[#b5b2ae]">
          frame {pair.a.picture.frameIndex}
          {wait}
        </span>
      </p>
    )
  return (
    <>
      {mode !== 'b' && <SideTag compare={compare} side="a" className="left-2.5" wait={wait} />}
      {mode !== 'a' && (
        <SideTag
          compare={compare}
          side="b"
          className={mode === 'side' ? 'left-[calc(50%+11px)]' : mode === 'wipe' ? 'right-2.5' : 'left-2.5'}
          wait={wait}
        />
      )}
    </>
  )
}

function SideTag({
  compare,
  side,
  className,
  wait,
}: {
  readonly compare: Compare
  readonly side: 'a' | 'b'
  readonly className: string
  readonly wait: ReactNode
}) {
  const frame = compare.shown.pair?.[side]
  if (!frame) return null
  const { picture, masks } = frame
  const count = masks.columns.levels.reduce((sum, level) => sum + (compare.shownLevels.includes(level) ? 1 : 0), 0)
  return (
    <p className={cn(tag, className)} data-testid={`tag-${side}`} data-frame={picture.frameIndex}>
      <SideBadge side={side} className="size-4" />
      <span className="truncate">
        {compare[side].record?.name}{' '}
        <span className="text-[#b5b2ae]">
          frame {picture.frameIndex} · {formatCount(count)} masks
          {picture.missing !== undefined && ' · its picture is gone'}
          {wait}
        </span>
      </span>
    </p>
  )
}

const [blue, orange, grey] = [sideColours.a, sideColours.b, sideColours.both].map(hexFromColour)
/** As the shader paints them: rising stripes, falling stripes, dots, and stripes of both. */
const swatches = {
  a: `repeating-linear-gradient(135deg, ${blue} 0 3px, color-mix(in srgb, ${blue} 45%, #333333) 3px 6px)`,
  b: `repeating-linear-gradient(45deg, ${orange} 0 3px, color-mix(in srgb, ${orange} 45%, #333333) 3px 6px)`,
  both: `radial-gradient(circle, ${grey} 1.2px, transparent 1.6px) 0 0 / 6px 6px, #666666`,
  differ: `repeating-linear-gradient(135deg, ${blue} 0 3px, ${orange} 3px 6px)`,
}

export function DifferenceLegend({ compare }: { readonly compare: Compare }) {
  const { picked, merged, matching } = compare
  const rows: readonly (readonly [keyof typeof swatches, string])[] = picked
    ? [
        ['a', 'only in A, of what is picked'],
        ['b', 'only in B'],
        ['both', 'in both'],
      ]
    : [
        ['a', 'masked in A only'],
        ['b', 'masked in B only'],
        ['both', merged ? 'the same object in both' : 'masked in both'],
        ...(merged ? ([['differ', 'different objects']] as const) : []),
      ]
  return (
    <div
      data-testid="difference-legend"
      className="pointer-events-none absolute bottom-2.5 left-2.5 rounded-md bg-[#0c0c0cd0] px-2.5 py-1.5 text-xs text-[#eeeeee]"
    >
      <ul className="flex flex-col gap-0.5">
        {rows.map(([kind, words]) => (
          <li key={kind} className="flex items-center gap-2">
            <span aria-hidden className="h-3 w-5 rounded-[3px]" style={{ background: swatches[kind] }} />
            {words}
          </li>
        ))}
      </ul>
      {!merged && matching.phase === 'matching' && <p className="mt-1 text-[#b5b2ae]">Objects are told apart once they are matched.</p>}
      {picked && <p className="mt-1 text-[#b5b2ae]">esc shows all again</p>}
    </div>
  )
}

export function PairTip({
  at,
  under,
  a,
  b,
  numbers,
}: {
  readonly at: PixelEvent
  readonly under: Under
  readonly a: MaskColumns
  readonly b: MaskColumns
  readonly numbers: ObjectNumbers | undefined
}) {
  const row = (side: 'a' | 'b', columns: MaskColumns, index: number | undefined) => (
    <div className="flex items-center gap-2">
      <SideBadge side={side} className="size-4" />
      {index === undefined ? (
        <span className="text-[#a5a29e]">nothing here</span>
      ) : (
        <>
          <span className="font-semibold">{labelOfId(columns.ids[index]!)}</span>
          <span className="flex-1 text-right text-[#a5a29e]">{formatCount(columns.areas[index]!)} px</span>
        </>
      )}
    </div>
  )
  const { a: indexA, b: indexB } = under
  const verdict =
    indexA === undefined || indexB === undefined || !numbers
      ? undefined
      : numbers.a[indexA] === numbers.b[indexB]
        ? 'matched: the same object'
        : 'different objects'
  return (
    <div
      data-testid="pair-tip"
      className="pointer-events-none absolute z-10 min-w-[168px] rounded-lg border border-[#3a3a3a] bg-[#161616ee] px-2.5 py-2 text-sm text-[#e6e4e1] shadow-lg shadow-black/40"
      style={{ left: `min(${at.onCanvas.x + 16}px, calc(100% - 200px))`, top: `min(${at.onCanvas.y + 16}px, calc(100% - 90px))` }}
    >
      {row('a', a, indexA)}
      {row('b', b, indexB)}
      {verdict && <p className="mt-0.5 text-[#a5a29e]">{verdict}</p>}
    </div>
  )
}
