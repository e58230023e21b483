// The table of parameters and counts of all runs among the answers; at first only what differs.
import { Fragment, useMemo, useState } from 'react'
import { formatCount } from '#core/base/format'
import { cn } from '../../ui/class-names.ts'
import { PanelHead } from '../../ui/panel.tsx'
import { type ComparedStage, factGroups, samenessWords } from './fact-rows.ts'
import { SideBadge } from './side-badge.tsx'
import type { ShownAnswer } from './use-answer.ts'

export function FactTable({ answers }: { readonly answers: readonly ShownAnswer[] }) {
  const runs = answers.flatMap(({ side, letter, record, reference, stage, coverage }): Column[] =>
    record && reference === undefined
      ? [{ side, letter, record, stage, frameCount: stage === undefined ? 0 : coverage.framesOf(stage).size }]
      : [],
  )
  return runs.length === 0 ? null : <Table runs={runs} />
}

type Column = ComparedStage & { readonly side: ShownAnswer['side']; readonly letter: string }

function Table({ runs }: { readonly runs: readonly Column[] }) {
  const [isAll, setAll] = useState(false)
  const [sides, letters] = [runs.map(({ side }) => side), runs.map(({ letter }) => letter)]
  const isOneRun = runs.length > 1 && runs.every(({ record }) => record.id === runs[0]?.record.id)
  const stages = runs.map(({ stage, frameCount }) => `${stage} ${frameCount}`).join()
  // biome-ignore lint/correctness/useExhaustiveDependencies: the list is made anew with each drawing, its records are not
  const groups = useMemo(() => factGroups(runs), [stages, runs.length, ...runs.map(({ record }) => record)])
  const shown = groups
    .map(({ title, rows }) => ({ title, rows: rows.filter((row) => isAll || row.differs) }))
    .filter(({ rows }) => rows.length > 0)
  const count = groups.reduce((sum, { rows }) => sum + rows.filter((row) => row.differs).length, 0)
  return (
    <section aria-label="Parameters and counts" className="flex min-h-0 flex-col border-t border-line">
      <PanelHead title="Parameters and counts" note={`${formatCount(count)} differ`}>
        <label className="inline-flex items-center gap-1.5">
          <input
            type="checkbox"
            data-testid="only-differences"
            className="accent-[var(--acc)]"
            checked={!isAll}
            onChange={(event) => setAll(!event.target.checked)}
          />
          Only differences
        </label>
      </PanelHead>
      <div className="min-h-0 flex-1 overflow-y-auto" tabIndex={-1}>
        <table className="w-full table-fixed border-collapse text-sm" data-testid="fact-table">
          <thead className="sticky top-0 bg-panel">
            <tr>
              <th className={cn('pl-3 text-left font-normal', sides.length > 2 ? 'w-[28%]' : 'w-[44%]')}>
                <span className="sr-only">What</span>
              </th>
              {sides.map((side) => (
                <th key={side} className="h-7 px-1 text-right font-normal last:pr-3">
                  <SideBadge side={side} />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map(({ title, rows }) => (
              <Fragment key={title}>
                <tr>
                  <th colSpan={sides.length + 1} scope="colgroup" className="px-3 pt-2 pb-0.5 text-left text-xs font-normal text-dim">
                    {title}
                  </th>
                </tr>
                {rows.map((row) => (
                  <tr key={row.name} data-differs={row.differs} className="align-top">
                    <th scope="row" title={row.hint} className="py-px pl-3 text-left font-normal break-words text-mut">
                      {row.name}
                    </th>
                    {row.values.map((value, index) => (
                      <td key={sides[index]} className={cn('py-px pr-1 pl-1 text-right break-words last:pr-3', !row.differs && 'text-mut')}>
                        {value}
                      </td>
                    ))}
                  </tr>
                ))}
              </Fragment>
            ))}
          </tbody>
        </table>
        {shown.length === 0 && <p className="px-3 py-2 text-mut">{samenessWords(runs, letters)}</p>}
        {shown.length > 0 && isOneRun && !isAll && (
          <p className="px-3 py-2 text-mut" data-testid="one-run">
            All are stages of one run, so its parameters and times are the same for all.
          </p>
        )}
      </div>
    </section>
  )
}
