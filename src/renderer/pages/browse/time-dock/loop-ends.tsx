// The two ends of the loop, to be dragged or moved with the arrows.
import type { KeyboardEvent, PointerEvent } from 'react'
import type { Browse } from '../use-browse.ts'
import { type LaneAxis, pixelOfPosition, positionAtPixel } from './lane-axis.ts'
import { namesWidth } from './time-dock-playhead.tsx'

/** Lies over the ruler; everything below it belongs to the lanes. */
export function LoopEnds({ browse, axis }: { readonly browse: Browse; readonly axis: LaneAxis }) {
  if (!browse.loop || axis.width === 0 || axis.count === 0) return null
  return (
    <div className="pointer-events-none absolute inset-x-0 top-0 z-20 h-5">
      <LoopEnd browse={browse} axis={axis} end={0} />
      <LoopEnd browse={browse} axis={axis} end={1} />
    </div>
  )
}

function LoopEnd({ browse, axis, end }: { readonly browse: Browse; readonly axis: LaneAxis; readonly end: 0 | 1 }) {
  const { loop, setLoop, run } = browse
  if (!loop) return null
  const at = loop[end]
  const [least, most] = end === 0 ? [0, loop[1]] : [loop[0], axis.count - 1]
  const set = (wanted: number) => {
    const held = Math.min(most, Math.max(least, wanted))
    setLoop(end === 0 ? [held, loop[1]] : [loop[0], held])
  }
  const drag = (event: PointerEvent<HTMLDivElement>) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return
    event.stopPropagation()
    const box = event.currentTarget.parentElement?.getBoundingClientRect()
    const position = box && positionAtPixel(axis, event.clientX - box.left - namesWidth)
    if (position !== undefined) set(position)
  }
  const press = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const by = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageUp: 10, PageDown: -10 }[event.key]
    if (by === undefined) return
    event.preventDefault()
    event.stopPropagation()
    set(at + by * (event.shiftKey ? 10 : 1))
  }
  return (
    <div
      role="slider"
      tabIndex={0}
      aria-label={end === 0 ? 'The loop begins' : 'The loop ends'}
      aria-valuemin={least}
      aria-valuemax={most}
      aria-valuenow={at}
      aria-valuetext={`frame ${run.frameIndices[at]}`}
      data-testid={end === 0 ? 'loop-start' : 'loop-end'}
      title={
        end === 0
          ? 'The loop begins here; drag it, or press shift I on a frame'
          : 'The loop ends here; drag it, or press shift O on a frame'
      }
      className="pointer-events-auto absolute bottom-0 h-5 w-3 cursor-col-resize touch-none after:absolute after:inset-y-[3px] after:w-[5px] after:bg-acc after:content-[''] data-[end=0]:-translate-x-full data-[end=0]:after:right-0 data-[end=0]:after:rounded-l-[3px] data-[end=1]:after:left-0 data-[end=1]:after:rounded-r-[3px]"
      data-end={end}
      style={{ left: namesWidth + pixelOfPosition(axis, at + end) }}
      onPointerDown={(event) => {
        if (event.button !== 0) return
        event.stopPropagation()
        event.currentTarget.setPointerCapture(event.pointerId)
      }}
      onPointerMove={drag}
      onKeyDown={press}
    />
  )
}
