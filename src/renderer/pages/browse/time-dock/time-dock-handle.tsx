// The upper edge of the dock: drag it, or move it with the arrows, to give the lanes more or less room.
import type { KeyboardEvent, PointerEvent } from 'react'
import { useServices, useSettings } from '../../../state/services.tsx'

const least = 120
const stepPx = 20

export function TimeDockHandle() {
  const { settings } = useServices()
  const height = useSettings((all) => all.dockHeight)
  const most = Math.max(least, Math.round(window.innerHeight * 0.62))
  const set = (wanted: number) => settings.setState({ dockHeight: Math.round(Math.min(most, Math.max(least, wanted))) })
  const drag = (event: PointerEvent<HTMLDivElement>) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return
    const dock = event.currentTarget.parentElement?.getBoundingClientRect()
    if (dock) set(dock.bottom - event.clientY)
  }
  const press = (event: KeyboardEvent) => {
    const by = { ArrowUp: stepPx, ArrowDown: -stepPx }[event.key]
    if (by === undefined) return
    event.preventDefault()
    event.stopPropagation()
    set(Math.min(most, height) + by)
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a line that can be moved is a separator with a value, which hr cannot be
    <div
      role="separator"
      tabIndex={0}
      aria-label="Height of the time dock"
      aria-orientation="horizontal"
      aria-valuemin={least}
      aria-valuemax={most}
      aria-valuenow={Math.min(most, height)}
      data-testid="dock-handle"
      title="Drag to give the lanes more or less room; double click for the usual height"
      className="absolute inset-x-0 -top-[4px] z-20 h-[7px] cursor-row-resize touch-none hover:bg-[color-mix(in_srgb,var(--acc)_45%,transparent)] focus-visible:-outline-offset-2"
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={drag}
      onDoubleClick={() => set(244)}
      onKeyDown={press}
    />
  )
}
