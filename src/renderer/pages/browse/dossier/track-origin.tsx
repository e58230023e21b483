// Where a track came from: its prompt, what was merged into it, what became of the candidates beside it, and the settings that made it.
import { Crosshair } from 'lucide-react'
import type { ReactNode } from 'react'
import { formatCount } from '#core/base/format'
import { labelOfId } from '#core/segment/frame-masks'
import type { Track } from '#core/segment/track'
import type { SiblingFate } from '#core/segment/track-origin'
import { useTrackOrigin } from '../../../state/queries.ts'
import { useRun, useServices } from '../../../state/services.tsx'
import { look } from '../../../state/view-store.ts'
import { Fact, Facts, PanelHead } from '../../../ui/panel.tsx'
import { IdLink } from '../id-link.tsx'

/** Rows of a list that are shown before it is cut. */
const most = 8
const reasons = { areaTooSmall: 'too small', unstable: 'unstable', parentDropped: 'its parent was dropped', empty: 'empty' } as const

export function TrackOrigin({ runId, track }: { readonly runId: string; readonly track: Track }) {
  const { view } = useServices()
  const origin = useTrackOrigin(runId, track.id)
  const { prompt, merged = 0 } = track
  const { data } = origin
  if (!prompt && !track.sourceId && merged === 0) return <Lineage runId={runId} />
  return (
    <>
      <PanelHead title="Where it came from" className="border-t" />
      <Facts>
        {prompt && (
          <Fact name="Prompt">
            <button
              type="button"
              className="inline-flex min-h-6 items-center gap-1 rounded hover:text-acc"
              onClick={() => look(view, { frameIndex: prompt.frameIndex })}
            >
              frame {prompt.frameIndex}
              <Crosshair size={11} aria-hidden className="text-dim" />
            </button>{' '}
            {prompt.source === 'user' ? (
              <span data-testid="given-by-hand">mask given by hand</span>
            ) : (
              <CandidateLink frameIndex={prompt.frameIndex} stage="filter" id={prompt.candidateId}>
                candidate {labelOfId(prompt.candidateId)}
              </CandidateLink>
            )}
          </Fact>
        )}
        {track.corrected && (
          <Fact name="Corrected">
            <span data-testid="corrected-by-hand">by hand</span>
            {track.corrected.map((frameIndex) => (
              <button
                key={frameIndex}
                type="button"
                className="ml-1.5 inline-flex min-h-6 items-center rounded hover:text-acc"
                onClick={() => look(view, { frameIndex })}
              >
                frame {frameIndex}
              </button>
            ))}
          </Fact>
        )}
        <Fact name="Merged in">
          {merged === 0 ? 'no other candidate' : `${formatCount(merged)} ${merged === 1 ? 'candidate' : 'candidates'}`}
          {data?.threshold !== undefined && merged > 0 && <span className="text-mut"> above IoU {data.threshold}</span>}
          <Cut of={data?.merged ?? []}>
            {({ frameIndex, candidateId, iou }) => (
              <CandidateLink key={`${frameIndex} ${candidateId}`} frameIndex={frameIndex} stage="filter" id={candidateId}>
                frame {frameIndex}: {labelOfId(candidateId)}, IoU {iou.toFixed(2)}
              </CandidateLink>
            )}
          </Cut>
        </Fact>
        {prompt && data && data.siblings.length > 0 && (
          <Fact name="Beside it">
            <span data-testid="siblings">{wordsOfFates(data.siblings)}</span>
            <Cut of={data.siblings.filter(({ fate }) => fate !== 'track')}>
              {(one) => (
                <span key={one.candidateId} className="block">
                  <CandidateLink frameIndex={prompt.frameIndex} stage="ssam" id={one.candidateId}>
                    {labelOfId(one.candidateId)}
                  </CandidateLink>{' '}
                  <span className="text-mut">
                    <Fate of={one} />
                  </span>
                </span>
              )}
            </Cut>
          </Fact>
        )}
        {origin.error && <Fact name="More">{`cannot be read: ${origin.error.message}`}</Fact>}
      </Facts>
      <Lineage runId={runId} />
    </>
  )
}

