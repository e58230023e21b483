// For tests: a model store with one model, as the contract tells of it.
import { Fault } from '#core/base/fault'
import type { ModelBench } from '#core/model/model-bench'
import type { ModelRow, ModelShelf } from './models-api.ts'
import type { implementApi } from './server.ts'

export const bench: ModelBench = {
  version: 1,
  model: 'seg',
  files: [{ sha256: 'a'.repeat(64), sizeBytes: 4 }],
  provider: 'cpu',
  threads: 1,
  at: 5,
  machine: 'm',
  parts: [{ part: 'whole', wholeGraph: true, firstStartMs: 8, secondStartMs: 2, firstRunMs: 3, medianMs: 1.5 }],
}

const row: ModelRow = {
  entry: {
    version: 1,
    id: 'seg',
    title: 'Seg',
    role: 'instanceSegmenter',
    family: 'yolo-seg',
    files: [
      {
        name: 'seg.onnx',
        part: 'whole',
        sizeBytes: 4,
        weights: [],
        inputs: [{ name: 'images', type: 'float32', shape: [1, 3, 'height', ''] }],
        outputs: [],
      },
    ],
    licence: 'MIT',
    source: '/seg.onnx',
    unchecked: ['preprocessing'],
    origin: 'dropped',
  },
  folder: '/store',
  state: 'unrecorded',
  missing: [],
  problems: [],
  sizeBytes: 4,
  freedBytes: 0,
  linkedFiles: ['seg.onnx'],
  benches: [bench],
}

export const shelf: ModelShelf = {
  folder: '/store',
  models: [row],
  refused: [{ path: '/store/x.pt', fault: { code: 'MODEL_UNREADABLE', params: { path: '/store/x.pt', reason: 'a pickle' } } }],
  fetches: [{ what: 'yolox', state: 'going', doneBytes: 5, totalBytes: 10, resumedBytes: 2, bytesPerSecond: 3.5 }],
}

export function modelWords(os: ReturnType<typeof implementApi>, seen: { trialStopped: boolean }) {
  return {
    list: os.models.list.handler(() => shelf),
    watch: os.models.watch.handler(async function* () {
      yield shelf
      yield { ...shelf, models: [], fetches: [] }
    }),
    known: os.models.known.handler(() => []),
    add: os.models.add.handler(({ input }) => {
      if (input.link) throw new Fault('MODEL_EXISTS', { id: input.id ?? '' })
      return { ...row, folder: input.paths.join() }
    }),
    fetch: os.models.fetch.handler(({ input }) => {
      throw new Fault('MODEL_WITHOUT_ADDRESS', { id: input.what, section: 'SAM', commands: '' })
    }),
    stopFetch: os.models.stopFetch.handler(() => ({})),
    verify: os.models.verify.handler(() => ({
      files: [{ name: 'a.onnx', sha256: '', fault: { code: 'MODEL_MISSING', params: { path: '/a' } } }],
    })),
    remove: os.models.remove.handler(() => ({})),
    test: os.models.test.handler(({ input, signal }) => {
      if (input.provider === 'cpu') return { reports: [] }
      return new Promise<never>((_, reject) => {
        signal?.addEventListener('abort', () => {
          seen.trialStopped = true
          reject(new Error('left'))
        })
      })
    }),
    bench: os.models.bench.handler(({ input }) => ({ ...bench, provider: input.provider })),
  }
}
