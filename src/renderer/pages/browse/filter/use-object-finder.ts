// The objects of this run in the palette: by a part of the number, or by a rule of the filter language.
import { formatCount } from '#core/base/format'
import { useServices } from '../../../state/services.tsx'
import { useFinder } from '../../../state/use-finder.ts'
import { look } from '../../../state/view-store.ts'
import type { Browse } from '../use-browse.ts'
import { type Filterable, maskFilterFromText } from './mask-filter.ts'

const most = 12

export function useObjectFinder(browse: Browse): void {
  const { view } = useServices()
  const find = (text: string) => {
    const filter = maskFilterFromText(text.replace(/^object\s+/i, ''), browse.notes)
    if (filter.isEmpty || filter.strange.length > 0) return []
    const found: Filterable[] = []
    for (const one of browse.objects) {
      if (filter.passes(one)) found.push(one)
      if (found.length > most) break
    }
    const rows = found.slice(0, most).map((one) => ({
      key: String(one.id),
      title: one.label,
      note: wordsOf(one),
      act: () => look(view, { selected: one.id }),
    }))
    const all = { key: 'all', title: `Filter the list: ${text}`, act: () => look(view, { filter: text.replace(/^object\s+/i, '') }) }
    return found.length > 1 ? [...rows, all] : rows
  }
  useFinder('Objects of this run', find, browse.objects, browse.isReading ? 'the masks of this run' : undefined)
}

function wordsOf({ level, area, score, frames }: Filterable): string {
  return [
    `level ${level}`,
    ...(area === undefined ? [] : [`${formatCount(Math.round(area))} pixels`]),
    ...(score === undefined ? [] : [`score ${score.toFixed(2)}`]),
    ...(frames === undefined ? [] : [`${formatCount(frames)} frames`]),
  ].join(' · ')
}
