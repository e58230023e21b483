// How the scores of the listed objects spread, from 0 to 1.
import { useMemo } from 'react'
import { PanelHead } from '../../ui/panel.tsx'
import type { Filterable } from './filter/mask-filter.ts'

const bins = 24

export function ScoreHistogram({ objects }: { readonly objects: readonly Filterable[] }) {
  const { count, low, high, heights } = useMemo(() => {
    const scores = objects.flatMap((one) => one.score ?? [])
    const from = scores.reduce((least, score) => Math.min(least, score), 1)
    const to = scores.reduce((most, score) => Math.max(most, score), 0)
    const counts = Array.from({ length: bins }, () => 0)
    for (const score of scores) {
      const at = to > from ? Math.min(bins - 1, Math.floor(((score - from) / (to - from)) * bins)) : 0
      counts[at] = (counts[at] ?? 0) + 1
    }
    const most = Math.max(1, ...counts)
    return { count: scores.length, low: from, high: to, heights: counts.map((count, bin) => ({ bin, share: count / most })) }
  }, [objects])
  if (count < 2) return null
  return (
    <section aria-label="Scores" className="shrink-0 border-t border-line">
      <PanelHead title="Score" className="border-b-0">
        <span>
          {low.toFixed(2)} – {high.toFixed(2)}
        </span>
      </PanelHead>
      <div aria-hidden className="flex h-9 items-end gap-[2px] px-3 pb-2">
        {heights.map(({ bin, share }) => (
          <span
            key={bin}
            className="flex-1 bg-dim"
            style={{ height: `${Math.max(share * 100, share > 0 ? 6 : 2)}%`, opacity: share > 0 ? 1 : 0.4 }}
          />
        ))}
      </div>
    </section>
  )
}
