// The panel that compares: the same frame of another run or stage, at the zoom of the picture; alone, wiped, or as a difference.
import { SquareSplitHorizontal } from 'lucide-react'
import { useEffect, useMemo, useRef, useState } from 'react'
import { formatCount } from '#core/base/format'
import { disagreementsOf } from '../../../frame/frame-disagreement.ts'
import { emptyColumns, indexOfMask } from '../../../frame/mask-columns.ts'
import { PairCanvas, type PairCanvasActs } from '../../../frame/pair-canvas.tsx'
import { wordOfStage } from '../../../frame/stage-words.ts'
import { defaultCompareView, hashFromRoute } from '../../../state/route.ts'
import { useServices, useSettings, useView } from '../../../state/services.tsx'
import { LinkButton } from '../../../ui/button.tsx'
import { FaultCard } from '../../../ui/fault-card.tsx'
import { Segmented } from '../../../ui/segmented.tsx'
import { lookOfGroup, palettesOfGroup } from '../../compare/pair-look.ts'
import { useBrowseNow } from '../browse-now.ts'
import type { Browse } from '../use-browse.ts'
import { BesideChoice } from './beside-choice.tsx'
import { type Beside, useBeside } from './use-beside.ts'

type Mode = 'one' | 'wipe' | 'difference'
const pair = [0, 1] as const
const modes: readonly { readonly value: Mode; readonly label: string; readonly title: string }[] = [
  { value: 'one', label: 'Other', title: 'Only the other answer' },
  { value: 'wipe', label: 'Wipe', title: 'This answer left of the edge, the other right of it' },
  { value: 'difference', label: 'Difference', title: 'Where only one of them has a mask' },
]

export function BesidePanel() {
  const browse = useBrowseNow()
  const beside = useBeside(browse)
  const chosen = useView((state) => state.beside)
  const [mode, setMode] = useState<Mode>('one')
  const { source, other } = beside
  useDisagreement(beside)
  return (
    <section
      aria-label="Another answer"
      data-testid="beside-panel"
      className="grid h-full min-h-0 min-w-0 grid-rows-[32px_minmax(0,1fr)] bg-well"
    >
      <div className="flex min-w-0 items-center gap-2 overflow-x-auto border-b border-line bg-panel px-2 text-sm text-mut">
        <BesideChoice browse={browse} chosen={chosen} />
        {source && <Segmented label="How it is shown" value={mode} onChange={setMode} choices={modes} />}
        <span className="flex-1" />
        {source && other && (
          <LinkButton kind="bare" size="s" href={compareAddress(browse, beside)} title="Objects matched, places where they differ, scores">
            <SquareSplitHorizontal size={13} aria-hidden />
            All of it
          </LinkButton>
        )}
      </div>
      <div className="relative min-h-0 min-w-0 overflow-hidden">
        {source ? (
          <BesidePicture browse={browse} beside={beside} mode={mode} />
        ) : (
          <p className="absolute inset-x-6 top-1/2 -translate-y-1/2 text-center text-mut">
            Choose another run of this scene, or another stage of this run; it is shown at the frame and the zoom of the picture.
          </p>
        )}
        {source && beside.group && mode === 'one' && (
          <p className="pointer-events-none absolute top-2.5 left-2.5 max-w-[80%] truncate rounded-md bg-[#0c0c0cd6] px-2 py-0.5 text-xs text-[#eeeeee]">
            {tagWords(browse, beside)}
          </p>
        )}
      </div>
    </section>
  )
}

/** Worked out only while colours ask for it: it walks all pixels of all masks. */
function useDisagreement({ group }: Beside): void {
  const { disagreement } = useServices()
  const isAsked = useSettings((all) => all.colourBy === 'disagreement')
  useEffect(() => {
    const [here, other] = group ?? []
    if (!isAsked || !here || !other) return
    const { width, height } = here.picture
    disagreement.setState({ of: here.masks, shares: disagreementsOf(here.masks, other.masks, width, height) })
  }, [disagreement, isAsked, group])
  useEffect(() => () => disagreement.setState({ of: undefined, shares: new Map() }), [disagreement])
}

