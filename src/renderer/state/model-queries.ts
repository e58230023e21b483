// Questions about models: the shelf, kept current while a page shows it, and all that can be done with what is on it.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { ModelShelf } from '#api/models-api'
import type { Fault } from '#core/base/fault'
import { useHost } from '../host/host.tsx'
import { useEngineAct, useQuestion } from './queries.ts'

/** The shelf as it was last seen; `useFollowShelf` keeps it current. */
export const useShelf = () => useQuestion<ModelShelf>(['models.list'], (call) => call.models.list(), { staleTime: 5000 })

/** Follows the store while mounted: what is dropped into its folder, and what a fetch brings, is seen by itself. */
export function useFollowShelf(): void {
  const { link } = useHost()
  const queries = useQueryClient()
  useEffect(
    () =>
      link.follow(
        (call, signal) => call.models.watch(undefined, { signal }),
        (shelf) => queries.setQueryData(['models.list'], shelf),
        () => {},
      ),
    [link, queries],
  )
}

export const useKnownModels = () => useQuestion(['models.known'], (call) => call.models.known(), { staleTime: Number.POSITIVE_INFINITY })

type AddOrder = { readonly paths: string[]; readonly id?: string; readonly link: boolean }
export const useAddModel = () => useEngineAct((call, order: AddOrder) => call.models.add(order))

type FetchOrder = { readonly what: string; readonly id?: string; readonly sha256?: string }
export const useFetchModel = () => useEngineAct((call, order: FetchOrder) => call.models.fetch(order))
export const useStopFetch = () =>
  useEngineAct((call, order: { readonly what: string; readonly drop: boolean }) => call.models.stopFetch(order))
export const useVerifyModel = () => useEngineAct((call, id: string) => call.models.verify({ id }))
export const useRemoveModel = () => useEngineAct((call, id: string) => call.models.remove({ id }))

type Trial = { readonly id: string; readonly provider: string; readonly picture?: string }
export const useTestModel = () => useEngineAct((call, trial: Trial) => call.models.test(trial))
export const useBenchModel = () => useEngineAct((call, trial: Omit<Trial, 'picture'>) => call.models.bench(trial))

/** Providers that the doctor saw work; the CPU always is there. */
export function useProviders(): readonly string[] {
  const { data } = useQuery<readonly { readonly id: string; readonly state: string }[], Fault>({ queryKey: ['app.doctor'], enabled: false })
  const found = (data ?? []).flatMap(({ id, state }) =>
    state === 'ok' && id.startsWith('provider-') ? [id.slice('provider-'.length)] : [],
  )
  return found.includes('cpu') ? found : ['cpu', ...found]
}
