// Every question a page asks. Keys are the word of the contract and its input.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { RegistryQuery, RunSummary, StageCoverage, StartRequest } from '#api/api'
import type { QueueState } from '#api/queue-state'
import type { EngineCalls } from '#api/client'
import type { Fault } from '#core/base/fault'
import type { PauseMode } from '#core/run/run-event'
import type { RunDescription } from '#core/run/run-description'
import type { ObjectChange, ObjectNote } from '#core/segment/object-note'
import type { KeptPrompt, UserPrompt } from '#core/segment/user-prompt'
import type { RunPlan } from '#core/run/run-plan'
import type { z } from 'zod'
import { useHost } from '../host/host.tsx'
import { isBehind, type RunFeed } from './run-feed.ts'
import type { RunStore } from './run-store.ts'

/** One question, cached under its key. */
export function useQuestion<T>(
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
export function useFollowRunList({ runs, feed }: { readonly runs: RunStore; readonly feed: RunFeed }): void {
  const { link } = useHost()
  const queries = useQueryClient()
  useEffect(
    () =>
      link.follow(
        (call, signal) => call.runs.watchList(undefined, { signal }),
        (list) => {
          queries.setQueryData(['runs.list'], list)
          for (const run of list) if (isBehind(runs.getState().runs.get(run.id)?.record?.state, run.state)) feed.revive(run.id)
        },
        () => {},
      ),
    [link, queries, runs, feed],
  )
}

/** The queue, kept current by `useFollowQueue`. */
export const useQueue = () =>
  useQuery<QueueState>({
    queryKey: ['queue.watch'],
    queryFn: () => new Promise(() => {}),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
  })

/** Mounted once by the shell. */
export function useFollowQueue(): void {
  const { link } = useHost()
  const queries = useQueryClient()
  useEffect(
    () =>
      link.follow(
        (call, signal) => call.queue.watch(undefined, { signal }),
        (state) => queries.setQueryData(['queue.watch'], state),
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
  return useQuery<StageCoverage[], Fault>({
    queryKey: ['runs.coverage', runId, version],
    queryFn: () => link.ask((call) => call.runs.coverage({ runId })),
    enabled: runId !== '',
    structuralSharing: false,
    gcTime: 2000,
    placeholderData: (before) => before,
  })
}

/** Which frames of a run a folder of annotated masks speaks of. */
export const useReference = (path: string | undefined, runId: string) =>
  useQuestion(['compare.openReference', path, runId], (call) => call.compare.openReference({ path: path!, runId }), {
    enabled: path !== undefined && runId !== '',
    staleTime: 60_000,
  })

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

/** Where a track came from; of a run that goes on it may grow, so it is asked again when the track is looked at later. */
export const useTrackOrigin = (runId: string, objectId: number) =>
  useQuestion(['objects.origin', runId, objectId], (call) => call.objects.origin({ runId, objectId }), { staleTime: 15_000 })

/** Stars and notes of a run's objects. */
export const useObjectNotes = (runId: string) =>
  useQuestion(['objects.notes', runId], (call) => call.objects.notes({ runId }), { staleTime: 15_000 })

/** Shown at once; what the engine refuses goes back to what it was. */
export function useAnnotateObject(runId: string) {
  const { link } = useHost()
  const queries = useQueryClient()
  const key = ['objects.notes', runId]
  return useMutation<object, Fault, ObjectChange>({
    mutationFn: (change) => link.ask((call) => call.objects.annotate({ runId, ...change })),
    onMutate: async ({ objectId, star, note }) => {
      await queries.cancelQueries({ queryKey: key })
      queries.setQueryData<ObjectNote[]>(key, (before = []) => {
        const own = before.find((one) => one.objectId === objectId)
        const others = before.filter((one) => one.objectId !== objectId)
        return [...others, { objectId, star: star ?? own?.star ?? false, note: note ?? own?.note ?? '', at: Date.now() }]
      })
    },
    onSettled: () => queries.invalidateQueries({ queryKey: key }),
  })
}

/** Masks that were kept for the tracker, of this run's scene. */
export const usePromptModels = (runId: string) =>
  useQuestion(['prompts.models', runId], (call) => call.prompts.models({ runId }), { staleTime: 5_000 })

export const useKeptPrompts = (runId: string) => useQuestion(['prompts.list', runId], (call) => call.prompts.list({ runId }))

export function useKeepPrompt(runId: string) {
  const { link } = useHost()
  const queries = useQueryClient()
  return useMutation<KeptPrompt, Fault, Omit<UserPrompt, 'size'> & { readonly backend: string }>({
    mutationFn: (prompt) => link.ask((call) => call.prompts.keep({ runId, ...prompt })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['prompts.list'] }),
  })
}

export function useRemovePrompt(runId: string) {
  const { link } = useHost()
  const queries = useQueryClient()
  return useMutation<object, Fault, number>({
    mutationFn: (id) => link.ask((call) => call.prompts.remove({ runId, id })),
    onSettled: () => queries.invalidateQueries({ queryKey: ['prompts.list'] }),
  })
}

/** What a run with these settings would do; asked again when they settle. The last answer stays until the next one is there. */
export function usePlan(request: StartRequestInput | undefined) {
  const { link } = useHost()
  return useQuery<RunPlan, Fault>({
    queryKey: ['runs.plan', request],
    queryFn: ({ signal }) => link.ask((call) => call.runs.plan(request!, { signal })),
    enabled: request !== undefined,
    structuralSharing: false,
    staleTime: 5000,
    gcTime: 10_000,
    retry: false,
    placeholderData: (before) => before,
  })
}

export const useDescription = (runId: string) =>
  useQuestion(['runs.describe', runId], (call) => call.runs.describe({ runId }), { staleTime: 60_000 })

export function useSetPictures() {
  const queries = useQueryClient()
  const { link } = useHost()
  return useMutation<RunDescription, Fault, { readonly runId: string; readonly path: string }>({
    mutationFn: (input) => link.ask((call) => call.runs.setPictures(input)),
    onSuccess: (description, { runId }) => queries.setQueryData(['runs.describe', runId], description),
  })
}

export const useScenesIn = (path: string, enabled: boolean) =>
  useQuestion(['scenes.find', path], (call) => call.scenes.find({ path }), { enabled, staleTime: 15_000 })

export const useProvenance = (runId: string, enabled: boolean) =>
  useQuestion(['runs.provenance', runId], (call) => call.runs.provenance({ runId }), { enabled, staleTime: 60_000 })

type RegistryAnswer = Awaited<ReturnType<EngineCalls['registry']['search']>>

export function useRegistry(query: RegistryQuery, version: unknown) {
  const { link } = useHost()
  return useQuery<RegistryAnswer, Fault>({
    queryKey: ['registry.search', query, version],
    queryFn: () => link.ask((call) => call.registry.search(query)),
    structuralSharing: false,
    gcTime: 5000,
    placeholderData: (before) => before,
  })
}

export const useSizeOf = (runId: string | undefined) =>
  useQuestion(['registry.size', runId], (call) => call.registry.size({ runId: runId! }), { enabled: runId !== undefined, staleTime: 0 })

/** One word that changes something. */
export function useEngineAct<I, T>(act: (call: EngineCalls, input: I) => Promise<T>) {
  const { link } = useHost()
  return useMutation<T, Fault, I>({ mutationFn: (input) => link.ask((call) => act(call, input)) })
}

export type StartRequestInput = z.input<typeof StartRequest>
export const useStartRun = () => useEngineAct((call, request: StartRequestInput) => call.runs.start(request))
export const useStartAll = () => useEngineAct((call, runs: StartRequestInput[]) => call.runs.startAll({ runs }))
export const usePauseRun = () => useEngineAct((call, input: { readonly runId: string; readonly mode: PauseMode }) => call.runs.pause(input))
export const useContinueRun = () => useEngineAct((call, runId: string) => call.runs.continue({ runId }))
export const useRetryRun = () => useEngineAct((call, input: { readonly runId: string; readonly stage: string }) => call.runs.retry(input))
export const useMoveRun = () =>
  useEngineAct((call, input: { readonly runId: string; readonly before: string | undefined }) => call.queue.move(input))
export const usePauseQueue = () => useEngineAct((call, paused: boolean) => call.queue.setPaused({ paused }))
export const useSetParallel = () => useEngineAct((call, parallel: number) => call.queue.setParallel({ parallel }))
export const useAnnotate = () =>
  useEngineAct((call, input: { readonly runId: string; readonly tags: string[]; readonly note: string }) => call.registry.annotate(input))
export const useDeleteRun = () => useEngineAct((call, runId: string) => call.registry.delete({ runId }))
export const useScan = () => useEngineAct((call, path: string) => call.registry.scan({ path }))
export const useImportHistory = () => useEngineAct((call, path: string) => call.registry.importHistory({ path }))
export const useExportHistory = () => useEngineAct((call, _input: undefined) => call.registry.exportHistory())
export const useStartDemo = () => useEngineAct((call, _input: undefined) => call.runs.startDemo())
export const useCancelRun = () => useEngineAct((call, runId: string) => call.runs.cancel({ runId }))
export const useOpenRun = () => useEngineAct((call, path: string) => call.runs.take({ path }))
export const useForgetRun = () => useEngineAct((call, runId: string) => call.runs.forget({ runId }))
export const useTrackPrompts = () => useEngineAct((call, runId: string) => call.prompts.track({ runId }))