function BesidePicture({ browse, beside, mode }: { readonly browse: Browse; readonly beside: Beside; readonly mode: Mode }) {
  const { view } = useServices()
  const viewport = useView((state) => state.viewport)
  const { draw, opacity, palette, colourBy } = useSettings((all) => ({
    draw: all.draw,
    opacity: all.opacity,
    palette: all.palette,
    colourBy: all.colourBy,
  }))
  const canvas = useRef<PairCanvasActs>(null)
  const [share, setShare] = useState(0.5)
  const { group, levels, source, fault, words } = beside
  const isSameRun = source?.runId === browse.runId
  const sides = useMemo(
    () => [{ side: 'a', levels: browse.shownLevels } as const, { side: 'b', levels } as const],
    [browse.shownLevels, levels],
  )
  const paired = useMemo(() => ({ sides, pair, relations: undefined, areTracks: false }), [sides])
  const palettes = useMemo(() => palettesOfGroup(group, paired, undefined, { colourBy, palette }), [group, paired, colourBy, palette])
  const selectedId = browse.view.selected
  const look = useMemo(() => {
    const columns = pair.map((at) => group?.[at]?.masks.columns ?? emptyColumns)
    // Ids of another run are other objects.
    const selected = columns.map((one, at) =>
      selectedId === undefined || (at === 1 && !isSameRun) ? undefined : indexOfMask(one, selectedId),
    )
    return lookOfGroup(paired, palettes, undefined, { opacity, draw }, { mode, one: 1, share }, { selected, hovered: [] })
  }, [group, paired, palettes, opacity, draw, mode, share, selectedId, isSameRun])
  return (
    <>
      <PairCanvas
        group={group}
        look={look}
        label={group ? `Frame ${group[1]!.picture.frameIndex} of the other answer: ${formatCount(countOf(beside))} masks` : 'No frame yet'}
        names={['A', 'B']}
        mode={mode}
        acts={canvas}
        onHover={ignore}
        onPick={ignore}
        onScale={ignore}
        onShare={setShare}
        onPanes={ignore}
        viewport={viewport}
        onViewport={(next) => view.setState({ viewport: next })}
      />
      {words !== undefined && <p className="absolute inset-x-6 top-1/2 -translate-y-1/2 text-center text-mut">{words}</p>}
      {words === undefined && !group && !fault && (
        <p className="absolute inset-x-0 top-1/2 text-center text-mut">Reading the other answer…</p>
      )}
      {fault && fault.code !== 'HOST_UNREACHABLE' && <FaultCard className="absolute inset-x-4 bottom-4 bg-panel" fault={fault} />}
    </>
  )
}

const ignore = () => {}

function countOf({ group, levels }: Pick<Beside, 'group' | 'levels'>): number {
  const columns = group?.[1]?.masks.columns ?? emptyColumns
  return columns.levels.reduce((sum, level) => sum + (levels.includes(level) ? 1 : 0), 0)
}

function tagWords(browse: Browse, { source, other, stage, group, isWritten, levels }: Beside): string {
  const frameIndex = group?.[1]?.picture.frameIndex
  const masks = countOf({ group, levels })
  return [
    source?.runId === browse.runId ? undefined : (other?.name ?? source?.runId),
    stage && wordOfStage(stage).toLowerCase(),
    `frame ${frameIndex}`,
    isWritten ? `${formatCount(masks)} ${masks === 1 ? 'mask' : 'masks'}` : 'this stage wrote nothing here',
  ]
    .filter(Boolean)
    .join(' · ')
}

/** The same two on the compare page, at the same frame. */
function compareAddress(browse: Browse, { source, stage }: Beside): string {
  const frameIndex = browse.position === undefined ? undefined : browse.run.frameIndices[browse.position]
  return hashFromRoute({
    page: 'compare',
    a: browse.runId,
    b: source?.runId ?? '',
    view: { ...defaultCompareView, frameIndex, own: { a: { stage: browse.stage }, ...(stage && { b: { stage } }) } },
  })
}
