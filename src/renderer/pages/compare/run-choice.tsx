// Choosing an answer to compare with: another stage of the same run, a run of the same scene or of any other, one from a folder, or annotated masks.
import { FolderOpen, Target } from 'lucide-react'
import { useState } from 'react'
import type { RunSummary } from '#api/api'
import { formatCount } from '#core/base/format'
import { coverageModel } from '../../frame/coverage-model.ts'
import { wordOfStage } from '../../frame/stage-words.ts'
import { useHost } from '../../host/host.tsx'
import { useCoverage, useOpenRun, useRunList } from '../../state/queries.ts'
import {
  type CompareView,
  defaultCompareView,
  hashFromRoute,
  referencePathOf,
  type Route,
  type SideName,
  sideNames,
  sourceOfReference,
  type StageName,
} from '../../state/route.ts'
import { useRun, useServices, useView } from '../../state/services.tsx'
import { useActs } from '../../state/use-acts.ts'
import { useNow } from '../../state/use-now.ts'
import { goTo } from '../../state/view-store.ts'
import { Button, LinkButton } from '../../ui/button.tsx'
import { FaultCard } from '../../ui/fault-card.tsx'
import { TextInput } from '../../ui/field.tsx'
import { colourOfState, StateMark, wordOfState } from '../../ui/state-mark.tsx'
import { relativeTime } from '../../ui/time-words.ts'
import { PathPicker } from '../parts/path-picker.tsx'
import { useRunName } from '../parts/run-name.ts'
import { SideBadge } from './side-badge.tsx'

/** `sources`: as the address has them, at least two; the first empty one is to be chosen. */
export function RunChoice({ sources }: { readonly sources: readonly string[] }) {
  const side = sideNames[sources.indexOf('')] ?? 'a'
  const known = sources.find((source) => source !== '' && referencePathOf(source) === undefined) ?? ''
  const [text, setText] = useState('')
  const [picking, setPicking] = useState<'run' | 'folder'>()
  const { view } = useServices()
  const { native } = useHost()
  const list = useRunList()
  const openRun = useOpenRun()
  const wanted = useView(({ route }) => (route.page === 'compare' ? route.view : defaultCompareView))
  const knownName = useRunName(known === '' ? undefined : known)
  const knownScene = useRun(known, (one) => one?.record?.config.scene)
  const coverage = useCoverage(known, 0)
  const stages = coverageModel(coverage.data ?? []).stages
  const routeWith = (source: string, stage?: StageName) => routeOf(sources, side, source, wanted, stage)
  const fits = (run: RunSummary) =>
    run.id !== known && `${run.name} ${run.sceneName} ${run.id}`.toLowerCase().includes(text.trim().toLowerCase())
  const runs = (list.data ?? []).filter(fits)
  const scene = list.data?.find((run) => run.id === known)?.scenePath ?? knownScene
  const groups = [
    { title: 'Of the same scene', runs: runs.filter((run) => known !== '' && run.scenePath === scene) },
    { title: known === '' ? 'Runs' : 'Of other scenes', runs: runs.filter((run) => known === '' || run.scenePath !== scene) },
  ].filter((group) => group.runs.length > 0)
  const open = (path: string) =>
    openRun.mutate(path, {
      // A folder of several runs names none of them: they are in the list now.
      onSuccess: ({ runId }) => runId !== undefined && goTo(view, routeWith(runId)),
    })
  const taken = (what: 'run' | 'folder', path: string) => (what === 'run' ? open(path) : goTo(view, routeWith(sourceOfReference(path))))
  const pickFolder = async (what: 'run' | 'folder') => {
    if (!native) return setPicking(what)
    const path = await native.pickFolder(titles[what])
    if (path) taken(what, path)
  }
  useActs({ filter: () => document.getElementById('run-choice')?.focus() })
  return (
    <div className="mx-auto flex h-full max-w-[760px] flex-col px-6 pt-8" data-testid="run-choice">
      <h1 className="flex items-center gap-2 text-xl font-semibold">
        <SideBadge side={side} />
        {known === '' ? `Which run is ${side.toUpperCase()}?` : 'Compare with which run?'}
      </h1>
      {known !== '' && (
        <p className="mt-1 flex min-w-0 items-center gap-1.5 text-mut">
          <SideBadge side={sideNames[sources.indexOf(known)] ?? 'a'} className="size-4" />
          <span className="truncate">{knownName ?? known}</span>
        </p>
      )}
      <div className="mt-4 flex gap-2">
        <TextInput
          id="run-choice"
          type="search"
          aria-label="Search runs by name or scene"
          placeholder="Name or scene"
          value={text}
          autoFocus
          onChange={(event) => setText(event.target.value)}
        />
        <Button onClick={() => void pickFolder('run')} disabled={openRun.isPending} title="Also a run of My3DIS">
          <FolderOpen size={14} aria-hidden />
          {openRun.isPending ? 'Opening…' : 'Open a run folder'}
        </Button>
        {known !== '' && (
          <Button
            onClick={() => void pickFolder('folder')}
            data-testid="choose-reference"
            title="A folder of PNG masks named like the frames; 0 is background, other values number objects"
          >
            <Target size={14} aria-hidden />
            Annotated masks
          </Button>
        )}
      </div>
      {openRun.error && <FaultCard className="mt-3" fault={openRun.error} />}
      {list.error && !list.data && <FaultCard className="mt-3" fault={list.error} />}
      {list.isLoading && <p className="mt-4 text-mut">Asking the engine for its runs…</p>}
      <div className="mt-4 min-h-0 flex-1 overflow-y-auto pb-6">
        {known !== '' && stages.length > 1 && text === '' && (
          <section aria-label="Another stage of the same run">
            <h2 className="pt-2 pb-1 text-xs text-dim">Another stage of {knownName ?? known}</h2>
            <p className="flex gap-2 px-2 pb-2">
              {stages.map((stage) => (
                <LinkButton key={stage} size="s" data-testid={`choose-stage-${stage}`} href={hashFromRoute(routeWith(known, stage))}>
                  {wordOfStage(stage)}
                </LinkButton>
              ))}
            </p>
          </section>
        )}
        {groups.map((group) => (
          <section key={group.title} aria-label={group.title}>
            <h2 className="pt-2 pb-1 text-xs text-dim">{group.title}</h2>
            <ul>
              {group.runs.map((run) => (
                <li key={run.id}>
                  <ChoiceRow run={run} href={hashFromRoute(routeWith(run.id))} />
                </li>
              ))}
            </ul>
          </section>
        ))}
        {list.data && groups.length === 0 && <Nothing isFiltered={text !== ''} scene={scene} known={known} />}
      </div>
      <PathPicker
        open={picking !== undefined}
        title={titles[picking ?? 'run']}
        accepts={picking ?? 'run'}
        onClose={() => setPicking(undefined)}
        onPick={(path) => {
          const what = picking ?? 'run'
          setPicking(undefined)
          taken(what, path)
        }}
      />
    </div>
  )
}

