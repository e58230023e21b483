// The shell: bars above and below, the page in between, and what is reachable from everywhere.
import { lazy, Suspense, useState } from 'react'
import { PageBoundary } from './pages/parts/page-boundary.tsx'
import { CommandPalette } from './pages/parts/command-palette.tsx'
import { ConnectionBanner } from './pages/parts/connection-banner.tsx'
import { KeySheet } from './pages/parts/key-sheet.tsx'
import { StatusBar } from './pages/parts/status-bar.tsx'
import { TopBar } from './pages/parts/top-bar.tsx'
import { MachinePage } from './pages/machine/machine-page.tsx'
import { RunFormPage } from './pages/run-form/run-form-page.tsx'
import { RunPage } from './pages/run/run-page.tsx'
import { StartPage } from './pages/start/start-page.tsx'
import { useFollowRunList, useFreshAfterCut } from './state/queries.ts'
import { goTo } from './state/view-store.ts'
import { useServices, useView } from './state/services.tsx'
import { useActs, useKeyboard } from './state/use-acts.ts'
import { useTheme } from './state/use-theme.ts'

const BrowsePage = lazy(() => import('./pages/browse/browse-page.tsx').then((module) => ({ default: module.BrowsePage })))

export function App() {
  const [overlay, setOverlay] = useState<'palette' | 'sheet' | undefined>(undefined)
  const { view } = useServices()
  useFollowRunList()
  useFreshAfterCut()
  useTheme()
  useKeyboard(overlay !== undefined)
  useActs({
    palette: () => setOverlay('palette'),
    sheet: () => setOverlay('sheet'),
    back: () => {
      const { route } = view.getState()
      goTo(view, route.page === 'browse' ? { page: 'run', runId: route.runId } : { page: 'start' })
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
      <KeySheet open={overlay === 'sheet'} onClose={close} />
    </div>
  )
}

function Page() {
  const route = useView((state) => state.route)
  const runId = 'runId' in route ? route.runId : ''
  return (
    <PageBoundary key={`${route.page} ${runId}`}>
      {route.page === 'start' && <StartPage />}
      {route.page === 'new' && <RunFormPage initialScene={route.scene} />}
      {route.page === 'machine' && <MachinePage />}
      {route.page === 'run' && <RunPage runId={runId} />}
      {route.page === 'browse' && (
        <Suspense fallback={<p className="p-6 text-mut">Opening the frames…</p>}>
          <BrowsePage runId={runId} />
        </Suspense>
      )}
    </PageBoundary>
  )
}
