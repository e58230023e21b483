// The thin bar on top: where one is, what the queue and the machine do, and the way to everything else.
import type { ReactNode } from 'react'
import type { DoctorLine } from '#api/api'
import { defaultCompareView, hashFromRoute, referencePathOf, type Route } from '../../state/route.ts'
import { useDoctor, useQueue } from '../../state/queries.ts'
import { useView } from '../../state/services.tsx'
import { Chip } from '../../ui/chip.tsx'
import { isMac, Kbd } from '../../ui/kbd.tsx'
import { queueChip } from '../queue/queue-words.ts'
import { useRunName } from './run-name.ts'

export function TopBar({ onSearch }: { readonly onSearch: () => void }) {
  return (
    <header className="row-start-1 flex min-w-0 items-center gap-2.5 border-b border-line bg-panel px-3">
      <a href="#/" className="rounded font-semibold tracking-[.01em]">
        Scenewright
      </a>
      <Crumbs />
      <span className="flex-1" />
      <a href="#/runs" className="rounded-md px-1.5 text-sm text-mut hover:text-txt">
        Runs
      </a>
      <a href="#/models" className="rounded-md px-1.5 text-sm text-mut hover:text-txt">
        Models
      </a>
      <QueueChip />
      <MachineChips />
      <button
        type="button"
        onClick={onSearch}
        className="inline-flex h-6 items-center gap-2 rounded-md border border-line2 px-2 text-sm text-mut whitespace-nowrap hover:border-dim hover:text-txt"
      >
        <span className="max-[1100px]:hidden">Search or do anything</span>
        <span className="min-[1101px]:hidden">Search</span>
        <Kbd>{isMac() ? '⌘ K' : 'ctrl K'}</Kbd>
      </button>
    </header>
  )
}

function Crumbs() {
  const route = useView((state) => state.route)
  const name = useRunName('runId' in route ? route.runId : undefined)
  const [nameA, nameB] = [useRunName(runOf(route, 'a')), useRunName(runOf(route, 'b'))]
  const parts: { text: string; href: string }[] = []
  if (route.page === 'new') parts.push({ text: 'New run', href: hashFromRoute(route) })
  if (route.page === 'queue') parts.push({ text: 'Queue', href: hashFromRoute(route) })
  if (route.page === 'registry') parts.push({ text: 'All runs', href: hashFromRoute(route) })
  if (route.page === 'models') parts.push({ text: 'Models', href: '#/models' })
  if (route.page === 'machine') parts.push({ text: 'Machine and settings', href: hashFromRoute(route) })
  if ('runId' in route) parts.push({ text: name ?? route.runId, href: hashFromRoute({ page: 'run', runId: route.runId }) })
  if (route.page === 'compare') {
    parts.push({ text: 'Compare', href: hashFromRoute({ page: 'compare', a: '', b: '', view: defaultCompareView }) })
    const [runA, runB] = [runOf(route, 'a'), runOf(route, 'b')]
    if (runA) parts.push({ text: nameA ?? runA, href: hashFromRoute({ page: 'run', runId: runA }) })
    if (runB && runB !== runA) parts.push({ text: nameB ?? runB, href: hashFromRoute({ page: 'run', runId: runB }) })
  }
  if (route.page === 'browse') parts.push({ text: 'Frames', href: hashFromRoute(route) })
  return (
    <nav aria-label="Where you are" className="flex min-w-0 items-center gap-1.5 text-mut">
      {parts.map((part, i) => (
        <span key={part.href} className="flex min-w-0 items-center gap-1.5">
          <span className="text-dim" aria-hidden>
            /
          </span>
          <a
            href={part.href}
            title={part.text}
            aria-current={i === parts.length - 1 ? 'page' : undefined}
            className="max-w-[38ch] truncate rounded hover:text-txt aria-[current=page]:text-txt"
          >
            {part.text}
          </a>
        </span>
      ))}
    </nav>
  )
}

function runOf(route: Route, side: 'a' | 'b'): string | undefined {
  return route.page === 'compare' && route[side] !== '' && referencePathOf(route[side]) === undefined ? route[side] : undefined
}

/** How many go and how many wait, and what keeps them; there whenever it says something. */
function QueueChip() {
  const queue = useQueue().data
  if (!queue) return null
  const { state, parts, why } = queueChip(queue)
  return (
    <a href="#/queue" className="rounded-md" data-testid="queue-chip" aria-label={`Queue: ${parts.join(', ')}`}>
      <Chip state={state} title={why} className="hover:border-dim">
        {parts.join(' · ')}
      </Chip>
    </a>
  )
}

/** What this machine lacks is in sight at all times, with its reason on hover and its remedy one click away. */
function MachineChips(): ReactNode {
  const lines = useDoctor().data ?? []
  const weight = (line: DoctorLine) => (line.state === 'broken' ? 0 : line.id.startsWith('gpu') ? 1 : 2)
  const lacking = lines.filter((line) => line.state !== 'ok').sort((a, b) => weight(a) - weight(b))
  if (lacking.length === 0) return null
  return (
    <a href="#/machine" className="flex min-w-0 gap-2 rounded-md">
      {lacking.slice(0, 1).map((line) => (
        <Chip
          key={line.id}
          state={line.state}
          title={`${line.found}${line.remedy ? ` — ${line.remedy}` : ''}`}
          className="max-w-[300px] hover:border-dim max-[1500px]:max-w-[190px] max-[1100px]:max-w-[120px]"
        >
          {line.title}: {line.found}
        </Chip>
      ))}
      {lacking.length > 1 && (
        <Chip title={lacking.map((line) => `${line.title}: ${line.found}`).join('\n')}>
          +{lacking.length - 1}
          <span className="sr-only">
            {' '}
            more that this machine lacks:{' '}
            {lacking
              .slice(1)
              .map((line) => line.title)
              .join(', ')}
          </span>
        </Chip>
      )}
    </a>
  )
}
