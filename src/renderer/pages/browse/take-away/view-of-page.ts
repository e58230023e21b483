// What the page shows, as a view that the painter and the command line understand.
import { plainView, type View } from '#core/view/view'
import type { CompleteFrame } from '../../../frame/frame-source.ts'
import type { FrameLook } from '../../../frame/mask-texture.ts'
import type { Sight } from '../../../frame/frame-canvas.tsx'
import type { Settings } from '../../../state/settings-store.ts'
import type { Shown } from './shown-masks.ts'

export type PageState = {
  readonly frame: CompleteFrame
  readonly look: FrameLook
  readonly settings: Pick<Settings, 'palette' | 'ramp' | 'colourBy' | 'draw' | 'opacity' | 'selectedOpacity' | 'dimOthers' | 'patterns'>
  /** The leading one first. */
  readonly selected: readonly number[]
  readonly hidden: ReadonlySet<number>
  /** undefined: the whole frame. */
  readonly sight: Sight | undefined
  /** Of the picture that is made. */
  readonly width: number
  readonly labels: View['labels']
  readonly legend: boolean
}

/** What a filter or a trial leaves out is told by the ids of this frame that stay. Without a disagreement to show, its colours are those of ids, as on the page. */
export function viewOfPage({ frame, look, settings, selected, hidden, sight, width, labels, legend }: PageState): View {
  const { columns } = frame.masks
  const ids = [...columns.ids]
  const isPassed = (i: number) => look.palette[i * 4 + 3] !== 0 || hidden.has(ids[i]!)
  const passed = ids.filter((_, i) => isPassed(i))
  const { colourBy, palette, ramp, draw, opacity, selectedOpacity, dimOthers, patterns } = settings
  return {
    ...plainView,
    frameIndex: frame.picture.frameIndex,
    stage: frame.masks.stage,
    levels: [...look.shownLevels],
    selected: [...selected],
    isIsolated: look.isIsolated,
    hidden: [...hidden],
    ...(passed.length < ids.length ? { only: passed } : {}),
    ...{ colourBy: colourBy === 'disagreement' ? ('id' as const) : colourBy, palette, ramp, draw },
    ...{ opacity, selectedOpacity, dimOthers, patterns },
    ...(sight ? { crop: cropOfSight(sight) } : {}),
    width,
    labels,
    legend,
  }
}

export function cropOfSight({ view, canvas }: Sight): { x: number; y: number; width: number; height: number } {
  const [width, height] = [canvas.width / view.scale, canvas.height / view.scale]
  return { x: view.centreX - width / 2, y: view.centreY - height / 2, width, height }
}

/** The same view of another frame of the run; `shown` are its masks that filter and trial leave, undefined for all. */
export function viewAtFrame(view: View, frameIndex: number, shown: Shown): View {
  const { only: _ofTheFrameBefore, ...rest } = view
  return { ...rest, frameIndex, ...(shown ? { only: [...shown] } : {}) }
}
