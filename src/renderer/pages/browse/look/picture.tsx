// The picture with its masks: what is drawn and how, what lies under the pointer, and what is picked.
import { type ComponentProps, lazy, type RefObject, Suspense, useMemo, useRef, useState } from 'react'
import { useStore } from 'zustand'
import { createStore, type StoreApi } from 'zustand/vanilla'
import { FrameCanvas, type FrameCanvasActs, type Sight } from '../../../frame/frame-canvas.tsx'
import { coloursOfFrame, countShown, withHidden } from '../../../frame/frame-look.ts'
import { emptyColumns, indexOfMask, masksAtPixel, nextBeneath } from '../../../frame/mask-columns.ts'
import type { FrameLook } from '../../../frame/mask-texture.ts'
import type { PixelEvent } from '../../../frame/use-pointer.ts'
import { pickedIds } from '../../../state/picks.ts'
import { useServices, useSettings, useView } from '../../../state/services.tsx'
import { useActs } from '../../../state/use-acts.ts'
import { FaultCard } from '../../../ui/fault-card.tsx'
import { FrameTag, maskCountWords } from '../frame-tag.tsx'
import { HoverTip } from '../hover-tip.tsx'
import { PromptMode } from '../prompts/prompt-mode.tsx'
import type { PromptOverlayActs } from '../prompts/prompt-overlay.tsx'
import type { Browse } from '../use-browse.ts'
import { useWhatIfShown } from '../use-what-if-shown.ts'
import { chooseAlso, chooseOne, indicesOn } from './choose-mask.ts'
import { Legend } from './legend.tsx'
import { Minimap, type MinimapActs } from './minimap.tsx'
import { PixelBar } from './pixel-bar.tsx'
import { useMaskStyle } from './use-mask-style.ts'
import { useSceneRaster } from './use-scene-raster.ts'

const TakeAway = lazy(() => import('../take-away/take-away.tsx').then((module) => ({ default: module.TakeAway })))

/** What lies under the pointer: the pixel, and all shown masks there, the one on top first. */
type Under = { readonly at: PixelEvent; readonly ids: readonly number[] }
/** Outside of the state of the picture: a move of the pointer draws its tip and nothing else. */
type UnderStore = StoreApi<{ readonly under: Under | undefined }>

export function Picture({
  browse,
  canvas,
  onScale,
}: {
  readonly browse: Browse
  readonly canvas: RefObject<FrameCanvasActs | null>
  readonly onScale: (scale: number) => void
}) {
  const { view: viewStore } = useServices()
  const [pointed] = useState((): UnderStore => createStore(() => ({ under: undefined })))
  const minimap = useRef<MinimapActs>(null)
  const sight = useRef<Sight>(undefined)
  const [isTaking, setIsTaking] = useState(false)
  const overlay = useRef<PromptOverlayActs>(null)
  const [isAdding, setIsAdding] = useState(false)
  const [barPlace, setBarPlace] = useState<Element | null>(null)
  const { shown, fault } = browse.frames
  const hasMinimap = useSettings((all) => all.minimap)
  const viewport = useView((state) => state.viewport)
  const columns = shown?.masks.columns ?? emptyColumns
  const { look, raster } = useFrameLook(browse)
  const drawn = useMemo(() => countShown(columns, look), [columns, look])
  const isShown = (index: number) => browse.shownLevels.includes(columns.levels[index]!) && look.palette[index * 4 + 3] !== 0
  const found = (at: PixelEvent) => (shown ? masksAtPixel(columns, at.x, at.y, shown.picture.height, isShown) : [])
  const hover = (at: PixelEvent | undefined) => {
    const ids = at ? found(at).map((index) => columns.ids[index]!) : []
    pointed.setState({ under: at && { at, ids } })
    if (viewStore.getState().hovered !== ids[0]) viewStore.setState({ hovered: ids[0] })
  }
  const pick = (at: PixelEvent, isAdding: boolean) => {
    const all = found(at)
    const top = all[0] === undefined ? undefined : columns.ids[all[0]]
    if (!isAdding) chooseOne(viewStore, nextBeneath(columns, all, browse.view.selected))
    else if (top !== undefined) chooseAlso(viewStore, top)
  }
  const goBeneath = (at: PixelEvent, step: 1 | -1) => {
    const next = nextBeneath(columns, found(at), browse.view.selected, step)
    if (next !== undefined) chooseOne(viewStore, next)
  }
  const waits = !shown && !fault
  const canAdd = shown !== undefined && shown.picture.missing === undefined
  useActs(shown ? { 'take-away': () => setIsTaking(true), ...(canAdd && { prompt: () => setIsAdding(true) }) } : {})
  return (
    <div className="flex min-h-0 min-w-0 flex-col overflow-hidden">
      <div ref={setBarPlace} className="shrink-0" />
      <div className="relative min-h-0 flex-1 overflow-hidden">
        <HoveredCanvas
          frame={shown}
          look={look}
          label={shown ? `Frame ${shown.picture.frameIndex} with ${maskCountWords(drawn, columns.count)}` : 'No frame yet'}
          acts={canvas}
          onHover={hover}
          onPick={pick}
          onBeneath={goBeneath}
          onScale={onScale}
          onSight={(next) => {
            sight.current = next
            minimap.current?.show(next)
            overlay.current?.show(next)
          }}
          viewport={viewport}
          onViewport={(next) => viewStore.setState({ viewport: next })}
        />
        {isAdding && shown && canAdd && barPlace && (
          <PromptMode
            browse={browse}
            frame={shown}
            sight={sight.current}
            overlay={overlay}
            barPlace={barPlace}
            onLeave={() => setIsAdding(false)}
          />
        )}
        <FrameTag browse={browse} drawn={drawn} />
        <div className="pointer-events-none absolute inset-x-2.5 bottom-2.5 flex items-end gap-2">
          <div className="flex min-w-0 flex-col items-start gap-1.5">
            <Legend browse={browse} sceneRaster={look.sceneRaster} />
            {shown && <PixelUnder pointed={pointed} picture={shown.picture} raster={raster.raster} />}
          </div>
          <span className="flex-1" />
          {shown && hasMinimap && <Minimap ref={minimap} bitmap={shown.picture.bitmap} onCentre={(at) => canvas.current?.centre(at)} />}
        </div>
        {raster.words !== undefined && (
          <p role="status" className="absolute right-2.5 top-2.5 rounded-md bg-[#0c0c0cd6] px-2 py-0.5 text-xs text-[#eeeeee]">
            {raster.words}
          </p>
        )}
        {isTaking && shown && (
          <Suspense fallback={undefined}>
            <TakeAway browse={browse} frame={shown} look={look} sight={sight.current} onClose={() => setIsTaking(false)} />
          </Suspense>
        )}
        <TipUnder pointed={pointed} browse={browse} />
        {waits && (
          <p className="absolute inset-x-0 top-1/2 text-center text-mut">
            {browse.run.isKnown ? waitingWords(browse) : 'Reading the run…'}
          </p>
        )}
        {fault && fault.code !== 'HOST_UNREACHABLE' && <FaultCard className="absolute inset-x-4 bottom-4 bg-panel" fault={fault} />}
      </div>
    </div>
  )
}

