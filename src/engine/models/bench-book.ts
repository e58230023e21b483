// What was measured of models, one file for each model, its bytes and a provider, in a folder that command line and window share.
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ModelBench } from '#core/model/model-bench'
import { writeJsonWhole } from './model-disk.ts'
import type { StoredModel } from './model-listing.ts'

export type BenchBook = {
  /** In place of an earlier one of the same model, bytes and provider. */
  keep(bench: ModelBench): Promise<void>
  /** Of exactly these bytes, newest first. */
  of(model: Pick<StoredModel, 'entry' | 'folder'>): Promise<readonly ModelBench[]>
  forget(id: string): Promise<void>
}

/** `folder` need not be there yet. */
export function createBenchBook(folder: string): BenchBook {
  const namesOf = async (id: string) => {
    const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return []
      throw error
    })
    return names.filter((name) => name.startsWith(`${id}@`) && name.endsWith('.json'))
  }
  return {
    keep: async (bench) => {
      await mkdir(folder, { recursive: true })
      const bytes = createHash('sha256')
        .update(bench.files.map(({ sha256 }) => sha256).join())
        .digest('hex')
        .slice(0, 12)
      await writeJsonWhole(join(folder, `${bench.model}@${bytes}-${bench.provider}.json`), bench)
    },
    of: async (model) => {
      const benches: ModelBench[] = []
      for (const name of await namesOf(model.entry.id)) {
        const parsed = ModelBench.safeParse(jsonOf(await readFile(join(folder, name), 'utf8')))
        // Of another version of this program, or of bytes that are gone.
        if (parsed.success && (await isOf(parsed.data, model))) benches.push(parsed.data)
      }
      return benches.toSorted((a, b) => b.at - a.at)
    },
    forget: async (id) => {
      for (const name of await namesOf(id)) await rm(join(folder, name), { force: true })
    },
  }
}

/** A file whose hash nobody recorded is taken for the measured one when it has its size and was not touched since. */
async function isOf(bench: ModelBench, { entry, folder }: Pick<StoredModel, 'entry' | 'folder'>): Promise<boolean> {
  if (bench.files.length !== entry.files.length) return false
  for (const [i, { name, sha256, sizeBytes }] of entry.files.entries()) {
    const measured = bench.files[i]!
    if (sha256 !== undefined && sha256 !== measured.sha256) return false
    if (sha256 !== undefined) continue
    const found = await stat(join(folder, name)).catch(() => undefined)
    if (!found || sizeBytes !== measured.sizeBytes || found.ctimeMs > bench.at) return false
  }
  return true
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Somebody wrote into it: measured again, it is replaced.
    return undefined
  }
}
