// The tools above the picture: stage, levels, colour, drawing, opacity.
import { Download, Eye, Maximize2, MousePointerClick } from 'lucide-react'
import { useServices, useSettings, useView } from '../../state/services.tsx'
import { useAct } from '../../state/use-acts.ts'
import { look } from '../../state/view-store.ts'
import { Button } from '../../ui/button.tsx'
import { cn } from '../../ui/class-names.ts'
import { DrawChoice } from '../parts/draw-choice.tsx'
import { Segmented } from '../../ui/segmented.tsx'
import { Slider } from '../../ui/slider.tsx'
import { wordOfStage } from '../../frame/stage-words.ts'
import { ColourChoice } from './look/colour-choice.tsx'
import { LookMenu } from './look/look-menu.tsx'
import type { Browse } from './use-browse.ts'

export function BrowseTools({ browse, scale, onFit }: { readonly browse: Browse; readonly scale: number; readonly onFit: () => void }) {
  const { view, settings } = useServices()
  const opacity = useSettings((all) => all.opacity)
  const takeAway = useAct('take-away')
  const addObject = useAct('prompt')
  const hiddenCount = useView((state) => state.hidden.size)
  return (
    <div
      role="toolbar"
      aria-label="How masks are shown"
      className="flex min-h-8 flex-wrap items-center gap-x-2.5 gap-y-1 border-b border-line bg-panel px-2.5 py-[3px] text-sm text-mut whitespace-nowrap @max-[800px]:gap-x-1.5"
    >
      <Segmented
        label="Stage"
        value={browse.stage}
        onChange={(stage) => look(view, { stage, selected: undefined })}
        choices={(['ssam', 'filter', 'tracker'] as const).map((stage) => ({
          value: stage,
          label: wordOfStage(stage),
          testId: `stage-choice-${stage}`,
          disabled: !browse.coverage.stages.includes(stage),
          title: browse.coverage.stages.includes(stage) ? `Masks of ${stage}` : `${stage} has not written anything yet`,
        }))}
      />
      <Levels browse={browse} />
      <span className="inline-flex items-center gap-1.5 @max-[600px]:hidden">
        <span className="@max-[920px]:hidden">Colour</span>
        <ColourChoice />
      </span>
      <span className="inline-flex @max-[720px]:hidden">
        <DrawChoice />
      </span>
      <span className="@max-[880px]:hidden">
        <Slider
          label="Opacity"
          isWordy={false}
          title="Opacity (+ and −)"
          value={opacity}
          min={0.05}
          onChange={(next) => settings.setState({ opacity: next })}
        />
      </span>
      <LookMenu browse={browse} />
      {/* Together, so that a narrow panel breaks the line before them, and never between them. */}
      <span className="ml-auto flex items-center gap-1.5">
        {hiddenCount > 0 && (
          <Button size="s" kind="bare" onClick={() => view.setState({ hidden: new Set() })} title="Show all that is hidden (shift h)">
            <Eye size={13} aria-hidden />
            {hiddenCount} hidden
          </Button>
        )}
        <span title="Screen pixels per picture pixel" className="@max-[800px]:hidden">
          {scale >= 0.995 ? `${scale.toFixed(1)}×` : `${Math.round(scale * 100)} %`}
        </span>
        {addObject && (
          <Button
            size="icon"
            kind="bare"
            data-testid="add-object"
            aria-label="Add an object by clicks"
            title="Add an object by clicks (a)"
            onClick={addObject}
          >
            <MousePointerClick size={13} aria-hidden />
          </Button>
        )}
        {takeAway && (
          <Button
            size="icon"
            kind="bare"
            data-testid="take-away"
            aria-label="Take away"
            title="Take away: picture, view, table (e)"
            onClick={takeAway}
          >
            <Download size={13} aria-hidden />
          </Button>
        )}
        <Button size="icon" kind="bare" aria-label="Fit the picture" title="Fit the picture (f)" onClick={onFit}>
          <Maximize2 size={13} aria-hidden />
        </Button>
      </span>
    </div>
  )
}

function Levels({ browse }: { readonly browse: Browse }) {
  const { view } = useServices()
  const isAll = browse.view.levels.length === 0
  const item =
    'h-full border-r border-line2 px-2 last:border-r-0 hover:text-txt aria-pressed:bg-raise aria-pressed:text-txt focus-visible:-outline-offset-2'
  const toggle = (level: number, isAdding: boolean) => {
    if (!isAdding) return look(view, { levels: [level] })
    const now = browse.shownLevels
    const next = now.includes(level) ? now.filter((one) => one !== level) : [...now, level].sort((a, b) => a - b)
    look(view, { levels: next.length === browse.run.levels.length ? [] : next })
  }
  return (
    <fieldset className="inline-flex h-6 shrink-0 items-stretch overflow-clip rounded-md border border-line2">
      <legend className="sr-only">Levels</legend>
      <button
        type="button"
        data-testid="level-0"
        aria-pressed={isAll}
        title="All levels (0)"
        onClick={() => look(view, { levels: [] })}
        className={item}
      >
        All
      </button>
      {browse.run.levels.map((level) => (
        <button
          key={level}
          type="button"
          data-testid={`level-${level}`}
          aria-pressed={!isAll && browse.shownLevels.includes(level)}
          aria-label={`Level ${level}`}
          title={`Level ${level} only (${level}); with shift or ctrl, one more`}
          onClick={(event) => toggle(level, event.shiftKey || event.ctrlKey || event.metaKey)}
          className={cn(item, 'min-w-7')}
        >
          {level}
        </button>
      ))}
    </fieldset>
  )
}
