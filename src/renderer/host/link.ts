// The link to the engine: one connection at a time, made again by itself when it is cut; streams go on where they stopped.
import { type EngineCalls, type EngineClient, faultFromCall } from '#api/client'
import type { BytesAnswer, BytesQuery } from '#api/api'
import { Fault } from '#core/base/fault'

export type LinkState =
  | { readonly phase: 'connecting' }
  | { readonly phase: 'open'; readonly connection: number }
  /** `nextTryAt` in milliseconds since 1970; undefined while a try is under way. */
  | { readonly phase: 'cut'; readonly nextTryAt: number | undefined; readonly attempt: number }

export type EngineLink = {
  state(): LinkState
  subscribe(listener: () => void): () => void
  /** Tries at once instead of waiting for the next turn. */
  retryNow(): void
  /** One question. Waits for the very first connection; while the link is cut it throws HOST_UNREACHABLE. Throws faults only. */
  ask<T>(question: (call: EngineCalls) => Promise<T>): Promise<T>
  bytes(query: BytesQuery, signal?: AbortSignal): Promise<BytesAnswer>
  /**
   * Follows a stream over cuts: `open` is called for each connection and says itself where to go on.
   * `ended` is called once: without a fault when the stream came to its end, with one when the engine refused it.
   */
  follow<T>(
    open: (call: EngineCalls, signal: AbortSignal) => Promise<AsyncIterable<T>>,
    take: (item: T) => void,
    ended: (fault: Fault | undefined) => void,
  ): () => void
  close(): void
}

export type LinkParts = {
  readonly open: () => Promise<EngineClient>
  readonly now: () => number
  /** Calls back after that many milliseconds; the answer cancels. */
  readonly later: (act: () => void, delayMs: number) => () => void
}

/** Waiting times between tries in milliseconds; the last one repeats. */
export const backoffMs = [500, 1000, 2000, 4000, 8000, 15_000] as const

export function makeLink({ open, now, later }: LinkParts): EngineLink {
  const listeners = new Set<() => void>()
  let state: LinkState = { phase: 'connecting' }
  let client: EngineClient | undefined
  let connection = 0
  let attempt = 0
  let isClosed = false
  let cancelTimer = () => {}
  const tell = (next: LinkState) => {
    state = next
    for (const listener of [...listeners]) listener()
  }
  const waitAndTry = () => {
    if (isClosed) return
    const delayMs = backoffMs[Math.min(attempt, backoffMs.length - 1)]!
    cancelTimer = later(connect, delayMs)
    tell({ phase: 'cut', nextTryAt: now() + delayMs, attempt })
  }
  const connect = () => {
    if (isClosed) return
    cancelTimer()
    if (connection > 0 || attempt > 0) tell({ phase: 'cut', nextTryAt: undefined, attempt })
    open().then(
      (opened) => {
        if (isClosed) {
          opened.close()
          return
        }
        client = opened
        connection += 1
        attempt = 0
        opened.closed.then(() => {
          if (client !== opened) return
          client = undefined
          waitAndTry()
        })
        tell({ phase: 'open', connection })
      },
      () => {
        attempt += 1
        waitAndTry()
      },
    )
  }
  const subscribe = (listener: () => void) => {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }
  const opened = () =>
    waitFor(
      subscribe,
      () => client,
      () => state.phase !== 'connecting' || isClosed,
    )

  connect()
  return {
    state: () => state,
    subscribe,
    retryNow: () => {
      if (state.phase === 'cut' && state.nextTryAt !== undefined) connect()
    },
    ask: async (question) => {
      const asked = await opened()
      // A call that was on its way when the pipe broke may never be answered: the break itself answers it.
      const cut = asked.closed.then(() => {
        throw new Fault('HOST_UNREACHABLE')
      })
      try {
        return await Promise.race([question(asked.call), cut])
      } catch (error) {
        throw faultFromCall(error)
      }
    },
    bytes: async (query, signal) => (await opened()).bytes(query, signal),
    follow: (openStream, take, ended) => {
      const abort = new AbortController()
      followOver(abort.signal, subscribe, () => client, openStream, take).then(
        () => abort.signal.aborted || ended(undefined),
        (error: unknown) => abort.signal.aborted || ended(faultFromCall(error)),
      )
      return () => abort.abort()
    },
    close: () => {
      isClosed = true
      cancelTimer()
      client?.close()
    },
  }
}

/** Resolves with the client as soon as there is one; throws HOST_UNREACHABLE when `isHopeless` says so first. */
function waitFor(
  subscribe: EngineLink['subscribe'],
  clientNow: () => EngineClient | undefined,
  isHopeless: () => boolean,
): Promise<EngineClient> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const found = clientNow()
      if (found) resolve(found)
      else if (isHopeless()) reject(new Fault('HOST_UNREACHABLE'))
      else return false
      return true
    }
    if (look()) return
    const stop = subscribe(() => {
      if (look()) stop()
    })
  })
}

async function followOver<T>(
  signal: AbortSignal,
  subscribe: EngineLink['subscribe'],
  clientNow: () => EngineClient | undefined,
  open: (call: EngineCalls, signal: AbortSignal) => Promise<AsyncIterable<T>>,
  take: (item: T) => void,
): Promise<void> {
  while (!signal.aborted) {
    const client = await waitFor(subscribe, clientNow, () => signal.aborted)
    let wasCut = false
    const cut = new Promise<'cut'>((resolve) => {
      void client.closed.then(() => {
        wasCut = true
        resolve('cut')
      })
    })
    try {
      const opened = await Promise.race([open(client.call, signal), cut])
      if (opened === 'cut') continue
      const items = opened[Symbol.asyncIterator]()
      for (;;) {
        const next = await Promise.race([items.next(), cut])
        if (next === 'cut') break
        if (next.done) {
          // The end of a stream and the end of its pipe can arrive in either order; only the first one is an end.
          await Promise.race([cut, new Promise((resolve) => setTimeout(resolve, 20))])
          if (wasCut) break
          return
        }
        if (signal.aborted) return
        take(next.value)
      }
    } catch (error) {
      if (!wasCut && clientNow() === client && faultFromCall(error).code !== 'HOST_UNREACHABLE') throw error
      await Promise.race([cut, new Promise((resolve) => setTimeout(resolve, 200))])
    }
  }
}
