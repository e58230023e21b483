import { useEffect, useMemo, useRef } from 'react'
import { formatCount } from '#core/base/format'
import { useServices, useSettings, useView } from '../../state/services.tsx'
import { lookAtBoth } from '../../state/view-store.ts'
import { Kbd } from '../../ui/kbd.tsx'
import { FrameField } from '../parts/frame-field.tsx'
import { PlaySteps } from '../parts/play-steps.tsx'
import { DisagreementStrip, topOfShares } from './disagreement-strip.tsx'
import type { Compare } from './use-compare.ts'

export function CompareDock({ compare }: { readonly compare: Compare }) {
  const { view } = useServices()
  const { frames, position, merged, ground, a } = compare
  useComparePlaying(compare)
  const top = useMemo(() => (merged ? topOfShares(merged.frames.values()) : 1), [merged])
  const here = position === undefined ? undefined : frames[position]
  const share = here === undefined ? undefined : merged?.frames.get(here)
  const name = here === undefined ? undefined : a.record?.frameNames[a.record.frameIndices.indexOf(here)]
  return (
    <section aria-label="Time" className="border-t border-line bg-panel">
      <div className="flex h-[30px] items-center gap-2 border-b border-line px-3 text-xs text-mut whitespace-nowrap">
        <PlaySteps />
        <FrameField frames={frames} here={here} onGo={(frameIndex) => lookAtBoth(view, { frameIndex })} />
        <span className="truncate">{name}</span>
        <Kbd>space</Kbd>
        <span className="flex-1" />
        {share && (
          <span data-testid="frame-share">
            {Math.round(share.share * 100)} % differ here · {formatCount(share.masksA)} masks in {compare.a.letter},{' '}
            {formatCount(share.masksB)} in {compare.b.letter}
          </span>
        )}
        {compare.answers.length > 2 && (
          <label
            className="inline-flex items-center gap-1.5"
            title="Else the pair is compared on all frames that it shares, whatever the others have"
          >
            <input
              type="checkbox"
              data-testid="only-shared"
              className="accent-[var(--acc)]"
              checked={compare.view.onlyShared === true}
              onChange={(event) => lookAtBoth(view, { onlyShared: event.target.checked })}
            />
            Only frames all have
          </label>
        )}
        {ground && (
          <span title={moreWords(compare)} data-testid="common-frames">
            {formatCount(frames.length)} {frames.length === 1 ? 'frame' : 'frames'} of{' '}
            {compare.view.onlyShared ? 'all' : `${compare.a.letter} and ${compare.b.letter}`}
          </span>
        )}
      </div>
      <div className="grid h-[92px] grid-cols-[140px_minmax(0,1fr)] pr-5">
        <div className="flex flex-col justify-between pt-5 pb-px pl-3 pr-2 text-xs text-dim">
          <span className="flex justify-between text-mut">
            Disagreement <span className="text-dim">{Math.round(top * 100)} %</span>
          </span>
          <span className="text-right">0 %</span>
        </div>
        <div className="text-[color-mix(in_srgb,var(--mut)_70%,transparent)]">
          <DisagreementStrip
            frames={frames}
            position={position}
            merged={merged}
            top={top}
            onSeek={(at) => lookAtBoth(view, { frameIndex: frames[at] })}
          />
        </div>
      </div>
    </section>
  )
}

/** What the number of frames leaves out. */
function moreWords({ a, b, ground, answers, frames, sharedFrames, view }: Compare): string {
  const selected = [a, b].map(({ letter }, index) => `${letter} selected ${formatCount(ground?.only[index] ?? 0)} more`)
  if (answers.length < 3) return selected.join(', ')
  return view.onlyShared
    ? 'On these all answers have masks'
    : [...selected, `all answers have ${formatCount(sharedFrames.length)} of these ${formatCount(frames.length)}`].join(', ')
}

/** The next pair is asked for when the last one is on screen and its time is over, so nothing piles up. */
function useComparePlaying({ frames, position, shown }: Compare): void {
  const { view } = useServices()
  const isPlaying = useView((state) => state.isPlaying)
  const rate = useSettings((settings) => settings.playRate)
  const lastStepAt = useRef(0)
  const isShown = position !== undefined && shown.group?.[0]?.picture.frameIndex === frames[position]
  useEffect(() => {
    if (!isPlaying || !isShown || position === undefined) return
    const delay = Math.max(0, lastStepAt.current + 1000 / rate - performance.now())
    const timer = setTimeout(() => {
      lastStepAt.current = performance.now()
      lookAtBoth(view, { frameIndex: frames[(position + 1) % frames.length] })
    }, delay)
    return () => clearTimeout(timer)
  }, [isPlaying, isShown, position, rate, frames, view])
}
