// The shell: bars above and below, the page in between, and what is reachable from everywhere.
import { lazy, memo, Suspense, useState } from 'react'
import { PageBoundary } from './pages/parts/page-boundary.tsx'
import { CommandPalette } from './pages/parts/command-palette.tsx'
import { ConnectionBanner } from './pages/parts/connection-banner.tsx'
import { DropTarget } from './pages/parts/drop-target.tsx'
import { KeySheet } from './pages/parts/key-sheet.tsx'
import { useShellFinders } from './pages/parts/shell-finders.ts'
import { StatusBar } from './pages/parts/status-bar.tsx'
import { TopBar } from './pages/parts/top-bar.tsx'
import { QueuePage } from './pages/queue/queue-page.tsx'
import { RegistryPage } from './pages/registry/registry-page.tsx'
import { ModelsPage } from './pages/models/models-page.tsx'
import { MachinePage } from './pages/machine/machine-page.tsx'
import { RunFormPage } from './pages/run-form/run-form-page.tsx'
import { RunPage } from './pages/run/run-page.tsx'
import { StartPage } from './pages/start/start-page.tsx'
import { useFollowQueue, useFollowRunList, useFreshAfterCut } from './state/queries.ts'
import { referencePathOf } from './state/route.ts'
import { goTo } from './state/view-store.ts'
import { useServices, useView } from './state/services.tsx'
import { useFinder } from './state/use-finder.ts'
import { useActs, useKeyboard } from './state/use-acts.ts'
import { useNotifications } from './state/use-notifications.ts'
import { useTheme } from './state/use-theme.ts'

const ComparePage = lazy(() => import('./pages/compare/compare-page.tsx').then((module) => ({ default: memo(module.ComparePage) })))
const BrowsePage = lazy(() => import('./pages/browse/browse-page.tsx').then((module) => ({ default: memo(module.BrowsePage) })))

export function App() {
  const [overlay, setOverlay] = useState<'palette' | 'sheet' | undefined>(undefined)
  const { view, runs, feed } = useServices()
  useFollowRunList({ runs, feed })
  useFollowQueue()
  useNotifications()
  useFreshAfterCut()
  useTheme()
  useShellFinders()
  useKeyboard(overlay !== undefined)
  useActs({
    palette: () => setOverlay('palette'),
    sheet: () => setOverlay('sheet'),
    queue: () => goTo(view, { page: 'queue' }),
    registry: () => goTo(view, { page: 'registry' }),
    models: () => goTo(view, { page: 'models' }),
    back: () => {
      const { route } = view.getState()
      const runId =
        route.page === 'browse' ? route.runId : route.page === 'compare' && referencePathOf(route.a) === undefined ? route.a : ''
      goTo(view, runId === '' ? { page: 'start' } : { page: 'run', runId })
    },
  })
  const close = () => setOverlay(undefined)
  return (
    <div className="grid h-full grid-rows-[40px_auto_minmax(0,1fr)_24px]">
      <TopBar onSearch={() => setOverlay('palette')} />
      <ConnectionBanner />
      <main className="row-start-3 min-h-0 min-w-0">
        <Page />
      </main>
      <StatusBar onKeys={() => setOverlay('sheet')} />
      <CommandPalette open={overlay === 'palette'} onClose={close} />
      <DropTarget />
      <KeySheet open={overlay === 'sheet'} onClose={close} />
    </div>
  )
}

/** The palette waits for what the page is going to offer. */
function Opening({ what }: { readonly what: string }) {
  useFinder('', () => [], undefined, what)
  return <p className="p-6 text-mut">Opening {what}…</p>
}

function Page() {
  const route = useView((state) => state.route)
  const runId = 'runId' in route ? route.runId : ''
  return (
    <PageBoundary key={`${route.page} ${runId}${route.page === 'compare' ? `${route.a} ${route.b}` : ''}`}>
      {route.page === 'start' && <StartPage />}
      {route.page === 'new' && (
        <RunFormPage initialScene={route.scene} from={route.from} rerunFrom={route.stage} settings={route.set} focus={route.focus} />
      )}
      {route.page === 'queue' && <QueuePage />}
      {route.page === 'registry' && <RegistryPage />}
      {route.page === 'machine' && <MachinePage />}
      {route.page === 'models' && <ModelsPage selected={route.model} />}
      {route.page === 'run' && <RunPage runId={runId} />}
      {route.page === 'browse' && (
        <Suspense fallback={<Opening what="the frames" />}>
          <BrowsePage runId={runId} />
        </Suspense>
      )}
      {route.page === 'compare' && (
        <Suspense fallback={<Opening what="the comparison" />}>
          <ComparePage a={route.a} b={route.b} />
        </Suspense>
      )}
    </PageBoundary>
  )
}
