// Handlers of the words about models.
import type { ModelShelf } from '#api/models-api'
import type { ApiBuilder } from '#api/server'
import { fetchability } from '#core/model/known-models'
import type { Files } from '../files.ts'
import type { BenchBook } from './bench-book.ts'
import { createModelFetches } from './model-fetches.ts'
import { rowOf, shelfNow } from './model-shelf.ts'
import type { ModelStore } from './model-store.ts'
import { benchModel, checkTrial, trialOrderOf, type TryModel } from './trial-order.ts'

export type ModelRoom = {
  handlers(os: ApiBuilder, files: Files): ReturnType<typeof handlersOf>
  close(): Promise<void>
}

/** `whenever` gives what its question answers now, and again after each ring, in measured steps. */
type ModelRoomParts = {
  readonly store: ModelStore
  readonly benches: BenchBook
  /** Undefined where the host has no process for it. */
  readonly tryModel: TryModel
  ring(): void
  whenever<T>(signal: AbortSignal | undefined, look: () => Promise<T>): AsyncGenerator<T>
}

export function createModelRoom(parts: ModelRoomParts): ModelRoom {
  const fetches = createModelFetches(parts.store, parts.ring)
  // The folder is watched while somebody looks, by one watch for all.
  const watch = { followers: 0, end: () => {} }
  const follow = async function* (signal: AbortSignal | undefined): AsyncGenerator<ModelShelf> {
    watch.followers += 1
    if (watch.followers === 1) watch.end = parts.store.watch(parts.ring)
    try {
      yield* parts.whenever(signal, () => shelfNow(parts.store, parts.benches, fetches))
    } finally {
      watch.followers -= 1
      if (watch.followers === 0) watch.end()
    }
  }
  return {
    handlers: (os, files) => handlersOf(os, { ...parts, fetches, follow, permit: (path) => files.permit(path) }),
    close: () => fetches.close(),
  }
}

type Asked = ModelRoomParts & {
  readonly fetches: ReturnType<typeof createModelFetches>
  follow(signal: AbortSignal | undefined): AsyncGenerator<ModelShelf>
  permit(path: string): Promise<string>
}

function handlersOf(os: ApiBuilder, { store, benches, fetches, ring, follow, permit, tryModel }: Asked) {
  const words = os.models
  return {
    list: words.list.handler(() => shelfNow(store, benches, fetches)),
    watch: words.watch.handler(({ signal }) => follow(signal)),
    known: words.known.handler(() => store.known.map((model) => ({ model, how: fetchability(model) }))),
    add: words.add.handler(async ({ input: { paths, id, link } }) => {
      const permitted: string[] = []
      for (const path of paths) permitted.push(await permit(path))
      const added = await store.add(permitted, { id, link })
      ring()
      return rowOf(added, benches)
    }),
    fetch: words.fetch.handler(async ({ input }) => {
      await fetches.begin(input)
      return {}
    }),
    stopFetch: words.stopFetch.handler(async ({ input: { what, drop } }) => {
      await fetches.stop(what, drop)
      return {}
    }),
    verify: words.verify.handler(async ({ input }) => {
      const files = await store.verify(input.id)
      return {
        files: files.map(({ name, sha256, fault }) => ({
          name,
          sha256,
          ...(fault && { fault: { code: fault.code, params: { ...fault.params } } }),
        })),
      }
    }),
    remove: words.remove.handler(async ({ input }) => {
      await store.remove(input.id)
      await benches.forget(input.id)
      ring()
      return {}
    }),
    test: words.test.handler(async ({ input: { id, picture, provider }, signal }) => {
      const common = { providers: [provider], threads: 1, repeats: 3, ...(picture !== undefined && { picture: await permit(picture) }) }
      const reports = await tryModel(trialOrderOf(await store.get(id), common), signal)
      checkTrial(reports)
      return { reports: [...reports] }
    }),
    bench: words.bench.handler(async ({ input: { id, provider }, signal }) => {
      const bench = await benchModel(await store.get(id), tryModel, { provider, threads: 1, repeats: 10, signal })
      await benches.keep(bench)
      ring()
      return bench
    }),
  }
}
