// What is written on the picture of the answers: whose side it is, what the colours mean, and what lies under the pointer.
import type { CSSProperties, ReactNode } from 'react'
import { formatCount } from '#core/base/format'
import type { MaskColumns } from '../../frame/mask-columns.ts'
import type { Pane, PaneMode } from '../../frame/pair-panes.ts'
import { wordOfStage } from '../../frame/stage-words.ts'
import type { PixelEvent } from '../../frame/use-pointer.ts'
import { cn } from '../../ui/class-names.ts'
import { hexFromColour } from '#core/view/mask-colours'
import type { ObjectNumbers } from './object-numbers.ts'
import { nameOfObject } from './place-words.ts'
import { SideBadge } from './side-badge.tsx'
import { agreedColour, sideColours } from './side-colours.ts'
import type { SideName } from '../../state/route.ts'
import type { ShownAnswer } from './use-answer.ts'
import type { Compare } from './use-compare.ts'

const tag = 'pointer-events-none absolute flex items-center gap-1.5 rounded-md bg-[#0c0c0cd6] px-2 py-0.5 text-xs text-[#eeeeee]'

/** Index of the mask under the pointer for each answer. */
export type Under = readonly (number | undefined)[]

export function GroupTags({
  compare,
  mode,
  one,
  panes,
}: {
  readonly compare: Compare
  readonly mode: PaneMode
  /** The answer that is shown alone in mode `one`. */
  readonly one: number
  readonly panes: readonly Pane[]
}) {
  const { answers, pair } = compare
  const first = compare.shown.group?.[0]
  if (!first) return null
  const isWaiting = compare.position !== undefined && compare.frames[compare.position] !== first.picture.frameIndex
  const wait = isWaiting && ` · reading frame ${compare.frames[compare.position ?? 0]}…`
  if (mode === 'difference')
    return (
      <p className={cn(tag, 'top-2.5 left-2.5')} data-testid="tag-difference">
        {[compare.a, compare.b].map((answer) => `${answer.letter} ${partWords(answer)}`).join(' · ')}{' '}
        <span className="text-[#b5b2ae]">
          frame {first.picture.frameIndex}
          {wait}
        </span>
      </p>
    )
  if (mode === 'side')
    return answers.map((answer, index) => {
      const pane = panes[index]
      return pane && <AnswerTag key={answer.side} compare={compare} index={index} wait={wait} style={tagAt(pane)} />
    })
  if (mode === 'one') return <AnswerTag compare={compare} index={one} wait={wait} style={{ left: 10, top: 10, maxWidth: '80%' }} />
  return (
    <>
      <AnswerTag compare={compare} index={pair[0]} wait={wait} style={{ left: 10, top: 10, maxWidth: '46%' }} />
      <AnswerTag compare={compare} index={pair[1]} wait={wait} style={{ right: 10, top: 10, maxWidth: '46%' }} />
    </>
  )
}

function tagAt({ left, top, width }: Pane): CSSProperties {
  return { left: left + 10, top: top + 10, maxWidth: Math.max(60, width - 20) }
}

function hasFrame({ coverage, stage }: ShownAnswer, frameIndex: number): boolean {
  return stage !== undefined && coverage.framesOf(stage).has(frameIndex)
}

/** Stage and, where they are its own, levels of an answer. */
export function partWords({ stage, reference, levels }: ShownAnswer): string {
  const what = reference !== undefined ? 'annotated' : stage ? wordOfStage(stage).toLowerCase() : 'nothing yet'
  return levels.length === 1 && reference === undefined ? `${what}, level ${levels[0]}` : what
}

function AnswerTag({
  compare,
  index,
  style,
  wait,
}: {
  readonly compare: Compare
  readonly index: number
  readonly style: CSSProperties
  readonly wait: ReactNode
}) {
  const frame = compare.shown.group?.[index]
  const answer = compare.answers[index]
  if (!frame || !answer) return null
  const { picture, masks } = frame
  const count = masks.columns.levels.reduce((sum, level) => sum + (answer.levels.includes(level) ? 1 : 0), 0)
  return (
    <p className={tag} style={style} data-testid={`tag-${answer.side}`} data-frame={picture.frameIndex} data-stage={masks.stage}>
      <SideBadge side={answer.side} className="size-4" />
      <span className="truncate">
        {answer.name}{' '}
        <span className="text-[#b5b2ae]">
          {partWords(answer)} · frame {picture.frameIndex} ·{' '}
          {hasFrame(answer, picture.frameIndex)
            ? `${formatCount(count)} ${count === 1 ? 'mask' : 'masks'}`
            : `${answer.letter} does not have this frame`}
          {picture.missing !== undefined && ' · its picture is gone'}
          {wait}
        </span>
      </span>
    </p>
  )
}

