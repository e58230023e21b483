// Choosing the run to compare with: those of the same scene first, any other below, or one from a folder.
import { FolderOpen } from 'lucide-react'
import { useState } from 'react'
import type { RunSummary } from '#api/api'
import { formatCount } from '#core/base/format'
import { useHost } from '../../host/host.tsx'
import { useOpenRun, useRunList } from '../../state/queries.ts'
import { defaultCompareView, hashFromRoute } from '../../state/route.ts'
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

/** `a` or `b` is the run that is known; without either, A is chosen first. */
export function RunChoice({ a, b }: { readonly a: string; readonly b: string }) {
  const side = a === '' ? 'a' : 'b'
  const known = side === 'a' ? b : a
  const [text, setText] = useState('')
  const [isPicking, setPicking] = useState(false)
  const { view } = useServices()
  const { native } = useHost()
  const list = useRunList()
  const openRun = useOpenRun()
  const wanted = useView(({ route }) => (route.page === 'compare' ? route.view : defaultCompareView))
  const knownName = useRunName(known === '' ? undefined : known)
  const knownScene = useRun(known, (one) => one?.record?.config.scene)
  const routeWith = (runId: string) =>
    ({ page: 'compare', a: side === 'a' ? runId : a, b: side === 'b' ? runId : b, view: wanted }) as const
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
  const pickFolder = async () => {
    if (!native) return setPicking(true)
    const path = await native.pickFolder('Open a run folder')
    if (path) open(path)
  }
  useActs({ filter: () => document.getElementById('run-choice')?.focus() })
  return (
    <div className="mx-auto flex h-full max-w-[760px] flex-col px-6 pt-8" data-testid="run-choice">
      <h1 className="flex items-center gap-2 text-xl font-semibold">
        <SideBadge side={side} />
        {known === '' ? 'Which run is A?' : 'Compare with which run?'}
      </h1>
      {known !== '' && (
        <p className="mt-1 flex min-w-0 items-center gap-1.5 text-mut">
          <SideBadge side={side === 'a' ? 'b' : 'a'} className="size-4" />
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
        <Button onClick={() => void pickFolder()} disabled={openRun.isPending} title="Also a run of My3DIS">
          <FolderOpen size={14} aria-hidden />
          {openRun.isPending ? 'Opening…' : 'Open a run folder'}
        </Button>
      </div>
      {openRun.error && <FaultCard className="mt-3" fault={openRun.error} />}
      {list.error && !list.data && <FaultCard className="mt-3" fault={list.error} />}
      {list.isLoading && <p className="mt-4 text-mut">Asking the engine for its runs…</p>}
      <div className="mt-4 min-h-0 flex-1 overflow-y-auto pb-6">
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
        open={isPicking}
        title="Open a run folder"
        accepts="run"
        onClose={() => setPicking(false)}
        onPick={(path) => {
          setPicking(false)
          open(path)
        }}
      />
    </div>
  )
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
      <p className="text-txt">{isFiltered ? 'No run goes by that name.' : 'There is no other run yet.'}</p>
      <p className="mt-1 max-w-[60ch]">
        Start one with other settings and come back: of the same frames the two answers can be laid over each other. The demo scene on the
        start page is done in about a minute.
      </p>
      <p className="mt-3 flex gap-2">
        {scene && known && <LinkButton href={hashFromRoute({ page: 'new', scene, from: known })}>New run with these settings</LinkButton>}
        <LinkButton href="#/">To the start page</LinkButton>
      </p>
    </div>
  )
}
