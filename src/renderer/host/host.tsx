// What hooks reach for: the link to the engine, and what a desktop window can do besides.
import { createContext, type ReactNode, use, useSyncExternalStore } from 'react'
import type { Host } from './connect.ts'
import type { LinkState } from './link.ts'

const HostContext = createContext<Host | undefined>(undefined)

export function HostProvider({ host, children }: { readonly host: Host; readonly children: ReactNode }) {
  return <HostContext value={host}>{children}</HostContext>
}

export function useHost(): Host {
  const host = use(HostContext)
  if (!host) throw new Error('a page was drawn outside of HostProvider')
  return host
}

export function useLinkState(): LinkState {
  const { link } = useHost()
  return useSyncExternalStore(link.subscribe, link.state)
}
