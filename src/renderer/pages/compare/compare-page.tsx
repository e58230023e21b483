// Compare: two to four answers over one playhead, their disagreements ranked, their scores, and what the runs were told.
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { Download } from 'lucide-react'
import { formatBytes, formatCount } from '#core/base/format'
import type { PairCanvasActs } from '../../frame/pair-canvas.tsx'
import { cacheCapacityBytes } from '../../frame/frame-source.ts'
import { defaultCompareView, hashFromRoute, referencePathOf } from '../../state/route.ts'
import { useServices, useSettings, useView } from '../../state/services.tsx'
import { Button, LinkButton } from '../../ui/button.tsx'
import { FaultCard } from '../../ui/fault-card.tsx'
import { AnswersBar } from './answers-bar.tsx'
import { sceneNote } from './common-ground.ts'
import { useCompareActs } from './compare-acts.ts'
import { CompareDock } from './compare-dock.tsx'
import { CompareTools } from './compare-tools.tsx'
import { FactTable } from './fact-table.tsx'
import type { ColourOfPair } from './pair-look.ts'
import { PairPicture } from './pair-picture.tsx'
import { PlaceList } from './place-list.tsx'
import { RunChoice } from './run-choice.tsx'
import { ScoreTable } from './score-table.tsx'
import { SideBadge } from './side-badge.tsx'
import { useBlink } from './use-blink.ts'
import type { ShownAnswer } from './use-answer.ts'
import { type Compare, lettersOf, useCompare } from './use-compare.ts'

// The writer of videos is large, and few come for it.
const TakeAway = lazy(() => import('./take-away.tsx').then((module) => ({ default: module.TakeAway })))

export function ComparePage({ a, b }: { readonly a: string; readonly b: string }) {
  const more = useView(({ route }) => (route.page === 'compare' ? route.view.more : undefined)) ?? []
  if ([a, b, ...more].includes('')) return <RunChoice sources={[a, b, ...more]} />
  return <Answers a={a} b={b} />
}

function Answers({ a, b }: { readonly a: string; readonly b: string }) {
  const compare = useCompare(a, b)
  const canvas = useRef<PairCanvasActs>(null)
  const [scale, setScale] = useState(1)
  const [share, setShare] = useState(0.5)
  const [isTaking, setTaking] = useState(false)
  const [colourBy, setColourBy] = useState<ColourOfPair>('match')
  const blink = useBlink(compare.view.mode === 'blink')
  const rightOpen = useSettings((all) => all.rightOpen)
  useCompareActs(compare, canvas, blink)
  useStatusNote(compare)
  const refused =
    compare.answers.find((answer) => answer.refused && !answer.record) ??
    compare.answers.find(({ reference, refused: fault }) => reference !== undefined && fault)
  if (refused) return <Refused answer={refused} />
  const coverageFault = compare.answers.find((answer) => answer.coverageFault)?.coverageFault
  const nothing = compare.isKnown && compare.frames.length === 0 ? wordsOfNothing(compare) : undefined
  const drawing = { compare, blink, colourBy, share, onShare: setShare }
  return (
    <div className="grid h-full grid-rows-[minmax(0,1fr)_auto]" data-testid="compare-page">
      <div className="grid min-h-0" style={{ gridTemplateColumns: `minmax(0, 1fr)${rightOpen ? ' 340px' : ''}` }}>
        <div className="@container grid min-h-0 min-w-0 grid-rows-[auto_auto_auto_minmax(0,1fr)] bg-well">
          <CompareTools {...drawing} scale={scale} onColourBy={setColourBy} onFit={() => canvas.current?.fit()} />
          <AnswersBar compare={compare}>
            <Button
              size="s"
              kind="bare"
              title="Take away: picture, report, hard frames, video"
              data-testid="take-away"
              onClick={() => setTaking(true)}
            >
              <Download size={13} aria-hidden /> Take away
            </Button>
          </AnswersBar>
          <Notes compare={compare} />
          {coverageFault ? (
            <FaultCard className="m-4" fault={coverageFault} />
          ) : nothing ? (
            <NothingInCommon compare={compare} words={nothing} />
          ) : (
            <PairPicture {...drawing} canvas={canvas} onScale={setScale} />
          )}
        </div>
        {rightOpen && (
          <aside
            aria-label="Differences"
            className="grid min-h-0 border-l border-line bg-panel"
            style={{
              gridTemplateRows: compare.scores ? 'minmax(0,1fr) fit-content(30%) fit-content(30%)' : 'minmax(0,1fr) fit-content(40%)',
            }}
          >
            <PlaceList compare={compare} />
            {compare.scores && <ScoreTable scores={compare.scores} />}
            <FactTable answers={compare.answers} />
          </aside>
        )}
      </div>
      <CompareDock compare={compare} />
      {isTaking && (
        <Suspense fallback={null}>
          <TakeAway compare={compare} canvas={canvas} colourBy={colourBy} share={share} onClose={() => setTaking(false)} />
        </Suspense>
      )}
    </div>
  )
}

