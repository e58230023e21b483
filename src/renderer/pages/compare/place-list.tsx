// The worst places of a comparison, ranked: each row leads there.
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef } from 'react'
import { formatCount } from '#core/base/format'
import type { RelationKind } from '#core/compare/compare-types'
import { kindsInOrder, meaningOfKind, wordOfKind } from '#core/compare/kind-words'
import { useServices } from '../../state/services.tsx'
import { lookAtBoth } from '../../state/view-store.ts'
import { Button } from '../../ui/button.tsx'
import { cn } from '../../ui/class-names.ts'
import { FaultCard } from '../../ui/fault-card.tsx'
import { Kbd } from '../../ui/kbd.tsx'
import { PanelHead, ProgressBar } from '../../ui/panel.tsx'
import type { Place } from './merged-levels.ts'
import { nameOfObject, wordOfPlace } from './place-words.ts'
import type { ShownAnswer } from './use-answer.ts'
import { type Compare, lettersOf, placeNumber } from './use-compare.ts'

export function PlaceList({ compare }: { readonly compare: Compare }) {
  const { matching, merged, problem, places, kinds } = compare
  return (
    <section aria-label="Disagreements" className="flex min-h-0 flex-col">
      <PanelHead title="Worst places" note={places.length > 0 ? formatCount(places.length) : undefined}>
        <Kbd>n</Kbd>
        <Kbd>p</Kbd>
      </PanelHead>
      <Progress compare={compare} />
      {merged && <Totals compare={compare} />}
      {problem && <p className="p-3 text-mut">{problem}. Pixels cannot be laid over each other, so nothing is matched.</p>}
      {matching.fault && (
        <FaultCard fault={matching.fault}>
          <Button size="s" onClick={matching.again}>
            Match again
          </Button>
        </FaultCard>
      )}
      {merged && matching.phase === 'done' && places.length === 0 && kinds.size > 0 && (
        <p className="p-3 text-mut">No place of the chosen kinds. Choose others above, or press one again to see all.</p>
      )}
      {merged && matching.phase === 'done' && places.length === 0 && kinds.size === 0 && (
        <p className="p-3 text-mut" data-testid="no-places">
          {compare.a.letter} and {compare.b.letter} say the same on every common frame at these levels. Try another stage or level, or
          another answer.
        </p>
      )}
      {places.length > 0 && <Rows compare={compare} places={places} />}
    </section>
  )
}

function Progress({ compare: { matching } }: { readonly compare: Compare }) {
  const { phase, done, total, stop, again } = matching
  if (phase !== 'matching' && phase !== 'stopped') return null
  return (
    <div className="border-b border-line px-3 py-2 text-sm text-mut" data-testid="matching">
      <p className="mb-1.5 flex items-center gap-2">
        <span className="flex-1 truncate">
          {phase === 'matching' ? 'Matching objects' : 'Stopped'}: {formatCount(done)} of {formatCount(total)} frames
        </span>
        {phase === 'matching' ? (
          <Button size="s" kind="bare" onClick={stop}>
            Stop
          </Button>
        ) : (
          <Button size="s" kind="bare" onClick={again}>
            Match again
          </Button>
        )}
      </p>
      <ProgressBar done={done} total={total} tone={phase === 'matching' ? 'run' : 'warn'} label="Frames matched" />
    </div>
  )
}

function Totals({ compare }: { readonly compare: Compare }) {
  const { a, b, merged, kinds, setKinds, reference, areTracks } = compare
  if (!merged) return null
  const toggle = (kind: RelationKind) => {
    const next = new Set(kinds)
    if (!next.delete(kind)) next.add(kind)
    setKinds(next)
  }
  return (
    <div className="border-b border-line px-3 py-2 text-sm text-mut" data-testid="comparison-totals">
      <p>
        <span className="text-txt">{percent(merged.share)}</span> of {reference === undefined ? 'the masked area' : 'what is annotated'}{' '}
        differs
        {merged.meanIou !== undefined && <> · matched at IoU {merged.meanIou.toFixed(2)}</>}
      </p>
      <p data-testid="comparison-counts">
        {countWords(merged.objectsA, areTracks, a)} · {countWords(merged.objectsB, areTracks, b)} · {formatCount(merged.frames.size)}{' '}
        {merged.frames.size === 1 ? 'frame' : 'frames'}
      </p>
      {reference !== undefined && <p data-testid="level-words">{levelWords(compare, reference)}</p>}
      <fieldset className="mt-1 flex flex-wrap gap-1">
        <legend className="sr-only">Only places of these kinds</legend>
        {kindsInOrder(reference).map((kind) => (
          <button
            key={kind}
            type="button"
            data-testid={`kind-${kind}`}
            aria-pressed={kinds.has(kind)}
            disabled={merged.counts[kind] === 0}
            title={hintOf(kind, compare)}
            onClick={() => toggle(kind)}
            className="h-6 rounded-md border border-line2 px-1.5 enabled:hover:text-txt disabled:opacity-45 aria-pressed:border-acc aria-pressed:bg-raise aria-pressed:text-txt"
          >
            <span className="text-txt">{formatCount(merged.counts[kind])}</span> {wordOfKind(kind, lettersOf(compare), reference)}
          </button>
        ))}
      </fieldset>
    </div>
  )
}

