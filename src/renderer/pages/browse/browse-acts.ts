// What the keys do on the browse page.
import type { RefObject } from 'react'
import { useStore } from 'zustand'
import { useShallow } from 'zustand/shallow'
import type { FrameCanvasActs } from '../../frame/frame-canvas.tsx'
import type { Acts } from '../../state/action-store.ts'
import { folded } from '../../state/layout/dock-moves.ts'
import { useServices, useView } from '../../state/services.tsx'
import { useActs } from '../../state/use-acts.ts'
import { goTo as goToPage, look } from '../../state/view-store.ts'
import { useObjectFinder } from './filter/use-object-finder.ts'
import { appearanceFrom } from './time-dock/lane-order.ts'
import { chooseOne, pickedNow } from './look/choose-mask.ts'
import { type SceneLayer, useSceneLayers } from './look/use-scene-raster.ts'
import type { Browse } from './use-browse.ts'

export function useBrowseActs(browse: Browse, canvas: RefObject<FrameCanvasActs | null>, search: RefObject<HTMLInputElement | null>): void {
  useObjectFinder(browse)
  const { view, settings, mirror } = useServices()
  const { canUndo, canRedo } = useStore(
    mirror.store,
    useShallow(({ history }) => ({ canUndo: (history?.past.length ?? 0) > 0, canRedo: (history?.future.length ?? 0) > 0 })),
  )
  const hasHidden = useView((state) => state.hidden.size > 0)
  const { position, run, tracks } = browse
  const selected = browse.view.selected
  const track = tracks.find((one) => one.id === selected)
  const parent = track?.parent ?? browse.objects.find((one) => one.id === selected)?.parent
  const goTo = (wanted: number) => {
    const frameIndex = run.frameIndices[Math.min(run.frameIndices.length - 1, Math.max(0, wanted))]
    if (frameIndex !== undefined) look(view, { frameIndex })
  }
  const step = (by: number) => () => position !== undefined && goTo(position + by)
  const seen = (direction: 1 | -1) => () => {
    if (!track || position === undefined) return
    const next = appearanceFrom(track, position, direction)
    if (next !== undefined) goTo(next)
  }
  const fold = (side: 'left' | 'right') => () => settings.setState(({ layout }) => ({ layout: folded(layout, side) }))
  const levelActs = Object.fromEntries(run.levels.map((level) => [`level-${level}`, () => look(view, { levels: [level] })]))
  const opacity = (by: number) => () => settings.setState((before) => ({ opacity: Math.min(1, Math.max(0.05, before.opacity + by)) }))
  const selectedOpacity = (by: number) => () =>
    settings.setState((before) => ({ selectedOpacity: Math.min(1, Math.max(0.05, before.selectedOpacity + by)) }))
  const layers = useSceneLayers(browse.runId)
  const onSelection: Acts =
    selected === undefined
      ? {}
      : {
          clear: () => {
            chooseOne(view, undefined)
            view.setState({ isIsolated: false })
          },
          isolate: () => view.setState(({ isIsolated }) => ({ isIsolated: !isIsolated })),
          hide: () => {
            const ids = pickedNow(view)
            view.setState(({ hidden }) => ({ hidden: new Set([...hidden, ...ids]), isIsolated: false }))
            chooseOne(view, undefined)
          },
          ...(parent !== undefined ? { parent: () => look(view, { selected: parent }) } : {}),
          ...(track ? { 'next-seen': seen(1), 'previous-seen': seen(-1) } : {}),
        }
  useActs({
    play: () => view.setState(({ isPlaying }) => ({ isPlaying: !isPlaying })),
    next: step(1),
    previous: step(-1),
    'next-10': step(10),
    'previous-10': step(-10),
    first: () => goTo(track?.visible[0]?.[0] ?? 0),
    last: () => goTo(track?.visible.at(-1)?.[1] ?? run.frameIndices.length - 1),
    'go-to-frame': () => document.querySelector<HTMLInputElement>('[data-testid="frame-number"]')?.select(),
    ...levelActs,
    'level-all': () => look(view, { levels: [] }),
    draw: () => settings.setState(({ draw }) => ({ draw: draw === 'both' ? 'outline' : draw === 'outline' ? 'fill' : 'both' })),
    'opacity-up': opacity(0.1),
    'opacity-down': opacity(-0.1),
    'selected-opacity-up': selectedOpacity(0.1),
    'selected-opacity-down': selectedOpacity(-0.1),
    patterns: () => settings.setState(({ patterns }) => ({ patterns: !patterns })),
    'dim-others': () => settings.setState(({ dimOthers }) => ({ dimOthers: !dimOthers })),
    ...(layers.length > 0
      ? { 'scene-layer': () => settings.setState(({ sceneLayer }) => ({ sceneLayer: layerAfter(sceneLayer, layers) })) }
      : {}),
    fit: () => canvas.current?.fit(),
    'zoom-in': () => canvas.current?.zoom(1.5),
    'zoom-out': () => canvas.current?.zoom(1 / 1.5),
    compare: () => {
      const { frameIndex, levels } = browse.view
      goToPage(view, { page: 'compare', a: browse.runId, b: '', view: { frameIndex, stage: browse.stage, levels, mode: 'side' } })
    },
    filter: () => search.current?.focus(),
    'fold-left': fold('left'),
    'fold-right': fold('right'),
    ...(canUndo ? { undo: mirror.undo } : {}),
    ...(canRedo ? { redo: mirror.redo } : {}),
    ...(hasHidden ? { 'show-all': () => view.setState({ hidden: new Set() }) } : {}),
    ...onSelection,
    // The loop goes first: it lies over all frames, the selection is one more press away.
    ...(browse.loop ? { clear: () => browse.setLoop(undefined) } : {}),
  })
}

/** None, then each of the layers in turn. */
function layerAfter(layer: SceneLayer | 'none', layers: readonly SceneLayer[]): SceneLayer | 'none' {
  return layer === 'none' ? (layers[0] ?? 'none') : (layers[layers.indexOf(layer) + 1] ?? 'none')
}
