// How well each answer meets the reference: J, F and their mean, overlap, precision and recall by level, and by object on demand.
import { Fragment, useState } from 'react'
import { formatCount } from '#core/base/format'
import type { ReferenceLevel } from '#core/compare/compare-types'
import { idsPerLevel, labelOfId } from '#core/segment/frame-masks'
import { cn } from '../../ui/class-names.ts'
import { FaultCard } from '../../ui/fault-card.tsx'
import { PanelHead, ProgressBar } from '../../ui/panel.tsx'
import { SideBadge } from './side-badge.tsx'
import type { ScoreState } from './use-scores.ts'

const columns = [
  ['J&F', 'Mean of J and F', ({ jf }: ReferenceLevel) => jf],
  ['J', 'Region: overlap of masks, as DAVIS counts it', ({ j }: ReferenceLevel) => j],
  ['F', 'Boundary: agreement of edges, as DAVIS counts it', ({ f }: ReferenceLevel) => f],
  ['IoU', 'Overlap over time with the counterpart', ({ iou }: ReferenceLevel) => iou],
  ['P', 'Precision: matched by objects of the answer', ({ precision }: ReferenceLevel) => precision],
  ['R', 'Recall: matched by objects of the reference', ({ recall }: ReferenceLevel) => recall],
] as const

export function ScoreTable({ scores }: { readonly scores: readonly ScoreState[] }) {
  const [isEach, setEach] = useState(false)
  const best = bestOf(scores)
  const isUneven = new Set(scores.map(({ frames }) => frames)).size > 1
  return (
    <section aria-label="Scores against the reference" className="flex min-h-0 flex-col border-t border-line">
      <PanelHead title="Against the reference">
        <label className="inline-flex items-center gap-1.5">
          <input
            type="checkbox"
            data-testid="each-object"
            className="accent-[var(--acc)]"
            checked={isEach}
            onChange={(event) => setEach(event.target.checked)}
          />
          Each object
        </label>
      </PanelHead>
      <div className="min-h-0 flex-1 overflow-y-auto" tabIndex={-1}>
        {scores.length === 0 && (
          <p className="px-3 py-2 text-mut">
            No answer has an annotated frame, or one of the runs still writes: then scores are counted at its end.
          </p>
        )}
        {isUneven && (
          <p className="px-3 py-1.5 text-sm text-warn" data-testid="uneven-frames">
            The answers have different annotated frames, so their scores are not of the same. “Only frames all have” makes them so.
          </p>
        )}
        {scores.map((one) => (
          <Progress key={one.side} score={one} />
        ))}
        <table className="w-full border-collapse text-sm" data-testid="score-table">
          <thead className="sticky top-0 bg-panel">
            <tr>
              <th className="h-7 pl-3 text-left font-normal text-mut">Level</th>
              {columns.map(([name, hint]) => (
                <th key={name} scope="col" title={hint} className="px-1 text-right font-normal text-mut last:pr-3">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {scores.map(({ side, frames, levels = [] }) => (
              <Fragment key={side}>
                {levels.length > 0 && (
                  <tr data-testid="score-ground" data-side={side}>
                    <th scope="rowgroup" colSpan={columns.length + 1} className="px-3 pt-1.5 text-left font-normal text-mut">
                      <SideBadge side={side} className="mr-1.5 size-4 align-text-bottom" />
                      {formatCount(frames)} annotated {frames === 1 ? 'frame' : 'frames'}, {objectsOf(levels)}
                    </th>
                  </tr>
                )}
                {levels.map((level) => (
                  <Rows key={level.level} side={side} level={level} isBest={level.jf > 0 && level.jf === best} isEach={isEach} />
                ))}
              </Fragment>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

function Rows({
  side,
  level,
  isBest,
  isEach,
}: {
  readonly side: ScoreState['side']
  readonly level: ReferenceLevel
  readonly isBest: boolean
  readonly isEach: boolean
}) {
  return (
    <>
      <tr data-testid="score-row" data-side={side} data-level={level.level} data-jf={level.jf} data-j={level.j} data-f={level.f}>
        <th scope="row" className="py-0.5 pl-3 text-left font-normal whitespace-nowrap">
          <span className="pl-[22px]">L{level.level}</span>
          {isBest && (
            <span className="ml-1 text-xs text-ok" title="The best J&F here">
              best
            </span>
          )}
        </th>
        {columns.map(([name, , scoreOf]) => (
          <td key={name} className={cn('px-1 text-right last:pr-3', isBest && name === 'J&F' && 'font-semibold')}>
            {scoreOf(level).toFixed(3)}
          </td>
        ))}
      </tr>
      {isEach &&
        level.objects.map(({ id, match, jf, j, f, iou, frames }) => (
          <tr
            key={id}
            className="text-mut"
            title={match === undefined && frames === 0 ? 'Not found' : `It or its counterpart is seen on ${formatCount(frames)} frames`}
          >
            <th scope="row" className="pl-8 text-left font-normal whitespace-nowrap">
              {id % idsPerLevel} → {match === undefined ? 'none' : labelOfId(match)}
            </th>
            {[jf, j, f, iou].map((value, at) => (
              <td key={columns[at]?.[0]} className="px-1 text-right">
                {value.toFixed(3)}
              </td>
            ))}
            <td colSpan={2} />
          </tr>
        ))}
    </>
  )
}

function Progress({ score: { side, done, total, levels, fault } }: { readonly score: ScoreState }) {
  if (fault) return <FaultCard fault={fault} />
  if (levels) return null
  return (
    <div className="px-3 py-1.5 text-sm text-mut" data-testid="scoring">
      <p className="mb-1 flex items-center gap-1.5">
        <SideBadge side={side} className="size-4" /> Scoring: {formatCount(done)} of {formatCount(total)} readings of a frame
      </p>
      <ProgressBar done={done} total={total} label="Frames scored" />
    </div>
  )
}

/** Scores of different frames are no contest. */
function bestOf(scores: readonly ScoreState[]): number | undefined {
  const all = scores.flatMap(({ levels = [] }) => levels.map(({ jf }) => jf))
  return all.length > 1 && new Set(scores.map(({ frames }) => frames)).size === 1 ? Math.max(...all) : undefined
}

/** Each level has the same objects of the reference. */
function objectsOf(levels: readonly ReferenceLevel[]): string {
  const count = Math.max(0, ...levels.map(({ objects }) => objects.length))
  return `${formatCount(count)} annotated ${count === 1 ? 'object' : 'objects'}`
}
