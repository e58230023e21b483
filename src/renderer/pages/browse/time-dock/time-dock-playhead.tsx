// What lies over all lanes of the dock: the playhead with its number, and the loop.
import { useBrowseNow } from '../browse-now.ts'
import { type LaneAxis, pixelOfPosition } from './lane-axis.ts'

/** CSS pixels left of the axis, where lanes have their names, and right of it, where they scroll. */
export const namesWidth = 140
export const axisRight = 20

/** Moves with the picture, before the lanes under it are drawn anew. */
export function Playhead({ axis }: { readonly axis: LaneAxis }) {
  const { position, loop, run } = useBrowseNow()
  if (axis.width === 0 || axis.count === 0) return null
  const left = (at: number) => namesWidth + pixelOfPosition(axis, at)
  return (
    <div aria-hidden className="pointer-events-none absolute inset-0 z-10 overflow-hidden">
      {loop && (
        <div
          data-testid="loop-band"
          className="absolute inset-y-0 border-x border-acc bg-[color-mix(in_srgb,var(--acc)_12%,transparent)]"
          style={{ left: left(loop[0]), width: Math.max(2, left(loop[1] + 1) - left(loop[0])) }}
        />
      )}
      {position !== undefined && (
        <div className="absolute inset-y-0 w-px bg-acc" style={{ left: left(position + 0.5) }}>
          <span className="absolute left-1/2 top-[2px] -translate-x-1/2 rounded bg-acc px-1.5 text-2xs font-semibold text-on-acc">
            {run.frameIndices[position]}
          </span>
        </div>
      )}
    </div>
  )
}
