// The picture of all answers: which frame, whose masks, what lies under the pointer, and what the colours of a difference mean.
import { type RefObject, useEffect, useMemo, useState } from 'react'
import { emptyColumns, masksAtPixel } from '../../frame/mask-columns.ts'
import { PairCanvas, type PairCanvasActs } from '../../frame/pair-canvas.tsx'
import type { FrameGroup } from '../../frame/pair-gpu.ts'
import type { Pane } from '../../frame/pair-panes.ts'
import type { PixelEvent } from '../../frame/use-pointer.ts'
import { useSettings } from '../../state/services.tsx'
import { FaultCard } from '../../ui/fault-card.tsx'
import {
  boxAround,
  type ColourOfPair,
  drawnOf,
  indexOn,
  lookOfGroup,
  numbersDrawn,
  numbersOfGroup,
  type PairedSides,
  palettesOfGroup,
} from './pair-look.ts'
import { DifferenceLegend, GroupTags, PairTip, type Under } from './picture-tags.tsx'
import type { Blink } from './use-blink.ts'
import { type Compare, lettersOf } from './use-compare.ts'

const nothingUnder: Under = []

export function PairPicture({
  compare,
  canvas,
  blink,
  colourBy,
  share,
  onShare,
  onScale,
}: {
  readonly compare: Compare
  readonly canvas: RefObject<PairCanvasActs | null>
  readonly blink: Blink
  readonly colourBy: ColourOfPair
  readonly share: number
  readonly onShare: (share: number) => void
  readonly onScale: (scale: number) => void
}) {
  const { group, fault } = compare.shown
  const [panes, setPanes] = useState<readonly Pane[]>([])
  const [pointer, setPointer] = useState<PixelEvent>()
  const { draw, opacity, palette } = useSettings((all) => ({ draw: all.draw, opacity: all.opacity, palette: all.palette }))
  const { answers, pair, picked, areTracks } = compare
  const paired = usePairedSides(compare)
  const frameIndex = group?.[0]?.picture.frameIndex ?? 0
  const [a, b] = [group?.[pair[0]]?.masks.columns ?? emptyColumns, group?.[pair[1]]?.masks.columns ?? emptyColumns]
  const numbers = useMemo(() => numbersOfGroup(group, paired), [group, paired])
  const palettes = useMemo(
    () => palettesOfGroup(group, paired, numbers, { colourBy, palette }),
    [group, paired, numbers, colourBy, palette],
  )
  const drawn = useMemo(() => numbersDrawn(group, paired, numbers), [group, paired, numbers])
  const isPickedHere = picked && (areTracks || picked.frameIndex === frameIndex)
  const [pickedA, pickedB] = isPickedHere ? [indexOn(a, picked.a), indexOn(b, picked.b)] : []
  const colouring = compare.view.mode === 'difference' ? 'match' : colourBy
  // Worked out anew for each frame: what lay under the pointer on the last one is no truth about this one.
  const under = useMemo(() => underPixel(group, paired, colouring, pointer), [group, paired, colouring, pointer])
  const mode = compare.view.mode === 'blink' ? 'one' : compare.view.mode
  const one = blink.side === 'a' ? pair[0] : pair[1]
  const look = useMemo(() => {
    const selected = paired.sides.map((_, index) => (index === pair[0] ? pickedA : index === pair[1] ? pickedB : undefined))
    return lookOfGroup(paired, palettes, drawn, { opacity, draw }, { mode, one, share }, { selected, hovered: under })
  }, [paired, palettes, drawn, opacity, draw, mode, one, share, under, pair, pickedA, pickedB])
  useEffect(() => {
    if (!picked || !group || frameIndex !== picked.frameIndex) return
    const box = boxAround(a, b, picked)
    if (box) canvas.current?.showBox(box)
  }, [picked, group, frameIndex, a, b, canvas])

  const pick = (at: PixelEvent) => {
    const found = underPixel(group, paired, colouring, at)
    const [maskA, maskB] = [found[pair[0]], found[pair[1]]]
    const [idA, idB] = [maskA === undefined ? undefined : a.ids[maskA], maskB === undefined ? undefined : b.ids[maskB]]
    compare.setPicked(idA === undefined && idB === undefined ? undefined : { a: idA, b: idB, frameIndex })
  }
  const shownAlone = answers[one]?.side ?? 'a'
  return (
    <div className="relative min-h-0 min-w-0 overflow-hidden">
      <PairCanvas
        group={group}
        look={look}
        label={group ? labelOf(compare) : 'No frame yet'}
        names={lettersOf(compare)}
        mode={mode === 'one' ? shownAlone : mode}
        acts={canvas}
        onHover={setPointer}
        onPick={pick}
        onScale={onScale}
        onShare={onShare}
        onPanes={setPanes}
      />
      <GroupTags compare={compare} mode={mode} one={one} panes={panes} />
      {mode === 'difference' && group && <DifferenceLegend compare={compare} />}
      {pointer && under.some((index) => index !== undefined) && (
        <PairTip compare={compare} at={pointer} under={mode === 'side' ? under : ofPair(under, pair)} numbers={numbers} />
      )}
      {!group && !fault && <p className="absolute inset-x-0 top-1/2 text-center text-mut">{waitingWords(compare)}</p>}
      {fault && fault.fault.code !== 'HOST_UNREACHABLE' && (
        <FaultCard
          className="absolute inset-x-4 bottom-4 bg-panel"
          fault={fault.fault}
          details={`answer ${answers[fault.side]?.letter ?? ''}`}
        />
      )}
    </div>
  )
}