function HoveredCanvas({ look, ...rest }: ComponentProps<typeof FrameCanvas>) {
  const hovered = useView((state) => state.hovered)
  const columns = rest.frame?.masks.columns
  const index = columns === undefined || hovered === undefined ? undefined : indexOfMask(columns, hovered)
  const withHovered = useMemo(() => (index === undefined ? look : { ...look, hovered: index }), [look, index])
  return <FrameCanvas look={withHovered} {...rest} />
}

function PixelUnder({ pointed, ...rest }: { readonly pointed: UnderStore } & Omit<ComponentProps<typeof PixelBar>, 'at'>) {
  const under = useStore(pointed, (state) => state.under)
  return under ? <PixelBar at={under.at} {...rest} /> : null
}

function TipUnder({ pointed, browse }: { readonly pointed: UnderStore; readonly browse: Browse }) {
  const under = useStore(pointed, (state) => state.under)
  const hovered = useView((state) => state.hovered)
  if (!under || hovered === undefined) return null
  return <HoverTip browse={browse} id={hovered} at={under.at} beneath={under.ids.length - 1} />
}

/** Colours are worked out once per frame and style; what is hidden only changes their alpha. */
function useFrameLook(browse: Browse) {
  const columns = browse.frames.shown?.masks.columns ?? emptyColumns
  const settings = useSettings((all) => all)
  const { hidden, isIsolated, picks } = useView((state) => ({
    hidden: state.hidden,
    isIsolated: state.isIsolated,
    picks: state.picks,
  }))
  const style = useMaskStyle(browse)
  const passing = useMemo(
    () => (browse.filter.isEmpty ? undefined : new Set(browse.objects.filter(browse.filter.passes).map((one) => one.id))),
    [browse.filter, browse.objects],
  )
  const tried = useWhatIfShown(browse, columns)
  const colours = useMemo(() => coloursOfFrame(columns, style, settings.patterns), [columns, style, settings.patterns])
  const palette = useMemo(
    () => withHidden(colours, columns, (id) => !hidden.has(id) && (passing?.has(id) ?? true) && (tried?.(id) ?? true)),
    [colours, columns, hidden, passing, tried],
  )
  const raster = useSceneRaster(browse)
  const selectedId = browse.view.selected
  const selection = useMemo(() => {
    const [lead, ...rest] = pickedIds(selectedId, picks)
    return { selected: lead === undefined ? undefined : indexOfMask(columns, lead), alsoSelected: indicesOn(columns, rest) }
  }, [columns, selectedId, picks])
  const { opacity, selectedOpacity, draw, dimOthers, pixelGrid } = settings
  const look: FrameLook = useMemo(
    () => ({
      palette,
      shownLevels: browse.shownLevels,
      opacity,
      selectedOpacity,
      draw,
      dimOthers,
      hasPixelGrid: pixelGrid,
      hovered: undefined,
      ...selection,
      isIsolated: isIsolated && selectedId !== undefined,
      sceneRaster: raster.look,
    }),
    [palette, browse.shownLevels, opacity, selectedOpacity, draw, dimOthers, pixelGrid, selection, isIsolated, selectedId, raster.look],
  )
  return { look, raster }
}

function waitingWords({ position, run, frames }: Browse): string {
  if (frames.fault) return ''
  return position === undefined ? 'Asking which frames are written…' : `Reading frame ${run.frameIndices[position]}…`
}
