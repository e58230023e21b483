// The scrubber: lanes over the selected frames under one playhead; click or drag to go to a frame.
import { type KeyboardEvent, type PointerEvent, useRef } from 'react'
import { cn } from '../ui/class-names.ts'

export type ScrubberLane = {
  readonly id: string
  readonly title: string
  readonly note: string
  /** Inclusive ranges of positions. */
  readonly ranges: readonly (readonly [first: number, last: number])[]
  readonly colour: string
  readonly isThin: boolean
  readonly objectId?: number
}

export function FrameScrubber({
  count,
  position,
  lanes,
  labelOf,
  onSeek,
  hint,
}: {
  readonly count: number
  readonly position: number | undefined
  readonly lanes: readonly ScrubberLane[]
  readonly labelOf: (position: number) => string
  readonly onSeek: (position: number) => void
  /** Shown under the lanes while there is room for more. */
  readonly hint?: string
}) {
  const track = useRef<HTMLDivElement>(null)
  const seek = (event: PointerEvent) => {
    const box = track.current?.getBoundingClientRect()
    if (!box || count === 0) return
    const at = Math.min(count - 1, Math.max(0, Math.floor(((event.clientX - box.left) / box.width) * count)))
    if (at !== position) onSeek(at)
  }
  const press = (event: KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowLeft: -1, ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key]
    if (position === undefined || event.altKey || event.ctrlKey || event.metaKey) return
    const wanted =
      by !== undefined ? position + by * (event.shiftKey ? 10 : 1) : event.key === 'Home' ? 0 : event.key === 'End' ? count - 1 : undefined
    if (wanted === undefined) return
    event.preventDefault()
    event.stopPropagation()
    onSeek(Math.min(count - 1, Math.max(0, wanted)))
  }
  return (
    // One height whatever is selected: a picture that moves under the pointer when it is clicked cannot be clicked twice.
    <div className="grid h-[136px] grid-cols-[140px_minmax(0,1fr)] content-start overflow-y-auto pr-5 [@media(min-height:960px)]:h-[176px]">
      <div>
        <div className="h-5" />
        {lanes.map((lane) => (
          <div
            key={lane.id}
            className={cn(
              'flex items-center gap-2 border-t border-line pl-3 pr-3 text-xs text-mut whitespace-nowrap',
              lane.isThin ? 'h-[18px]' : 'h-5',
            )}
          >
            {lane.objectId !== undefined && <span className="size-2 rounded-[2px]" style={{ background: lane.colour }} />}
            <span className="truncate">{lane.title}</span>
            <span className="ml-auto text-dim">{lane.note}</span>
          </div>
        ))}
      </div>
      <div
        ref={track}
        data-testid="scrubber"
        role="slider"
        tabIndex={0}
        aria-label="Frame"
        aria-valuemin={0}
        aria-valuemax={Math.max(0, count - 1)}
        aria-valuenow={position ?? 0}
        aria-valuetext={position === undefined ? 'no frame' : `frame ${labelOf(position)}`}
        className="relative min-h-[134px] touch-none focus-visible:-outline-offset-2 [@media(min-height:960px)]:min-h-[174px]"
        onKeyDown={press}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId)
          seek(event)
        }}
        onPointerMove={(event) => event.buttons === 1 && seek(event)}
      >
        <Ruler count={count} labelOf={labelOf} />
        {lanes.map((lane) => (
          <div key={lane.id} className={cn('relative border-t border-line', lane.isThin ? 'h-[18px]' : 'h-5')}>
            {lane.ranges.map(([first, last]) => (
              <span
                key={first}
                className={cn('absolute rounded-[3px]', lane.isThin ? 'top-[5px] h-[7px]' : 'top-[4px] h-[10px]')}
                style={{
                  left: `${(first / count) * 100}%`,
                  width: `max(2px, ${((last - first + 1) / count) * 100}%)`,
                  background: lane.colour,
                }}
              />
            ))}
          </div>
        ))}
        {hint && <p className="pointer-events-none border-t border-line pt-1.5 text-xs text-dim">{hint}</p>}
        {position !== undefined && count > 0 && (
          <div
            aria-hidden
            className="pointer-events-none absolute inset-y-0 w-px bg-acc"
            style={{ left: `${((position + 0.5) / count) * 100}%` }}
          >
            <span className="absolute left-1/2 top-[2px] -translate-x-1/2 rounded bg-acc px-1.5 text-2xs font-semibold text-on-acc">
              {labelOf(position)}
            </span>
          </div>
        )}
      </div>
    </div>
  )
}

/** A number every so many frames: as many as fit without crowding. */
function Ruler({ count, labelOf }: { readonly count: number; readonly labelOf: (position: number) => string }) {
  const step = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000].find((one) => count / one <= 20) ?? 10_000
  const marks = Array.from({ length: Math.ceil(count / step) }, (_, i) => i * step)
  return (
    <div aria-hidden className="relative h-5 select-none">
      {marks.map((at) => (
        <span key={at} className="absolute top-[3px] -translate-x-1/2 text-2xs text-dim" style={{ left: `${((at + 0.5) / count) * 100}%` }}>
          {labelOf(at)}
        </span>
      ))}
    </div>
  )
}
