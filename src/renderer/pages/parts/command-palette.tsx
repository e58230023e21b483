// The palette: acts of this page, pages, runs, a frame by its number, and what the finders of the page hold.
import { Command } from 'cmdk'
import { type KeyboardEvent, type ReactNode, useEffect, useState } from 'react'
import { useStore } from 'zustand'
import { actFor } from '../../state/action-store.ts'
import { matching } from '../../state/find-store.ts'
import { useRunList } from '../../state/queries.ts'
import { defaultCompareView, type Route } from '../../state/route.ts'
import { useServices, useView } from '../../state/services.tsx'
import { goTo, look, lookAtBoth } from '../../state/view-store.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { isMac, Kbd } from '../../ui/kbd.tsx'
import { keyLabel, keyTable } from '../../ui/key-table.ts'
import { StateMark } from '../../ui/state-mark.tsx'

const itemLook = 'flex h-8 items-center gap-2.5 rounded-md px-2.5 data-[selected=true]:bg-[color-mix(in_srgb,var(--acc)_16%,transparent)]'
const groupLook =
  '[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-dim'
/** Of a group while something is typed, and while nothing is. */
const [most, mostUnasked] = [30, 60]

const pages: readonly { readonly title: string; readonly route: Route }[] = [
  { title: 'Start', route: { page: 'start' } },
  { title: 'New run', route: { page: 'new', scene: '' } },
  { title: 'Compare runs', route: { page: 'compare', a: '', b: '', view: defaultCompareView } },
  { title: 'Queue and devices', route: { page: 'queue' } },
  { title: 'All runs', route: { page: 'registry' } },
  { title: 'Models', route: { page: 'models' } },
  { title: 'Machine and settings', route: { page: 'machine' } },
]

export function CommandPalette({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  return (
    <Dialog open={open} onClose={onClose} title="Search or do anything" bare>
      <Choices onClose={onClose} />
    </Dialog>
  )
}

type Row = { readonly key: string; readonly content: ReactNode; readonly act: () => void }
type Group = { readonly heading: string; readonly rows: readonly Row[] }

function Choices({ onClose }: { readonly onClose: () => void }) {
  const [text, setText] = useState('')
  const { groups, reading } = useGroups(text.trim())
  // Enter before what was meant is read: the first that comes by this name is taken, as long as nothing else is typed.
  const [heldText, setHeldText] = useState<string>()
  const first = groups[0]?.rows[0]
  // The act runs after the palette is gone, so that the focus it sets is not taken back.
  const choose = (act: () => void) => () => {
    onClose()
    setTimeout(act, 0)
  }
  const isHeld = heldText === text && text.trim() !== ''
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what was held and has come is chosen
  useEffect(() => {
    if (isHeld && first) choose(first.act)()
  }, [isHeld, first === undefined])
  const hold = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && !first && reading.length > 0 && !event.nativeEvent.isComposing) setHeldText(text)
  }
  return (
    <Command label="Search or do anything" shouldFilter={false} onKeyDown={hold} className="flex min-h-0 flex-col">
      <Command.Input
        value={text}
        onValueChange={setText}
        placeholder="An act, a run, a scene, an object, a frame number, a setting…"
        className="h-11 shrink-0 border-b border-line bg-transparent px-4 outline-none"
      />
      <Command.List className="min-h-0 overflow-y-auto p-1.5">
        <Command.Empty role="status" className="px-3 py-6 text-mut">
          {reading.length === 0
            ? 'Nothing here goes by that name.'
            : `Nothing goes by that name yet: still reading ${reading.join(' and ')}.${isHeld ? ' The first that comes is taken.' : ''}`}
        </Command.Empty>
        {groups.map(({ heading, rows }) => (
          <Command.Group key={heading} heading={heading} className={groupLook}>
            {rows.map(({ key, content, act }) => (
              <Command.Item key={key} value={`${heading} ${key}`} onSelect={choose(act)} className={itemLook}>
                {content}
              </Command.Item>
            ))}
          </Command.Group>
        ))}
      </Command.List>
    </Command>
  )
}

