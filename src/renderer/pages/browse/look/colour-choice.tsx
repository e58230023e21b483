// By what masks are coloured on the browse page.
import type { ColourBy } from '#core/view/mask-style'
import { useServices, useSettings, useView } from '../../../state/services.tsx'

const colourWords: Readonly<Record<ColourBy, string>> = {
  id: 'by object',
  level: 'by level',
  score: 'by score',
  area: 'by area',
  stability: 'by stability',
  stage: 'by stage reached',
  disagreement: 'by disagreement',
}

export function ColourChoice() {
  const { settings } = useServices()
  const colourBy = useSettings((all) => all.colourBy)
  const hasOther = useView((state) => state.beside !== '')
  // It has a meaning only against another answer: the one in the panel that compares.
  const offered = Object.entries(colourWords).filter(([by]) => by !== 'disagreement' || hasOther || colourBy === by)
  return (
    <select
      aria-label="Colour by"
      value={colourBy}
      onChange={(event) => settings.setState({ colourBy: colourByOf(event.target.value) })}
      className="h-6 rounded-md border border-line2 bg-panel px-1 text-txt"
    >
      {offered.map(([value, words]) => (
        <option key={value} value={value}>
          {words}
        </option>
      ))}
    </select>
  )
}

function colourByOf(value: string): ColourBy {
  const found = Object.keys(colourWords).find((one) => one === value)
  return (found as keyof typeof colourWords | undefined) ?? 'id'
}