/** Of candidates each mask counts, of tracks and annotations each object. */
function countWords(count: number, areTracks: boolean, { letter }: ShownAnswer): string {
  const [one, several] = areTracks ? ['object', 'objects'] : ['mask', 'masks']
  return `${letter} ${formatCount(count)} ${count === 1 ? one : several}`
}

/** Annotated objects have no level: what they are held against. */
function levelWords({ a, b }: Compare, reference: 'a' | 'b'): string {
  const [truth, answer] = reference === 'a' ? [a, b] : [b, a]
  const { levels, letter } = answer
  if (levels.length === 1) return `${truth.letter} is the reference, held against level ${levels[0]} of ${letter} alone.`
  return `${truth.letter} is the reference and has no levels: each of its objects counts once, where ${letter} meets it best (level ${levels.join(', ')}). Coloured by match, only what stands for them is drawn.`
}

function hintOf(kind: RelationKind, compare: Compare): string {
  const meaning = meaningOfKind(kind, lettersOf(compare), compare.reference)
  return kind === 'matched' ? `${meaning}; places where their edges differ` : meaning
}

const rowHeight = 42

function Rows({ compare, places }: { readonly compare: Compare; readonly places: readonly Place[] }) {
  const scroller = useRef<HTMLDivElement>(null)
  const rows = useVirtualizer({
    count: places.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
  })
  const current = placeNumber(places, compare.picked)
  useEffect(() => {
    if (current >= 0) rows.scrollToIndex(current)
  }, [current, rows])
  return (
    <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto">
      <ul className="relative" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ index, start }) => (
          <li key={index} className="absolute inset-x-0" style={{ top: start, height: rowHeight }}>
            <PlaceRow compare={compare} place={places[index]!} number={index + 1} isCurrent={index === current} />
          </li>
        ))}
      </ul>
    </div>
  )
}

function PlaceRow({
  compare,
  place,
  number,
  isCurrent,
}: {
  readonly compare: Compare
  readonly place: Place
  readonly number: number
  readonly isCurrent: boolean
}) {
  const { view } = useServices()
  const { frameIndex, objectA, objectB, kind, areaPixels, iou, frameCount } = place
  return (
    <button
      type="button"
      data-testid="place"
      data-frame={frameIndex}
      aria-current={isCurrent ? 'true' : undefined}
      onClick={() => goToPlace(compare, place, (change) => lookAtBoth(view, change))}
      className={cn(
        'grid size-full grid-cols-[28px_minmax(0,1fr)_auto] content-center gap-x-2 border-b border-line px-3 text-left text-sm hover:bg-raise focus-visible:-outline-offset-2',
        isCurrent && 'bg-[color-mix(in_srgb,var(--acc)_10%,transparent)] shadow-[inset_2px_0_var(--acc)]',
      )}
    >
      <span className="row-span-2 text-dim">{number}</span>
      <span className="truncate">
        {wordOfPlace(kind, lettersOf(compare), compare.reference)} <span className="text-mut">{objectWords(compare, place)}</span>
      </span>
      <span className="text-right">frame {frameIndex}</span>
      <span className="truncate text-mut">
        {[
          objectA !== undefined && objectB !== undefined ? `IoU ${iou.toFixed(2)}` : levelOfPlace(compare, place),
          frameCount > 1 && `worst of ${formatCount(frameCount)} frames`,
        ]
          .filter(Boolean)
          .join(' · ')}
      </span>
      <span className="text-right text-mut">{formatCount(areaPixels)} px</span>
    </button>
  )
}

/** An annotated object that is missing is so at every level. */
function levelOfPlace({ reference, a, b }: Compare, { level, objectA, objectB }: Place): string | false {
  const isMissing = reference !== undefined && (reference === 'a' ? objectB : objectA) === undefined
  if (isMissing && (reference === 'a' ? b : a).levels.length > 1) return 'at no level'
  return level > 0 && `level ${level}`
}

function objectWords({ a, b }: Compare, { objectA, objectB }: Place): string {
  const sides = [[objectA, a] as const, [objectB, b] as const]
  return sides.flatMap(([id, { reference }]) => (id === undefined ? [] : nameOfObject(id, reference !== undefined))).join(' → ')
}

/** Picks the objects of a place and goes to its frame. */
export function goToPlace(compare: Compare, place: Place, go: (change: { readonly frameIndex: number }) => void): void {
  compare.setPicked({ a: place.objectA, b: place.objectB, frameIndex: place.frameIndex })
  go({ frameIndex: place.frameIndex })
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`
}