/** `reading`: what may still bring more, in words. */
function useGroups(text: string): { readonly groups: readonly Group[]; readonly reading: readonly string[] } {
  const { actions, finders, view } = useServices()
  const offered = useStore(actions)
  const asked = useStore(finders, (state) => state.finders)
  const runList = useRunList()
  const runs = runList.data ?? []
  const page = useView((state) => state.route.page)
  const open = useView(({ route }) => ('runId' in route ? route.runId : undefined))
  const limit = text === '' ? mostUnasked : most
  const go = (route: Route) => () => goTo(view, route)
  const frame = /^(?:frame\s*)?(\d+)$/i.exec(text)?.[1]
  const isWithFrames = page === 'browse' || page === 'compare'
  const frames: Row[] =
    isWithFrames && frame !== undefined
      ? [
          {
            key: frame,
            content: `Go to frame ${frame}`,
            act: () => (page === 'compare' ? lookAtBoth : look)(view, { frameIndex: Number(frame) }),
          },
        ]
      : []
  const acts = keyTable.filter((row) => row.id !== 'palette' && actFor(offered, row.id))
  const found = text === '' ? [] : asked.map(({ group, find }) => ({ heading: group, rows: find(text).map(rowOfFinding) }))
  const others = open === undefined ? [] : runs.filter((run) => run.id !== open)
  const groups: Group[] = [
    { heading: 'Frames', rows: frames },
    {
      heading: 'Acts',
      rows: matching(acts, text, (row) => row.title, keyTable.length).map((row) => ({
        key: row.id,
        content: (
          <>
            <span className="flex-1">{row.title}</span>
            <Kbd>{keyLabel(row.keys[0], isMac())}</Kbd>
          </>
        ),
        act: () => actFor(actions.getState(), row.id)?.(),
      })),
    },
    {
      heading: 'Pages',
      rows: matching(pages, text, ({ title }) => title, limit).map(({ title, route }) => ({ key: title, content: title, act: go(route) })),
    },
    {
      heading: 'Runs',
      rows: matching(runs, text, (run) => `${run.name} ${run.sceneName} ${run.id}`, limit).map((run) => ({
        key: run.id,
        content: <RunWords run={run} />,
        act: go({ page: 'run', runId: run.id }),
      })),
    },
    ...found,
    {
      heading: 'Compare this run with',
      rows: matching(others, text, (run) => `compare with ${run.name} ${run.sceneName} ${run.id}`, limit).map((run) => ({
        key: run.id,
        content: <RunWords run={run} before="Compare with " />,
        act: go({ page: 'compare', a: open ?? '', b: run.id, view: defaultCompareView }),
      })),
    },
  ]
  const waits = [runList.isPending ? 'the runs' : undefined, ...asked.map(({ waitsFor }) => waitsFor)]
  return { groups: groups.filter(({ rows }) => rows.length > 0), reading: [...new Set(waits.filter((one) => one !== undefined))] }
}

function rowOfFinding({ key, title, note, act }: { key: string; title: string; note?: string | undefined; act: () => void }): Row {
  const content = (
    <>
      <span className="shrink-0">{title}</span>
      {note !== undefined && <span className="min-w-0 truncate text-mut">{note}</span>}
    </>
  )
  return { key, content, act }
}

function RunWords({
  run,
  before = '',
}: {
  readonly run: { readonly name: string; readonly sceneName: string; readonly state: Parameters<typeof StateMark>[0]['state'] }
  readonly before?: string
}) {
  return (
    <>
      <StateMark state={run.state} />
      <span className="truncate">
        {before}
        {run.name}
      </span>
      <span className="truncate text-mut">{run.sceneName}</span>
    </>
  )
}