/** The side of the answer where several of its levels are held against a reference. */
function answerBeside(reference: Compare['reference'], levelsA: number, levelsB: number): 'a' | 'b' | undefined {
  if (reference === 'b') return levelsA > 1 ? 'a' : undefined
  return reference === 'a' && levelsB > 1 ? 'b' : undefined
}

/** The same as long as nothing of it changed: answers are made anew with each drawing of the page. */
export function usePairedSides({ answers, pair: [first, second], relations, areTracks, reference }: Compare): PairedSides {
  const text = answers.map(({ side, levels }) => `${side} ${levels.join()}`).join('\n')
  // biome-ignore lint/correctness/useExhaustiveDependencies: sides of the same words are the same
  const sides = useMemo(() => answers.map(({ side, levels }) => ({ side, levels })), [text])
  const answer = answerBeside(reference, sides[first]?.levels.length ?? 0, sides[second]?.levels.length ?? 0)
  return useMemo(
    () => ({ sides, pair: [first, second], relations, areTracks, answer }),
    [sides, first, second, relations, areTracks, answer],
  )
}

function ofPair(under: Under, pair: readonly [number, number]): Under {
  return under.map((mask, index) => (pair.includes(index) ? mask : undefined))
}

function labelOf({ answers, shown }: Compare): string {
  const counts = answers.map(({ letter }, index) => `${shown.group?.[index]?.masks.columns.count ?? 0} masks in ${letter}`)
  return `Frame ${shown.group?.[0]?.picture.frameIndex ?? ''} in all answers: ${counts.join(', ')}`
}

/** Index of the mask that is on top at a pixel, for each answer. */
function underPixel(group: FrameGroup | undefined, paired: PairedSides, colourBy: ColourOfPair, at: PixelEvent | undefined): Under {
  if (!group || !at) return nothingUnder
  return paired.sides.map(({ levels }, index) => {
    const isDrawn = drawnOf(group, index, paired, colourBy)
    const frame = group[index]
    if (!frame) return undefined
    const { picture, masks } = frame
    return masksAtPixel(
      masks.columns,
      at.x,
      at.y,
      picture.height,
      (mask) => isDrawn(mask) && levels.includes(masks.columns.levels[mask]!),
    )[0]
  })
}

function waitingWords({ isKnown, position, frames }: Compare): string {
  if (!isKnown) return 'Asking all answers what they have written…'
  return position === undefined ? '' : `Reading frame ${frames[position]} of all answers…`
}
