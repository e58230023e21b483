// The picture of both answers: which frame, whose masks, what lies under the pointer, and what the colours of a difference mean.
import { type RefObject, useEffect, useMemo, useState } from 'react'
import { emptyColumns, masksAtPixel } from '../../frame/mask-columns.ts'
import { PairCanvas, type PairCanvasActs } from '../../frame/pair-canvas.tsx'
import type { FramePair, PairLook } from '../../frame/pair-gpu.ts'
import type { PixelEvent } from '../../frame/use-pointer.ts'
import { useSettings } from '../../state/services.tsx'
import { FaultCard } from '../../ui/fault-card.tsx'
import { objectNumbers } from './object-numbers.ts'
import { boxAround, type ColourOfPair, indexOn, palettesOfPair } from './pair-look.ts'
import { DifferenceLegend, PairTags, PairTip, type Under } from './picture-tags.tsx'
import { sideColours } from './side-colours.ts'
import type { Blink } from './use-blink.ts'
import type { Compare } from './use-compare.ts'

export function PairPicture({
  compare,
  canvas,
  blink,
  colourBy,
  onScale,
}: {
  readonly compare: Compare
  readonly canvas: RefObject<PairCanvasActs | null>
  readonly blink: Blink
  readonly colourBy: ColourOfPair
  readonly onScale: (scale: number) => void
}) {
  const { pair, fault } = compare.shown
  const [wipeAt, setWipeAt] = useState(0.5)
  const [pointer, setPointer] = useState<PixelEvent>()
  const { draw, opacity, palette } = useSettings((all) => ({ draw: all.draw, opacity: all.opacity, palette: all.palette }))
  const [a, b] = [pair?.a.masks.columns ?? emptyColumns, pair?.b.masks.columns ?? emptyColumns]
  const frameIndex = pair?.a.picture.frameIndex ?? 0
  const { relations, areTracks, picked, shownLevels } = compare
  const numbers = useMemo(
    () => (relations ? objectNumbers(a, b, relations, frameIndex, areTracks) : undefined),
    [a, b, relations, frameIndex, areTracks],
  )
  const palettes = useMemo(() => palettesOfPair(a, b, numbers, colourBy, palette), [a, b, numbers, colourBy, palette])
  const isPickedHere = picked && (areTracks || picked.frameIndex === frameIndex)
  const [pickedA, pickedB] = isPickedHere ? [indexOn(a, picked.a), indexOn(b, picked.b)] : []
  // Worked out anew for each pair: what lay under the pointer on the last frame is no truth about this one.
  const { a: underA, b: underB } = useMemo(() => underPixel(pair, shownLevels, pointer), [pair, shownLevels, pointer])
  const mode = compare.view.mode === 'blink' ? blink.side : compare.view.mode
  const look = useMemo((): PairLook => {
    const side = (own: Uint8Array, selected: number | undefined, hovered: number | undefined) => ({
      palette: own,
      shownLevels,
      opacity,
      draw,
      dimOthers: true,
      hovered,
      selected,
      isIsolated: false,
    })
    return {
      mode,
      wipeAt,
      a: side(palettes.a, pickedA, underA),
      b: side(palettes.b, pickedB, underB),
      objects: numbers,
      colours: sideColours,
    }
  }, [mode, wipeAt, palettes, pickedA, pickedB, underA, underB, shownLevels, opacity, draw, numbers])
  useEffect(() => {
    if (!picked || !pair || pair.a.picture.frameIndex !== picked.frameIndex) return
    const box = boxAround(pair.a.masks.columns, pair.b.masks.columns, picked)
    if (box) canvas.current?.showBox(box)
  }, [picked, pair, canvas])

  const pick = (at: PixelEvent) => {
    const found = underPixel(pair, shownLevels, at)
    const [idA, idB] = [found.a === undefined ? undefined : a.ids[found.a], found.b === undefined ? undefined : b.ids[found.b]]
    compare.setPicked(idA === undefined && idB === undefined ? undefined : { a: idA, b: idB, frameIndex })
  }
  return (
    <div className="relative min-h-0 min-w-0 overflow-hidden">
      <PairCanvas
        pair={pair}
        look={look}
        label={pair ? `Frame ${frameIndex} in both runs: ${a.count} masks in A, ${b.count} in B` : 'No frame yet'}
        acts={canvas}
        onHover={setPointer}
        onPick={pick}
        onScale={onScale}
        onWipe={setWipeAt}
      />
      <PairTags compare={compare} mode={mode} />
      {compare.view.mode === 'difference' && pair && <DifferenceLegend compare={compare} />}
      {pointer && (underA !== undefined || underB !== undefined) && (
        <PairTip at={pointer} under={{ a: underA, b: underB }} a={a} b={b} numbers={numbers} />
      )}
      {!pair && !fault && <p className="absolute inset-x-0 top-1/2 text-center text-mut">{waitingWords(compare)}</p>}
      {fault && fault.fault.code !== 'HOST_UNREACHABLE' && (
        <FaultCard className="absolute inset-x-4 bottom-4 bg-panel" fault={fault.fault} details={`side ${fault.side.toUpperCase()}`} />
      )}
    </div>
  )
}

/** Index of the mask that is on top at a pixel, on each side. */
function underPixel(pair: FramePair | undefined, levels: readonly number[], at: PixelEvent | undefined): Under {
  const topOf = (side: 'a' | 'b') => {
    if (!pair || !at) return undefined
    const { picture, masks } = pair[side]
    return masksAtPixel(masks.columns, at.x, at.y, picture.height, (index) => levels.includes(masks.columns.levels[index]!))[0]
  }
  return { a: topOf('a'), b: topOf('b') }
}

function waitingWords({ isKnown, position, frames }: Compare): string {
  if (!isKnown) return 'Asking both runs what they have written…'
  return position === undefined ? '' : `Reading frame ${frames[position]} of both runs…`
}
