// The picture of both answers: which frame, whose masks, what lies under the pointer, and what the colours of a difference mean.
import { type RefObject, useEffect, useMemo, useState } from 'react'
import { emptyColumns, masksAtPixel } from '../../frame/mask-columns.ts'
import { PairCanvas, type PairCanvasActs } from '../../frame/pair-canvas.tsx'
import type { PairLook } from '../../frame/pair-gpu.ts'
import type { PixelEvent } from '../../frame/use-pointer.ts'
import { useSettings } from '../../state/services.tsx'
import { FaultCard } from '../../ui/fault-card.tsx'
import { objectNumbers } from './object-numbers.ts'
import { boxAround, type ColourOfPair, indexOn, palettesOfPair } from './pair-look.ts'
import { DifferenceLegend, PairTags, PairTip } from './picture-tags.tsx'
import { sideColours } from './side-colours.ts'
import type { Blink } from './use-blink.ts'
import type { Compare } from './use-compare.ts'

export type Under = { readonly a: number | undefined; readonly b: number | undefined }

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
  const [pointer, setPointer] = useState<{ readonly at: PixelEvent; readonly under: Under }>()
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
      a: side(palettes.a, pickedA, pointer?.under.a),
      b: side(palettes.b, pickedB, pointer?.under.b),
      objects: numbers,
      colours: sideColours,
    }
  }, [mode, wipeAt, palettes, pickedA, pickedB, pointer, shownLevels, opacity, draw, numbers])
  useEffect(() => {
    if (!picked || !pair || pair.a.picture.frameIndex !== picked.frameIndex) return
    const box = boxAround(pair.a.masks.columns, pair.b.masks.columns, picked)
    if (box) canvas.current?.showBox(box)
  }, [picked, pair, canvas])

  const topOf = (side: 'a' | 'b', at: PixelEvent): number | undefined => {
    const frame = pair?.[side]
    if (!frame) return undefined
    const { columns } = frame.masks
    return masksAtPixel(columns, at.x, at.y, frame.picture.height, (index) => shownLevels.includes(columns.levels[index]!))[0]
  }
  const under = (at: PixelEvent): Under => ({ a: topOf('a', at), b: topOf('b', at) })
  const hover = (at: PixelEvent | undefined) => {
    const found = at && under(at)
    setPointer(at && found && (found.a !== undefined || found.b !== undefined) ? { at, under: found } : undefined)
  }
  const pick = (at: PixelEvent) => {
    const found = under(at)
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
        onHover={hover}
        onPick={pick}
        onScale={onScale}
        onWipe={setWipeAt}
      />
      <PairTags compare={compare} mode={mode} />
      {compare.view.mode === 'difference' && pair && <DifferenceLegend compare={compare} />}
      {pointer && pair && <PairTip at={pointer.at} under={pointer.under} a={a} b={b} numbers={numbers} />}
      {!pair && !fault && <p className="absolute inset-x-0 top-1/2 text-center text-mut">{waitingWords(compare)}</p>}
      {fault && fault.fault.code !== 'HOST_UNREACHABLE' && (
        <FaultCard className="absolute inset-x-4 bottom-4 bg-panel" fault={fault.fault} details={`side ${fault.side.toUpperCase()}`} />
      )}
    </div>
  )
}

function waitingWords({ isKnown, position, frames }: Compare): string {
  if (!isKnown) return 'Asking both runs what they have written…'
  return position === undefined ? '' : `Reading frame ${frames[position]} of both runs…`
}