const titles = { run: 'Open a run folder', folder: 'Choose a folder of annotated masks' } as const

function routeOf(sources: readonly string[], side: SideName, source: string, view: CompareView, stage: StageName | undefined): Route {
  const at = sideNames.indexOf(side)
  const [a = '', b = '', ...more] = sources.map((one, index) => (index === at ? source : one))
  const { more: _, ...rest } = view
  const own = stage ? { own: { ...view.own, [side]: { stage } } } : {}
  return { page: 'compare', a, b, view: { ...rest, ...own, ...(more.length > 0 ? { more } : {}) } }
}

function ChoiceRow({ run, href }: { readonly run: RunSummary; readonly href: string }) {
  const now = useNow(10_000)
  return (
    <a
      href={href}
      data-testid="choose-run"
      data-run={run.id}
      title={run.folder}
      className="grid h-11 grid-cols-[20px_minmax(0,1fr)_auto] items-center gap-x-2 border-b border-line px-2 hover:bg-panel focus-visible:-outline-offset-2"
    >
      <StateMark state={run.state} />
      <span className="min-w-0">
        <span className="block truncate font-medium">{run.name}</span>
        <span className="block truncate text-sm text-mut">
          {run.sceneName} · L{run.levels.join(' ')} · {formatCount(run.frameCount)} frames
          {run.counts.tracks !== undefined && ` · ${formatCount(run.counts.tracks)} tracks`}
        </span>
      </span>
      <span className="text-right text-sm">
        <span className={colourOfState(run.state)}>{wordOfState(run.state)}</span>{' '}
        <span className="text-mut">{relativeTime(run.endedAt ?? run.queuedAt, now)}</span>
      </span>
    </a>
  )
}

function Nothing({
  isFiltered,
  scene,
  known,
}: {
  readonly isFiltered: boolean
  readonly scene: string | undefined
  readonly known: string
}) {
  return (
    <div className="py-6 text-mut">
      <p className="text-txt">
        {isFiltered ? 'No run goes by that name.' : known === '' ? 'There is no run yet.' : 'There is no other run yet.'}
      </p>
      <p className="mt-1 max-w-[60ch]">
        {known === ''
          ? 'Start two of the same frames with different settings and come back'
          : 'Start one with other settings and come back'}
        : of the same frames the answers can be laid over each other. The demo scene on the start page is done in about a minute.
      </p>
      <p className="mt-3 flex gap-2">
        {scene && known && <LinkButton href={hashFromRoute({ page: 'new', scene, from: known })}>New run with these settings</LinkButton>}
        <LinkButton href="#/">To the start page</LinkButton>
      </p>
    </div>
  )
}
