// What is asked of the process that tries a model of the store, and the measuring of one with two such processes.
import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { Fault } from '#core/base/fault'
import { type ModelBench, partsOfBench } from '#core/model/model-bench'
import type { TrialOrder, TrialReport } from '#core/model/trial-report'
import { hashFile } from '../state/file-hashes.ts'
import type { StoredModel } from './model-listing.ts'

/** Runs an order in a process of its own, which ends with it. Throws MODEL_TRIAL_LOST when the process dies, CANCELLED, and what opening throws. */
export type TryModel = (order: TrialOrder, signal?: AbortSignal) => Promise<readonly TrialReport[]>

/** Parts of a model that is not whole can be tried too. Throws what is wrong with its files. */
export function trialOrderOf({ entry, folder, problems }: StoredModel, common: Omit<TrialOrder, 'files' | 'preprocessing'>): TrialOrder {
  if (problems[0]) throw new Fault(problems[0].code, problems[0].params)
  const files = entry.files.map(({ name, part }) => ({ path: join(folder, name), part }))
  // An encoder first: what it gives is fed to the parts behind it.
  files.sort((a, b) => Number(b.part === 'encoder') - Number(a.part === 'encoder'))
  return { ...common, files, ...(entry.preprocessing && { preprocessing: entry.preprocessing }) }
}

/** Throws MODEL_OUTPUT_NOT_FINITE when an output holds values that are none. */
export function checkTrial(reports: readonly TrialReport[]): void {
  for (const { path, outputs } of reports)
    for (const { name, notFinite } of outputs)
      if (notFinite > 0) throw new Fault('MODEL_OUTPUT_NOT_FINITE', { path, count: notFinite, output: name })
}

type BenchSettings = {
  readonly provider: string
  readonly threads: number
  /** Runs after the first, from 1. */
  readonly repeats: number
  readonly signal?: AbortSignal | undefined
}

/**
 * The first process opens it where no optimised network is kept, the second from what the first kept. Only the provider that was asked for is
 * allowed, so that no figure of the CPU goes by the name of a GPU. Throws what trying throws, and CONFIG_INVALID where the provider does not work.
 */
export async function benchModel(model: StoredModel, tryModel: TryModel, settings: BenchSettings): Promise<ModelBench> {
  const { provider, threads, repeats, signal } = settings
  const cacheFolder = await mkdtemp(join(tmpdir(), 'scenewright-bench-'))
  try {
    const order = trialOrderOf(model, { providers: [provider], threads, repeats, cacheFolder })
    const first = await tryModel({ ...order, repeats: 0 }, signal)
    const second = await tryModel(order, signal)
    checkTrial(second)
    return {
      version: 1,
      model: model.entry.id,
      files: await Promise.all(
        model.entry.files.map(async ({ name, sha256, sizeBytes }) => ({
          sha256: sha256 ?? (await hashFile(join(model.folder, name))),
          sizeBytes,
        })),
      ),
      provider,
      threads,
      at: Date.now(),
      machine: cpus()[0]?.model.trim() ?? 'unknown processor',
      parts: partsOfBench(first, second),
    }
  } finally {
    await rm(cacheFolder, { recursive: true, force: true })
  }
}
