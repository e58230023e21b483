// The tools above the answers: how they are laid beside each other, which stage and levels, and how masks are drawn.
import { ArrowLeftRight, Maximize2, Pause, Play } from 'lucide-react'
import { wordOfStage } from '../../frame/stage-words.ts'
import { useServices, useSettings } from '../../state/services.tsx'
import { lookAtBoth } from '../../state/view-store.ts'
import { Button } from '../../ui/button.tsx'
import { Segmented } from '../../ui/segmented.tsx'
import { Slider } from '../../ui/slider.tsx'
import { DrawChoice } from '../parts/draw-choice.tsx'
import { swapSides } from './compare-acts.ts'
import type { ColourOfPair } from './pair-look.ts'
import type { Blink } from './use-blink.ts'
import { type Compare, lettersOf } from './use-compare.ts'

export function CompareTools({
  compare,
  blink,
  scale,
  colourBy,
  share,
  onShare,
  onColourBy,
  onFit,
}: {
  readonly compare: Compare
  readonly blink: Blink
  readonly scale: number
  readonly colourBy: ColourOfPair
  readonly share: number
  readonly onShare: (share: number) => void
  readonly onColourBy: (colourBy: ColourOfPair) => void
  readonly onFit: () => void
}) {
  const { view, settings } = useServices()
  const opacity = useSettings((all) => all.opacity)
  const [first, second] = lettersOf(compare)
  const { ground, stage, view: shown, problem } = compare
  const isDifference = shown.mode === 'difference'
  return (
    <div
      role="toolbar"
      aria-label="How the answers are shown"
      className="flex min-h-8 flex-wrap items-center gap-x-2.5 gap-y-1 border-b border-line bg-panel px-2.5 py-1 text-sm text-mut whitespace-nowrap"
    >
      <Segmented
        label="Beside each other"
        value={shown.mode}
        onChange={(mode) => lookAtBoth(view, { mode })}
        choices={[
          { value: 'side', label: 'Side by side', title: 'All, with one zoom (c)', testId: 'mode-side' },
          { value: 'wipe', label: 'Wipe', title: `${first} left of the edge, ${second} right of it (w)`, testId: 'mode-wipe' },
          { value: 'blink', label: 'Blink', title: 'One after the other (b)', testId: 'mode-blink' },
          { value: 'onion', label: 'Onion', title: `${first} and ${second} at once, mixed (shift w)`, testId: 'mode-onion' },
          {
            value: 'difference',
            label: 'Difference',
            title: problem ?? 'Only where they differ (d)',
            disabled: problem !== undefined,
            testId: 'mode-difference',
          },
        ]}
      />
      {shown.mode === 'blink' && (
        <Button size="s" kind="bare" onClick={() => blink.setHeld(!blink.isHeld)} title="b holds, and then changes sides by hand">
          {blink.isHeld ? <Play size={12} aria-hidden /> : <Pause size={12} aria-hidden />}
          {blink.isHeld ? 'Blink' : 'Hold'}
        </Button>
      )}
      {shown.mode === 'onion' && (
        <Slider
          label={`${first} – ${second}`}
          isWordy={false}
          title={`How much of ${second} is mixed over ${first}`}
          value={share}
          min={0}
          onChange={onShare}
        />
      )}
      <Segmented
        label="Stage"
        value={stage ?? 'tracker'}
        onChange={(next) => lookAtBoth(view, { stage: next })}
        choices={(['ssam', 'filter', 'tracker'] as const).map((one) => ({
          value: one,
          label: wordOfStage(one),
          testId: `stage-choice-${one}`,
          disabled: !ground?.stages.includes(one),
          title: ground?.stages.includes(one) ? `Masks of ${one} in all` : `${one} is not written in all`,
        }))}
      />
      <Levels compare={compare} />
      {!isDifference && (
        <>
          <label className="inline-flex items-center gap-1.5">
            <span className="@max-[1240px]:hidden">Colour</span>
            <select
              aria-label="Colour by"
              value={colourBy}
              onChange={(event) => onColourBy(colourByOf(event.target.value))}
              className="h-6 rounded-md border border-line2 bg-panel px-1 text-txt"
            >
              <option value="match">by match</option>
              <option value="id">by object</option>
              <option value="level">by level</option>
              <option value="score">by score</option>
            </select>
          </label>
          <DrawChoice />
        </>
      )}
      <Slider
        label="Opacity"
        isWordy={false}
        title="Opacity (+ and −)"
        value={opacity}
        min={0.05}
        onChange={(next) => settings.setState({ opacity: next })}
      />
      <span className="ml-auto inline-flex items-center gap-1">
        <span title="Screen pixels per picture pixel" className="@max-[800px]:hidden">
          {scale >= 0.995 ? `${scale.toFixed(1)}×` : `${Math.round(scale * 100)} %`}
        </span>
        <Button
          size="icon"
          kind="bare"
          aria-label={`Swap ${first} and ${second}`}
          title={`Swap ${first} and ${second} (x)`}
          onClick={() => swapSides(compare, view)}
        >
          <ArrowLeftRight size={13} aria-hidden />
        </Button>
        <Button size="icon" kind="bare" aria-label="Fit the picture" title="Fit the picture (f)" onClick={onFit}>
          <Maximize2 size={13} aria-hidden />
        </Button>
      </span>
    </div>
  )
}

function colourByOf(value: string): ColourOfPair {
  return value === 'id' || value === 'level' || value === 'score' ? value : 'match'
}

function Levels({ compare }: { readonly compare: Compare }) {
  const { view } = useServices()
  const levels = compare.ground?.levels ?? []
  const isAll = compare.view.levels.length === 0
  const item =
    'h-full border-r border-line2 px-2 last:border-r-0 hover:text-txt aria-pressed:bg-raise aria-pressed:text-txt focus-visible:-outline-offset-2'
  const toggle = (level: number, isAdding: boolean) => {
    if (!isAdding) return lookAtBoth(view, { levels: [level] })
    const now = compare.shownLevels
    const next = now.includes(level) ? now.filter((one) => one !== level) : [...now, level].sort((a, b) => a - b)
    lookAtBoth(view, { levels: next.length === levels.length ? [] : next })
  }
  return (
    <fieldset className="inline-flex h-6 shrink-0 items-stretch overflow-clip rounded-md border border-line2">
      <legend className="sr-only">Levels</legend>
      {levels.map((level) => (
        <button
          key={level}
          type="button"
          aria-label={`L${level}: level ${level}`}
          aria-pressed={!isAll && compare.shownLevels.includes(level)}
          title={`Level ${level} only (${level}); with shift one more`}
          onClick={(event) => toggle(level, event.shiftKey)}
          className={item}
        >
          L{level}
        </button>
      ))}
      <button type="button" aria-pressed={isAll} title="All levels (0)" onClick={() => lookAtBoth(view, { levels: [] })} className={item}>
        All
      </button>
    </fieldset>
  )
}