/** As the shader paints them: rising stripes, falling stripes, dots, and stripes of both. */
function swatchesOf(first: SideName, second: SideName) {
  const [own, other, grey] = [sideColours[first], sideColours[second], agreedColour].map(hexFromColour)
  return {
    a: `repeating-linear-gradient(135deg, ${own} 0 3px, color-mix(in srgb, ${own} 45%, #333333) 3px 6px)`,
    b: `repeating-linear-gradient(45deg, ${other} 0 3px, color-mix(in srgb, ${other} 45%, #333333) 3px 6px)`,
    both: `radial-gradient(circle, ${grey} 1.2px, transparent 1.6px) 0 0 / 6px 6px, #666666`,
    differ: `repeating-linear-gradient(135deg, ${own} 0 3px, ${other} 3px 6px)`,
  }
}

export function DifferenceLegend({ compare }: { readonly compare: Compare }) {
  const { picked, merged, matching, a, b } = compare
  const swatches = swatchesOf(a.side, b.side)
  const rows: readonly (readonly [keyof typeof swatches, string])[] = picked
    ? [
        ['a', `only in ${a.letter}, of what is picked`],
        ['b', `only in ${b.letter}`],
        ['both', 'in both'],
      ]
    : [
        ['a', `masked in ${a.letter} only`],
        ['b', `masked in ${b.letter} only`],
        ['both', merged ? 'the same object in both' : 'masked in both'],
        ...(merged ? ([['differ', 'different objects']] as const) : []),
      ]
  return (
    <div
      data-testid="difference-legend"
      className="pointer-events-none absolute bottom-2.5 left-2.5 rounded-md bg-[#0c0c0cd0] px-2.5 py-1.5 text-xs text-[#eeeeee]"
    >
      <ul className="flex flex-col gap-0.5">
        {rows.map(([kind, words]) => (
          <li key={kind} className="flex items-center gap-2">
            <span aria-hidden className="h-3 w-5 rounded-[3px]" style={{ background: swatches[kind] }} />
            {words}
          </li>
        ))}
      </ul>
      {!merged && matching.phase === 'matching' && <p className="mt-1 text-[#b5b2ae]">Objects are told apart once they are matched.</p>}
      {picked && <p className="mt-1 text-[#b5b2ae]">esc shows all again</p>}
    </div>
  )
}

export function PairTip({
  compare: { answers, pair, shown },
  at,
  under,
  numbers,
}: {
  readonly compare: Compare
  readonly at: PixelEvent
  readonly under: Under
  readonly numbers: ObjectNumbers | undefined
}) {
  const [indexA, indexB] = [under[pair[0]], under[pair[1]]]
  const names = pair.map((index) => answers[index]?.letter).join(' and ')
  const verdict =
    indexA === undefined || indexB === undefined || !numbers
      ? undefined
      : numbers.a[indexA] === numbers.b[indexB]
        ? 'matched: the same object'
        : 'different objects'
  return (
    <div
      data-testid="pair-tip"
      className="pointer-events-none absolute z-10 min-w-[168px] rounded-lg border border-[#3a3a3a] bg-[#161616ee] px-2.5 py-2 text-sm text-[#e6e4e1] shadow-lg shadow-black/40"
      style={{ left: `min(${at.onCanvas.x + 16}px, calc(100% - 200px))`, top: `min(${at.onCanvas.y + 16}px, calc(100% - 130px))` }}
    >
      {answers.map((answer, index) => {
        const columns = shown.group?.[index]?.masks.columns
        return columns && <TipRow key={answer.side} answer={answer} columns={columns} mask={under[index]} />
      })}
      {verdict && (
        <p className="mt-0.5 text-[#a5a29e]">
          {answers.length > 2 && `${names} `}
          {verdict}
        </p>
      )}
    </div>
  )
}

function TipRow({
  answer,
  columns,
  mask,
}: {
  readonly answer: ShownAnswer
  readonly columns: MaskColumns
  readonly mask: number | undefined
}) {
  return (
    <div className="flex items-center gap-2">
      <SideBadge side={answer.side} className="size-4" />
      {mask === undefined ? (
        <span className="text-[#a5a29e]">nothing here</span>
      ) : (
        <>
          <span className="font-semibold">{nameOfObject(columns.ids[mask]!, answer.reference !== undefined)}</span>
          <span className="flex-1 text-right text-[#a5a29e]">{formatCount(columns.areas[mask]!)} px</span>
        </>
      )}
    </div>
  )
}
