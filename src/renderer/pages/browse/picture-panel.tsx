// The picture with its masks, the tools above it, and what the pointer says over it.
import { useMemo, useState } from 'react'
import { FrameCanvas } from '../../frame/frame-canvas.tsx'
import { paletteOfFrame } from '../../frame/frame-look.ts'
import { emptyColumns, indexOfMask, masksAtPixel, nextBeneath } from '../../frame/mask-columns.ts'
import type { PixelEvent } from '../../frame/use-pointer.ts'
import { useServices, useSettings, useView } from '../../state/services.tsx'
import { look } from '../../state/view-store.ts'
import { FaultCard } from '../../ui/fault-card.tsx'
import { BrowseTools } from './browse-tools.tsx'
import type { PanelProps } from './dock/panel-props.ts'
import { FrameTag } from './frame-tag.tsx'
import { HoverTip } from './hover-tip.tsx'
import type { Browse } from './use-browse.ts'
import { useWhatIfShown } from './use-what-if-shown.ts'

export function PicturePanel({ browse, desk }: PanelProps) {
  const [scale, setScale] = useState(1)
  return (
    <div className="grid h-full min-h-0 min-w-0 grid-rows-[32px_minmax(0,1fr)] bg-well">
      <BrowseTools browse={browse} scale={scale} onFit={() => desk.canvas.current?.fit()} />
      <Picture browse={browse} canvas={desk.canvas} onScale={setScale} />
    </div>
  )
}

function Picture({
  browse,
  canvas,
  onScale,
}: {
  readonly browse: Browse
  readonly canvas: PanelProps['desk']['canvas']
  readonly onScale: (scale: number) => void
}) {
  const { view: viewStore } = useServices()
  const [pointer, setPointer] = useState<PixelEvent>()
  const { shown, fault } = browse.frames
  const { hovered, hidden, isIsolated } = useView((state) => ({
    hovered: state.hovered,
    hidden: state.hidden,
    isIsolated: state.isIsolated,
  }))
  const settings = useSettings((all) => all)
  const columns = shown?.masks.columns ?? emptyColumns
  const passing = useMemo(
    () => (browse.filter.isEmpty ? undefined : new Set(browse.objects.filter(browse.filter.passes).map((one) => one.id))),
    [browse.filter, browse.objects],
  )
  const tried = useWhatIfShown(browse, columns)
  const palette = useMemo(
    () =>
      paletteOfFrame(
        columns,
        settings.colourBy,
        settings.palette,
        (id) => !hidden.has(id) && (passing?.has(id) ?? true) && (tried?.(id) ?? true),
      ),
    [columns, settings.colourBy, settings.palette, hidden, passing, tried],
  )
  const selectedId = browse.view.selected
  const frameLook = useMemo(
    () => ({
      palette,
      shownLevels: browse.shownLevels,
      opacity: settings.opacity,
      draw: settings.draw,
      dimOthers: settings.dimOthers,
      hovered: hovered === undefined ? undefined : indexOfMask(columns, hovered),
      selected: selectedId === undefined ? undefined : indexOfMask(columns, selectedId),
      isIsolated: isIsolated && selectedId !== undefined,
    }),
    [palette, browse.shownLevels, settings.opacity, settings.draw, settings.dimOthers, hovered, selectedId, columns, isIsolated],
  )
  const isShown = (index: number) => browse.shownLevels.includes(columns.levels[index]!) && palette[index * 4 + 3] !== 0
  const found = (at: PixelEvent) => (shown ? masksAtPixel(columns, at.x, at.y, shown.picture.height, isShown) : [])
  const hover = (at: PixelEvent | undefined) => {
    const top = at && found(at)[0]
    const id = top === undefined ? undefined : columns.ids[top]
    setPointer(id === undefined ? undefined : at)
    if (viewStore.getState().hovered !== id) viewStore.setState({ hovered: id })
  }
  const pick = (at: PixelEvent) => look(viewStore, { selected: nextBeneath(columns, found(at), selectedId) })
  const waits = !shown && !fault
  return (
    <div className="relative min-h-0 min-w-0 overflow-hidden">
      <FrameCanvas
        frame={shown}
        look={frameLook}
        label={shown ? `Frame ${shown.picture.frameIndex} with ${columns.count} masks` : 'No frame yet'}
        acts={canvas}
        onHover={hover}
        onPick={pick}
        onScale={onScale}
      />
      <FrameTag browse={browse} />
      {pointer && hovered !== undefined && <HoverTip browse={browse} id={hovered} at={pointer} />}
      {waits && (
        <p className="absolute inset-x-0 top-1/2 text-center text-mut">{browse.run.isKnown ? waitingWords(browse) : 'Reading the run…'}</p>
      )}
      {fault && fault.code !== 'HOST_UNREACHABLE' && <FaultCard className="absolute inset-x-4 bottom-4 bg-panel" fault={fault} />}
    </div>
  )
}

function waitingWords({ position, run, frames }: Browse): string {
  if (frames.fault) return ''
  return position === undefined ? 'Asking which frames are written…' : `Reading frame ${run.frameIndices[position]}…`
}
