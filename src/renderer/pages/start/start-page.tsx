// The first page: three ways to begin, the runs there are, and what this machine has.
import { FolderOpen, Images, Play } from 'lucide-react'
import { useState } from 'react'
import { useHost } from '../../host/host.tsx'
import { useOpenRun, useRunList, useStartDemo } from '../../state/queries.ts'
import { useServices } from '../../state/services.tsx'
import { goTo } from '../../state/view-store.ts'
import { Button } from '../../ui/button.tsx'
import { FaultCard } from '../../ui/fault-card.tsx'
import { PanelHead } from '../../ui/panel.tsx'
import { MachineList } from '../parts/machine-list.tsx'
import { PathPicker } from '../parts/path-picker.tsx'
import { RunTable } from './run-table.tsx'

export function StartPage() {
  const { view } = useServices()
  const { native } = useHost()
  const demo = useStartDemo()
  const openRun = useOpenRun()
  const [picking, setPicking] = useState<'frames' | 'run' | undefined>(undefined)
  const toRun = {
    onSuccess: ({ runId }: { readonly runId?: string | undefined }) =>
      goTo(view, runId === undefined ? { page: 'registry' } : { page: 'run', runId }),
  }
  const openFrames = (path: string) => goTo(view, { page: 'new', scene: path })
  const pick = async (what: 'frames' | 'run') => {
    if (!native) return setPicking(what)
    const path = await native.pickFolder(what === 'frames' ? 'Open a folder of frames' : 'Open a run folder')
    if (path === undefined) return
    if (what === 'frames') openFrames(path)
    else openRun.mutate(path, toRun)
  }
  const fault = demo.error ?? openRun.error
  return (
    <div className="grid h-full grid-cols-[minmax(0,1fr)_320px] max-[900px]:grid-cols-1">
      <div className="flex min-h-0 flex-col overflow-y-auto">
        <section className="border-b border-line px-6 pb-6 pt-7">
          <h1 className="text-xl font-semibold">Run a scene, then look at every mask</h1>
          <p className="mt-1 max-w-[72ch] text-mut">
            Candidates on each frame at up to six levels, filtered, tracked through the frames, reported. Watch it work, and browse what is
            there while it still runs.
          </p>
          <div className="mt-4 flex flex-wrap gap-2.5">
            <Button
              kind="primary"
              size="l"
              data-testid="start-demo"
              disabled={demo.isPending}
              onClick={() => demo.mutate(undefined, toRun)}
            >
              <Play size={15} aria-hidden />
              {demo.isPending ? 'Starting the demo scene…' : 'Run the demo scene'}
            </Button>
            <Button size="l" data-testid="open-folder" onClick={() => void pick('frames')}>
              <Images size={15} aria-hidden />
              Open a folder of frames
            </Button>
            <Button size="l" data-testid="open-run" disabled={openRun.isPending} onClick={() => void pick('run')}>
              <FolderOpen size={15} aria-hidden />
              {openRun.isPending ? 'Opening…' : 'Open a run folder'}
            </Button>
          </div>
          {fault && <FaultCard className="mt-4" fault={fault} />}
        </section>
        <RecentRuns />
      </div>
      <aside
        aria-label="This machine"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        tabIndex={0}
        className="min-h-0 overflow-y-auto border-l border-line bg-panel focus-visible:-outline-offset-2 max-[900px]:hidden"
      >
        <PanelHead title="Machine that computes" />
        <MachineList />
      </aside>
      <PathPicker
        open={picking !== undefined}
        title={picking === 'run' ? 'Open a run folder' : 'Open a folder of frames'}
        accepts={picking === 'run' ? 'run' : 'frames'}
        onClose={() => setPicking(undefined)}
        onPick={(path) => {
          setPicking(undefined)
          if (picking === 'run') openRun.mutate(path, toRun)
          else openFrames(path)
        }}
      />
    </div>
  )
}

function RecentRuns() {
  const { data, error, isLoading } = useRunList()
  return (
    <section aria-label="Runs" className="flex min-h-0 flex-1 flex-col">
      <PanelHead title="Runs" note={data && data.length > 0 ? `${data.length}` : undefined} className="px-6" />
      {isLoading && <p className="px-6 py-4 text-mut">Asking the engine for its runs…</p>}
      {error && !data && <FaultCard className="m-6" fault={error} />}
      {data?.length === 0 && (
        <div className="px-6 py-10 text-mut">
          <p className="text-txt">No runs yet.</p>
          <p className="mt-1 max-w-[60ch]">
            The demo scene needs no weights and no pictures of your own, and is done in about a minute. Each run you start is listed here,
            also after a restart.
          </p>
        </div>
      )}
      {data && data.length > 0 && <RunTable runs={data} />}
    </section>
  )
}