/** What a person should know before they judge: other scenes, other sizes, a run that still writes. */
function Notes({ compare }: { readonly compare: Compare }) {
  const { a, b, answers, problem, isAcross, matching } = compare
  if (!a.ground || !b.ground) return <div />
  const going = answers.filter(({ isGoing }) => isGoing).map(({ letter }) => letter)
  const letters = lettersOf(compare)
  const isSame = a.source === b.source && a.stage === b.stage && !isAcross
  const notes = [
    sceneNote(a.ground.scene, b.ground.scene, letters),
    problem && `${problem}: they are shown beside each other only`,
    isSame ? `${a.letter} and ${b.letter} are the same` : undefined,
    isAcross ? `Levels of ${a.letter} and ${b.letter} differ: objects are matched across levels` : undefined,
    going.length > 0
      ? `${going.join(' and ')} still ${going.length === 1 ? 'writes' : 'write'}: ${formatCount(matching.done)} frames that are whole are matched, more are added as they come`
      : undefined,
  ].filter((note) => note !== undefined)
  if (notes.length === 0) return <div />
  return (
    <p role="status" className="truncate border-b border-line bg-panel px-3 py-1 text-sm text-warn" title={notes.join(' · ')}>
      {notes.join(' · ')}
    </p>
  )
}

function wordsOfNothing({ ground, answers }: Compare): string {
  if (!ground) return ''
  if (ground.frames.length === 0) return 'The answers have no frame in common.'
  if (ground.levels.length === 0) return 'The answers have no level in common.'
  if (answers.some(({ stage }) => stage === undefined)) return 'There is an answer that has written no stage yet.'
  return `There is no frame yet on which ${answers.map(({ letter, stage }) => `${letter} (${stage})`).join(' and ')} have all written.`
}

function NothingInCommon({ compare, words }: { readonly compare: Compare; readonly words: string }) {
  return (
    <div className="flex flex-col items-center justify-center gap-3 p-6 text-center" data-testid="nothing-in-common">
      <p className="text-txt">{words}</p>
      <p className="max-w-[60ch] text-mut">Compare with another run, choose another stage above, or start a run on the same frames.</p>
      <CompareWithAnother kept={compare.a.source} />
    </div>
  )
}

function CompareWithAnother({ kept, size }: { readonly kept: string; readonly size?: 's' }) {
  return (
    <LinkButton {...(size ? { size } : {})} href={hashFromRoute({ page: 'compare', a: kept, b: '', view: defaultCompareView })}>
      Compare with another run
    </LinkButton>
  )
}

function Refused({ answer }: { readonly answer: ShownAnswer }) {
  const { route } = useView((state) => state)
  const fault = answer.refused
  if (!fault || route.page !== 'compare') return null
  const kept = [route.a, route.b].find((source) => source !== answer.source && referencePathOf(source) === undefined) ?? ''
  return (
    <div className="p-6">
      <p className="mb-2 flex items-center gap-2 text-mut">
        <SideBadge side={answer.side} /> {answer.reference ?? answer.runId}
      </p>
      <FaultCard fault={fault}>
        <CompareWithAnother kept={kept} size="s" />
      </FaultCard>
    </div>
  )
}

function useStatusNote({ shown }: Compare): void {
  const { notes } = useServices()
  const { group, cacheBytes } = shown
  useEffect(() => {
    const took = Math.max(0, ...(group ?? []).map(({ tookMs }) => tookMs))
    const picture = group?.[0]?.picture
    const left = picture
      ? `pictures ${picture.width} × ${picture.height} · ${took === 0 ? 'from the cache' : `${Math.round(took)} ms`}`
      : ''
    const budget = cacheCapacityBytes * Math.max(2, group?.length ?? 0)
    notes.setState({ status: { left, right: `cache ${formatBytes(cacheBytes)} of ${formatBytes(budget)}` } })
  }, [notes, group, cacheBytes])
  useEffect(() => () => notes.setState({ status: { left: '', right: '' } }), [notes])
}
