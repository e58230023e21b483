// What if: other thresholds on the stored candidates, seen on this frame at once and counted over the run, and taken into a new run when they are better.
import { FlaskConical, X } from 'lucide-react'
import { useMemo } from 'react'
import { useStore } from 'zustand'
import { formatCount } from '#core/base/format'
import { type FilterRule, framePixelsPerSettingPixel } from '#core/segment/candidate-filter'
import { useDescription } from '../../state/queries.ts'
import { hashFromRoute } from '../../state/route.ts'
import { useRun, useServices } from '../../state/services.tsx'
import { Button, LinkButton } from '../../ui/button.tsx'
import { PanelHead } from '../../ui/panel.tsx'
import type { Browse } from './use-browse.ts'
import { useRunCandidates } from './use-run-candidates.ts'
import { candidatesOfColumns, settingsText, type Tally, tallyOf } from './what-if-model.ts'

export function WhatIf({ browse }: { readonly browse: Browse }) {
  const { whatIf } = useServices()
  const { rule } = useStore(whatIf)
  const record = useRun(browse.runId, (one) => one?.record)
  const isOurs = useDescription(browse.runId).data?.program === 'scenewright'
  if (!record || !isOurs || browse.stage !== 'ssam') return null
  const before: FilterRule = record.config.stages.filter
  if (!rule)
    return (
      <div className="border-t border-line px-3 py-2.5">
        <Button size="s" data-testid="what-if" onClick={() => whatIf.setState({ rule: before, showsDropped: false })}>
          <FlaskConical size={13} aria-hidden />
          What if the filter were different?
        </Button>
      </div>
    )
  return (
    <Trial
      browse={browse}
      rule={rule}
      before={before}
      scale={framePixelsPerSettingPixel(record.scene.width, record.scene.height)}
      scene={record.config.scene}
    />
  )
}

type TrialProps = {
  readonly browse: Browse
  readonly rule: FilterRule
  readonly before: FilterRule
  readonly scale: number
  readonly scene: string
}

function Trial({ browse, rule, before, scale, scene }: TrialProps) {
  const { whatIf } = useServices()
  const { showsDropped } = useStore(whatIf)
  const set = (change: Partial<FilterRule>) => whatIf.setState({ rule: { ...rule, ...change } })
  const columns = browse.frames.shown?.masks.columns
  const here = useMemo(() => columns && tallyOf([candidatesOfColumns(columns)], rule, scale), [columns, rule, scale])
  const written = useMemo(() => [...browse.coverage.framesOf('ssam')].sort((a, b) => a - b), [browse.coverage])
  const all = useRunCandidates(browse.runId, written, browse.run.levels, true)
  const over = useMemo(() => tallyOf(all.frames, rule, scale), [all.frames, rule, scale])
  const was = useMemo(() => tallyOf(all.frames, before, scale), [all.frames, before, scale])
  const changed = settingsText(rule, before)
  return (
    <section aria-label="What if" data-testid="what-if-panel">
      <PanelHead title="What if" className="border-t">
        <Button kind="bare" size="icon" aria-label="Stop trying" onClick={() => whatIf.setState({ rule: undefined })}>
          <X size={14} aria-hidden />
        </Button>
      </PanelHead>
      <div className="flex flex-col gap-2 px-3 py-2 text-[12.5px]">
        <Slider
          title="Smallest area"
          unit="px at 640"
          testId="what-if-area"
          value={rule.minArea}
          most={5000}
          step={10}
          onChange={(minArea) => set({ minArea })}
        />
        <Slider
          title="Smallest stability"
          testId="what-if-stability"
          value={rule.stabilityThreshold}
          most={1}
          step={0.01}
          onChange={(stabilityThreshold) => set({ stabilityThreshold })}
        />
        <label className="flex items-center gap-2">
          <input
            type="checkbox"
            className="accent-[var(--acc)]"
            checked={rule.cascade}
            onChange={(event) => set({ cascade: event.target.checked })}
          />
          What lies in a dropped one goes with it
        </label>
        <label className="flex items-center gap-2">
          <input
            type="checkbox"
            className="accent-[var(--acc)]"
            data-testid="what-if-dropped"
            checked={showsDropped}
            onChange={(event) => whatIf.setState({ showsDropped: event.target.checked })}
          />
          Show what would go instead
        </label>
        <dl className="grid grid-cols-[92px_minmax(0,1fr)] gap-x-2 gap-y-[3px]" aria-live="polite">
          <dt className="text-mut">This frame</dt>
          <dd data-testid="what-if-here">{here ? tallyWords(here) : '–'}</dd>
          <dt className="text-mut">The run</dt>
          <dd data-testid="what-if-run">
            {tallyWords(over)}
            {all.frames.length < all.of && (
              <span className="text-mut">
                {' '}
                · {formatCount(all.frames.length)} of {formatCount(all.of)} frames read
              </span>
            )}
            {all.fault && <span className="text-bad"> · {all.fault}</span>}
          </dd>
          <dt className="text-mut">Against now</dt>
          <dd>{differenceWords(over.kept - was.kept)}</dd>
        </dl>
        {changed !== '' && (
          <LinkButton
            size="s"
            kind="primary"
            data-testid="what-if-commit"
            href={hashFromRoute({ page: 'new', scene, from: browse.runId, set: changed })}
          >
            Run again with these
          </LinkButton>
        )}
      </div>
    </section>
  )
}

const reasonWords = { areaTooSmall: 'too small', unstable: 'unstable', parentDropped: 'with their parent', empty: 'empty' } as const

function tallyWords({ kept, dropped }: Tally): string {
  const gone = Object.entries(reasonWords).flatMap(([reason, words]) => {
    const count = dropped[reason as keyof typeof reasonWords]
    return count > 0 ? [`${formatCount(count)} ${words}`] : []
  })
  return [`${formatCount(kept)} kept`, ...gone].join(' · ')
}

function differenceWords(more: number): string {
  if (more === 0) return 'as many candidates'
  return `${formatCount(Math.abs(more))} ${more > 0 ? 'more' : 'fewer'} candidates`
}

type SliderProps = {
  readonly title: string
  readonly unit?: string
  readonly testId: string
  readonly value: number
  readonly most: number
  readonly step: number
  readonly onChange: (value: number) => void
}

function Slider({ title, unit, testId, value, most, step, onChange }: SliderProps) {
  return (
    <label className="block">
      <span className="flex justify-between text-mut">
        {title}
        <span className="text-txt">
          {value} {unit && <span className="text-mut">{unit}</span>}
        </span>
      </span>
      <input
        type="range"
        data-testid={testId}
        className="w-full accent-[var(--acc)]"
        min={0}
        max={Math.max(most, value)}
        step={step}
        value={value}
        onChange={(event) => onChange(Number(event.target.value))}
      />
    </label>
  )
}
