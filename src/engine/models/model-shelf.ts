// The shelf as pages see it: each model with its state, sizes and measurements, what is no model, and what is being fetched.
import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import type { ModelRow, ModelShelf } from '#api/models-api'
import type { FaultNote } from '#core/base/fault'
import type { BenchBook } from './bench-book.ts'
import type { ModelFetches } from './model-fetches.ts'
import type { StoredModel } from './model-listing.ts'
import type { ModelStore } from './model-store.ts'

export async function shelfNow(store: ModelStore, benches: BenchBook, fetches: ModelFetches): Promise<ModelShelf> {
  const { models, refused } = await store.list()
  return {
    folder: store.folder,
    models: await Promise.all(models.map((model) => rowOf(model, benches))),
    refused: refused.map(({ path, fault }) => ({ path, fault: copyOf(fault) })),
    fetches: [...fetches.list()],
  }
}

export async function rowOf(model: StoredModel, benches: BenchBook): Promise<ModelRow> {
  const { entry, folder, missing, problems } = model
  let sizeBytes = 0
  let freedBytes = 0
  const linkedFiles: string[] = []
  for (const file of entry.files)
    for (const { name, sizeBytes: size } of [file, ...file.weights]) {
      sizeBytes += size
      const found = await lstat(join(folder, name)).catch(() => undefined)
      if (found === undefined) continue
      // A second name of the same bytes: they stay as long as the other name does.
      if (found.isSymbolicLink() || found.nlink > 1) linkedFiles.push(name)
      else freedBytes += found.size
    }
  return {
    entry,
    folder,
    state: stateOf(model),
    missing: [...missing],
    problems: problems.map(copyOf),
    sizeBytes,
    freedBytes,
    linkedFiles,
    benches: [...(await benches.of(model))],
  }
}

function stateOf({ entry, missing, problems }: StoredModel): ModelRow['state'] {
  if (problems.length > 0) return 'broken'
  if (missing.length > 0) return 'incomplete'
  return entry.files.every(({ sha256 }) => sha256 !== undefined) ? 'ready' : 'unrecorded'
}

const copyOf = ({ code, params }: FaultNote) => ({ code, params: { ...params } })
