// Fetches that go on in the engine, whether a page looks or not: begun, stopped, gone on with, dropped.
import { rm } from 'node:fs/promises'
import type { ModelFetch } from '#api/models-api'
import { Fault, noteFromError } from '#core/base/fault'
import type { FetchProgress } from './fetch-file.ts'
import { fetchModel, planFetch } from './fetch-model.ts'
import type { ModelStore } from './model-store.ts'

type FetchOrder = { readonly what: string; readonly id?: string | undefined; readonly sha256?: string | undefined }

export type ModelFetches = {
  /** In the order in which they were begun. */
  list(): readonly ModelFetch[]
  /** Begins it, or goes on with one that stopped. One that goes already goes on. Throws what planFetch throws. */
  begin(order: FetchOrder): Promise<void>
  /** Resolves when nothing is written any more. `drop`: what came is deleted. */
  stop(what: string, drop: boolean): Promise<void>
  close(): Promise<void>
}

type Going = { readonly order: FetchOrder; state: ModelFetch; readonly abort: AbortController; ended: Promise<void> }

/** `changed` is called at every piece that comes; it is for the caller to gather the calls. */
export function createModelFetches(store: ModelStore, changed: () => void): ModelFetches {
  const all = new Map<string, Going>()
  const carry = async (going: Going) => {
    const { order, abort } = going
    const speed = speedometer()
    const show = ({ name, doneBytes, totalBytes, resumedBytes }: FetchProgress) => {
      const bytesPerSecond = speed(`${name}`, doneBytes)
      going.state = {
        what: order.what,
        state: 'going',
        file: name,
        doneBytes,
        resumedBytes,
        ...(totalBytes !== undefined && { totalBytes }),
        ...(bytesPerSecond !== undefined && { bytesPerSecond }),
      }
      changed()
    }
    try {
      await fetchModel(store, order.what, { id: order.id, sha256: order.sha256, signal: abort.signal, onProgress: show })
      all.delete(order.what)
    } catch (error) {
      const { bytesPerSecond: _, ...rest } = going.state
      going.state = abort.signal.aborted
        ? { ...rest, state: 'stopped' }
        : { ...rest, state: 'failed', fault: { ...noteFromError(error), params: { ...noteFromError(error).params } } }
    }
    changed()
  }
  const stop = async (what: string, drop: boolean) => {
    const going = all.get(what)
    if (!going) return
    going.abort.abort(new Fault('CANCELLED'))
    await going.ended
    if (!drop) return
    all.delete(what)
    await rm((await planFetch(store, what, going.order)).folder, { recursive: true, force: true })
    changed()
  }
  return {
    list: () => [...all.values()].map(({ state }) => state),
    begin: async (order) => {
      await planFetch(store, order.what, order)
      const before = all.get(order.what)
      if (before?.state.state === 'going') return
      const { file, doneBytes = 0, totalBytes } = before?.state ?? {}
      const state: ModelFetch = {
        what: order.what,
        state: 'going',
        doneBytes,
        resumedBytes: doneBytes,
        ...(file !== undefined && { file }),
        ...(totalBytes !== undefined && { totalBytes }),
      }
      // Hash and name of the first time hold when it is only gone on with.
      const going: Going = { order: { ...before?.order, ...defined(order) }, state, abort: new AbortController(), ended: Promise.resolve() }
      all.set(order.what, going)
      going.ended = carry(going)
      changed()
    },
    stop,
    close: async () => {
      await Promise.all([...all.keys()].map((what) => stop(what, false)))
    },
  }
}

function defined({ what, id, sha256 }: FetchOrder): FetchOrder {
  return { what, ...(id !== undefined && { id }), ...(sha256 !== undefined && { sha256 }) }
}

const windowMs = 4000

/** Bytes a second over the last seconds; undefined until half a second of them is known, and again for each file. */
function speedometer(): (name: string, doneBytes: number) => number | undefined {
  let file = ''
  let marks: { readonly at: number; readonly bytes: number }[] = []
  return (name, doneBytes) => {
    const at = performance.now()
    if (name !== file) {
      file = name
      marks = []
    }
    const last = marks.at(-1)
    if (!last || at - last.at >= 100) marks.push({ at, bytes: doneBytes })
    while (marks.length > 2 && at - marks[0]!.at > windowMs) marks.shift()
    const [first] = marks
    if (!first || at - first.at < 500) return undefined
    return (1000 * (doneBytes - first.bytes)) / (at - first.at)
  }
}
