// Every question a page asks. Keys are the word of the contract and its input.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { RunSummary } from '#api/api'
import type { EngineCalls } from '#api/client'
import type { Fault } from '#core/base/fault'
import type { RunConfigInput } from '#core/run/run-config'
import { useHost } from '../host/host.tsx'

function useQuestion<T>(
  key: readonly unknown[],
  question: (call: EngineCalls) => Promise<T>,
  options: { enabled?: boolean; staleTime?: number; gcTime?: number } = {},
) {
  const { link } = useHost()
  // Big arrays are replaced whole: comparing them field by field costs more than drawing them.
  return useQuery<T, Fault>({ queryKey: key, queryFn: () => link.ask(question), structuralSharing: false, ...options })
}

export const useHello = () => useQuestion(['app.hello'], (call) => call.app.hello(), { staleTime: Number.POSITIVE_INFINITY })
export const useDoctor = () => useQuestion(['app.doctor'], (call) => call.app.doctor(), { staleTime: 300_000 })

/** The list of runs; kept current by `useFollowRunList`. */
export const useRunList = () =>
  useQuestion<RunSummary[]>(['runs.list'], (call) => call.runs.list(), {
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
  })

/** Mounted once by the shell: puts each new list where `useRunList` reads it. */
export function useFollowRunList(): void {
  const { link } = useHost()
  const queries = useQueryClient()
  useEffect(
    () =>
      link.follow(
        (call, signal) => call.runs.watchList(undefined, { signal }),
        (list) => queries.setQueryData(['runs.list'], list),
        () => {},
      ),
    [link, queries],
  )
}

/** After a cut, answers may be old: all are asked again once the link is back. */
export function useFreshAfterCut(): void {
  const { link } = useHost()
  const queries = useQueryClient()
  useEffect(() => {
    let connection = 0
    const look = () => {
      const state = link.state()
      if (state.phase !== 'open' || state.connection === connection) return
      if (connection > 0) void queries.invalidateQueries()
      connection = state.connection
    }
    look()
    return link.subscribe(look)
  }, [link, queries])
}

export const useFolder = (path: string, enabled = true) =>
  useQuestion(['files.list', path], (call) => call.files.list({ path }), { enabled, staleTime: 5000 })

export const useProbe = (path: string) =>
  useQuestion(['scenes.probe', path], (call) => call.scenes.probe({ path }), { enabled: path !== '', staleTime: 15_000 })

/** `version` rises when the run wrote something, and so asks again. */
export function useCoverage(runId: string, version: number) {
  const { link } = useHost()
  return useQuery({
    queryKey: ['runs.coverage', runId, version],
    queryFn: () => link.ask((call) => call.runs.coverage({ runId })),
    structuralSharing: false,
    gcTime: 2000,
    placeholderData: (before) => before,
  })
}

export function useTracks(runId: string, version: number) {
  const { link } = useHost()
  return useQuery({
    queryKey: ['runs.tracks', runId, version],
    queryFn: () => link.ask((call) => call.runs.tracks({ runId })),
    structuralSharing: false,
    gcTime: 2000,
    placeholderData: (before) => before,
  })
}

function useAct<I, T>(act: (call: EngineCalls, input: I) => Promise<T>) {
  const { link } = useHost()
  return useMutation<T, Fault, I>({ mutationFn: (input) => link.ask((call) => act(call, input)) })
}

export const useStartRun = () => useAct((call, config: RunConfigInput) => call.runs.start(config))
export const useStartDemo = () => useAct((call, _input: undefined) => call.runs.startDemo())
export const useCancelRun = () => useAct((call, runId: string) => call.runs.cancel({ runId }))
export const useOpenRun = () => useAct((call, path: string) => call.runs.open({ path }))
export const useForgetRun = () => useAct((call, runId: string) => call.runs.forget({ runId }))