/** "3 became tracks, 2 dropped, 1 merged" */
function wordsOfFates(siblings: readonly SiblingFate[]): string {
  const count = (fate: SiblingFate['fate']) => siblings.filter((one) => one.fate === fate).length
  const [tracks, dropped, merged, unknown] = [count('track'), count('dropped'), count('merged'), count('unknown')]
  return [
    tracks > 0 ? `${tracks} became ${tracks === 1 ? 'a track' : 'tracks'}` : '',
    dropped > 0 ? `${dropped} dropped` : '',
    merged > 0 ? `${merged} merged` : '',
    unknown > 0 ? `${unknown} untold` : '',
  ]
    .filter((words) => words !== '')
    .join(', ')
}

function Fate({ of: one }: { readonly of: SiblingFate }) {
  if (one.fate === 'dropped')
    return one.reason === 'areaTooSmall' || one.reason === 'unstable'
      ? `dropped, ${reasons[one.reason]}: ${Number(one.value.toFixed(3))} of ${one.limit}`
      : `dropped, ${reasons[one.reason]}`
  if (one.fate === 'merged')
    return (
      <>
        is {one.trackId === undefined ? 'another one' : <IdLink id={one.trackId} />}, IoU {one.iou.toFixed(2)}
      </>
    )
  return one.fate === 'track' ? <IdLink id={one.trackId} /> : 'the run does not tell what became of it'
}

function Cut<T>({ of: all, children }: { readonly of: readonly T[]; readonly children: (one: T) => ReactNode }) {
  if (all.length === 0) return null
  return (
    <span className="block text-xs">
      {all.slice(0, most).map(children)}
      {all.length > most && <span className="block text-mut">and {formatCount(all.length - most)} more</span>}
    </span>
  )
}

function CandidateLink({
  frameIndex,
  stage,
  id,
  children,
}: {
  readonly frameIndex: number
  readonly stage: 'ssam' | 'filter'
  readonly id: number
  readonly children: ReactNode
}) {
  const { view } = useServices()
  return (
    <button
      type="button"
      className="min-h-6 rounded text-left text-mut hover:text-acc"
      title="Look at that candidate"
      onClick={() => look(view, { frameIndex, stage, selected: id })}
    >
      {children}
    </button>
  )
}

/** The stages it went through, each with the settings it was given. */
function Lineage({ runId }: { readonly runId: string }) {
  const record = useRun(runId, (one) => one?.record)
  const stages = (['ssam', 'filter', 'tracker'] as const).filter((stage) => record?.stages.some(({ id }) => id === stage))
  if (!record || stages.length === 0) return null
  return (
    <>
      <PanelHead title="What made it" className="border-t" />
      <div data-testid="lineage" className="px-3 py-1.5 text-[12.5px]">
        {stages.map((stage) => {
          const { backend, reusedFrom } = record.stages.find(({ id }) => id === stage) ?? {}
          return (
            <details key={stage}>
              <summary className="flex min-h-6 cursor-pointer items-center gap-2 rounded">
                <span className="w-[84px] text-mut">{stage}</span>
                <span className="truncate" title={backend}>
                  {backend ?? <span className="text-dim">its settings</span>}
                </span>
              </summary>
              <ul className="pb-1 pl-[92px] text-xs text-mut">
                {settingsOf(record.config.stages[stage]).map(([name, value]) => (
                  <li key={name}>
                    {name} <span className="text-txt">{value}</span>
                  </li>
                ))}
                {reusedFrom && <li>taken over from run {reusedFrom.runId}</li>}
              </ul>
            </details>
          )
        })}
      </div>
    </>
  )
}

function settingsOf(settings: object): (readonly [name: string, value: string])[] {
  return Object.entries(settings).flatMap(([name, value]) =>
    typeof value === 'object' || value === undefined || value === '' ? [] : [[name, String(value)] as const],
  )
}
