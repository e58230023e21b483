// Everything that lives as long as the page: made once at the start, given to hooks by context.
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createContext, type ReactNode, use, useEffect } from 'react'
import { useStore } from 'zustand'
import { useShallow } from 'zustand/shallow'
import type { Host } from '../host/connect.ts'
import { HostProvider } from '../host/host.tsx'
import { type ActionStore, makeActionStore } from './action-store.ts'
import { type DisagreementStore, makeDisagreementStore } from './disagreement-store.ts'
import { makeViewMirror, type ViewMirror } from './history/view-mirror.ts'
import { type FindStore, makeFindStore } from './find-store.ts'
import { makeNoteStore, type NoteStore } from './note-store.ts'
import { makeRunFeed, type RunFeed } from './run-feed.ts'
import { makeRunStore, type RunStore, type RunView } from './run-store.ts'
import { makeSampleRings, type SampleRings } from './sample-rings.ts'
import { makeSettingsStore, type Settings, type SettingsStore } from './settings-store.ts'
import { makeViewStore, type ViewState, type ViewStore } from './view-store.ts'
import { makeWhatIfStore, type WhatIfStore } from './what-if-store.ts'

export type Services = {
  readonly host: Host
  readonly queries: QueryClient
  readonly runs: RunStore
  readonly rings: SampleRings
  readonly feed: RunFeed
  readonly view: ViewStore
  readonly settings: SettingsStore
  readonly mirror: ViewMirror
  readonly actions: ActionStore
  readonly finders: FindStore
  readonly notes: NoteStore
  readonly whatIf: WhatIfStore
  readonly disagreement: DisagreementStore
}

export function makeServices(host: Host, page: Window): Services {
  const runs = makeRunStore()
  const rings = makeSampleRings()
  const view = makeViewStore(page)
  const settings = makeSettingsStore(page.localStorage)
  return {
    host,
    queries: new QueryClient({
      defaultOptions: { queries: { retry: false, refetchOnWindowFocus: false, staleTime: 30_000, gcTime: 60_000 } },
    }),
    runs,
    rings,
    feed: makeRunFeed(host.link, runs, rings),
    view,
    settings,
    mirror: makeViewMirror(view, settings, () => performance.now()),
    actions: makeActionStore(),
    finders: makeFindStore(),
    notes: makeNoteStore(),
    whatIf: makeWhatIfStore(),
    disagreement: makeDisagreementStore(),
  }
}

const ServicesContext = createContext<Services | undefined>(undefined)

export function ServicesProvider({ services, children }: { readonly services: Services; readonly children: ReactNode }) {
  return (
    <ServicesContext value={services}>
      <HostProvider host={services.host}>
        <QueryClientProvider client={services.queries}>{children}</QueryClientProvider>
      </HostProvider>
    </ServicesContext>
  )
}

export function useServices(): Services {
  const services = use(ServicesContext)
  if (!services) throw new Error('a page was drawn outside of ServicesProvider')
  return services
}

export function useView<T>(select: (state: ViewState) => T): T {
  return useStore(useServices().view, useShallow(select))
}

export function useSettings<T>(select: (settings: Settings) => T): T {
  return useStore(useServices().settings, useShallow(select))
}

/** Follows a run while the caller is mounted, and gives the smallest slice asked for. */
export function useRun<T>(runId: string, select: (view: RunView | undefined) => T): T {
  const { runs, feed } = useServices()
  useEffect(() => feed.follow(runId), [feed, runId])
  return useStore(
    runs,
    useShallow((state) => select(state.runs.get(runId))),
  )
}
