// Compare: two answers over one playhead, their disagreements ranked, and what the runs were told.
import { useEffect, useRef, useState } from 'react'
import { formatBytes } from '#core/base/format'
import type { PairCanvasActs } from '../../frame/pair-canvas.tsx'
import { cacheCapacityBytes } from '../../frame/frame-source.ts'
import { defaultCompareView, hashFromRoute } from '../../state/route.ts'
import { useServices, useSettings } from '../../state/services.tsx'
import { LinkButton } from '../../ui/button.tsx'
import { FaultCard } from '../../ui/fault-card.tsx'
import { sceneNote } from './common-ground.ts'
import { useCompareActs } from './compare-acts.ts'
import { CompareDock } from './compare-dock.tsx'
import { CompareTools } from './compare-tools.tsx'
import { FactTable } from './fact-table.tsx'
import type { ColourOfPair } from './pair-look.ts'
import { PairPicture } from './pair-picture.tsx'
import { PlaceList } from './place-list.tsx'
import { RunChoice } from './run-choice.tsx'
import { SideBadge } from './side-badge.tsx'
import { useBlink } from './use-blink.ts'
import { type Compare, useCompare } from './use-compare.ts'

export function ComparePage({ a, b }: { readonly a: string; readonly b: string }) {
  if (a === '' || b === '') return <RunChoice a={a} b={b} />
  return <TwoAnswers a={a} b={b} />
}

function TwoAnswers({ a, b }: { readonly a: string; readonly b: string }) {
  const compare = useCompare(a, b)
  const canvas = useRef<PairCanvasActs>(null)
  const [scale, setScale] = useState(1)
  const [colourBy, setColourBy] = useState<ColourOfPair>('match')
  const blink = useBlink(compare.view.mode === 'blink')
  const rightOpen = useSettings((all) => all.rightOpen)
  useCompareActs(compare, canvas, blink)
  useStatusNote(compare)
  const refused = (['a', 'b'] as const).find((side) => compare[side].refused && !compare[side].record)
  if (refused) return <Refused compare={compare} side={refused} />
  const coverageFault = compare.a.coverageFault ?? compare.b.coverageFault
  const nothing = compare.isKnown && compare.frames.length === 0 ? wordsOfNothing(compare) : undefined
  return (
    <div className="grid h-full grid-rows-[minmax(0,1fr)_auto]" data-testid="compare-page">
      <div className="grid min-h-0" style={{ gridTemplateColumns: `minmax(0, 1fr)${rightOpen ? ' 320px' : ''}` }}>
        <div className="grid min-h-0 min-w-0 grid-rows-[32px_auto_minmax(0,1fr)] bg-well">
          <CompareTools
            compare={compare}
            blink={blink}
            scale={scale}
            colourBy={colourBy}
            onColourBy={setColourBy}
            onFit={() => canvas.current?.fit()}
          />
          <Notes compare={compare} />
          {coverageFault ? (
            <FaultCard className="m-4" fault={{ code: 'UNEXPECTED', params: { reason: coverageFault.message } }} />
          ) : nothing ? (
            <NothingInCommon compare={compare} words={nothing} />
          ) : (
            <PairPicture compare={compare} canvas={canvas} blink={blink} colourBy={colourBy} onScale={setScale} />
          )}
        </div>
        {rightOpen && (
          <aside aria-label="Differences" className="grid min-h-0 grid-rows-[minmax(0,3fr)_minmax(0,2fr)] border-l border-line bg-panel">
            <PlaceList compare={compare} />
            {compare.a.record && compare.b.record ? <FactTable a={compare.a.record} b={compare.b.record} /> : <div />}
          </aside>
        )}
      </div>
      <CompareDock compare={compare} />
    </div>
  )
}

/** What a person should know before they judge: other scenes, other sizes, a run that still writes. */
function Notes({ compare: { a, b, problem } }: { readonly compare: Compare }) {
  if (!a.record || !b.record) return <div />
  const isGoing = [a.record, b.record].some(({ state }) => state === 'running' || state === 'pausing')
  const notes = [
    sceneNote(a.record.scene, b.record.scene),
    problem && `${problem}: they are shown beside each other only`,
    a.runId === b.runId ? 'A and B are the same run' : undefined,
    isGoing ? 'A run still writes: matching begins again with each new frame' : undefined,
  ].filter((note) => note !== undefined)
  if (notes.length === 0) return <div />
  return (
    <p role="status" className="truncate border-b border-line bg-panel px-3 py-1 text-sm text-warn">
      {notes.join(' · ')}
    </p>
  )
}

function wordsOfNothing({ ground, stage }: Compare): string {
  if (!ground) return ''
  if (ground.frames.length === 0) return 'The two runs have selected no frame in common.'
  if (ground.levels.length === 0) return 'The two runs have no level in common.'
  if (ground.stages.length === 0 || stage === undefined) return 'There is no stage yet that both runs have written.'
  return `There is no frame yet on which both runs have written ${stage}.`
}

function NothingInCommon({ compare, words }: { readonly compare: Compare; readonly words: string }) {
  return (
    <div className="flex flex-col items-center justify-center gap-3 p-6 text-center" data-testid="nothing-in-common">
      <p className="text-txt">{words}</p>
      <p className="max-w-[60ch] text-mut">Compare with another run, or start one on the same frames.</p>
      <LinkButton href={hashFromRoute({ page: 'compare', a: compare.a.runId, b: '', view: defaultCompareView })}>
        Compare with another run
      </LinkButton>
    </div>
  )
}

function Refused({ compare, side }: { readonly compare: Compare; readonly side: 'a' | 'b' }) {
  const fault = compare[side].refused
  const kept = compare[side === 'a' ? 'b' : 'a'].runId
  if (!fault) return null
  return (
    <div className="p-6">
      <p className="mb-2 flex items-center gap-2 text-mut">
        <SideBadge side={side} /> {compare[side].runId}
      </p>
      <FaultCard fault={fault}>
        <LinkButton size="s" href={hashFromRoute({ page: 'compare', a: kept, b: '', view: defaultCompareView })}>
          Compare with another run
        </LinkButton>
      </FaultCard>
    </div>
  )
}

function useStatusNote({ shown }: Compare): void {
  const { notes } = useServices()
  const { pair, cacheBytes } = shown
  useEffect(() => {
    const took = pair ? Math.max(pair.a.tookMs, pair.b.tookMs) : 0
    const left = pair
      ? `pictures ${pair.a.picture.width} × ${pair.a.picture.height} · ${took === 0 ? 'from the cache' : `${Math.round(took)} ms`}`
      : ''
    notes.setState({ status: { left, right: `cache ${formatBytes(cacheBytes)} of ${formatBytes(cacheCapacityBytes * 2)}` } })
  }, [notes, pair, cacheBytes])
  useEffect(() => () => notes.setState({ status: { left: '', right: '' } }), [notes])
}
