// The made-up engine's model store: empty, and every act refused with its reason.
import type { ApiBuilder } from '#api/server'
import { Fault } from '#core/base/fault'

export function fakeModels(os: ApiBuilder) {
  const shelf = () => ({ folder: '/home/somebody/models', models: [], refused: [], fetches: [] })
  const refuse = () => {
    throw new Fault('PATH_FORBIDDEN', { path: shelf().folder })
  }
  const { list, watch, known, add, fetch, stopFetch, verify, remove, test, bench } = os.models
  return {
    list: list.handler(shelf),
    watch: watch.handler(async function* () {
      yield shelf()
    }),
    known: known.handler(() => []),
    add: add.handler(refuse),
    fetch: fetch.handler(refuse),
    stopFetch: stopFetch.handler(refuse),
    verify: verify.handler(refuse),
    remove: remove.handler(refuse),
    test: test.handler(refuse),
    bench: bench.handler(refuse),
  }
}
