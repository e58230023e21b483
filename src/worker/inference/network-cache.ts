// Keeps what the runtime made of a network when it optimised it, so that the next start need not do it again.
import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises'
import { cpus } from 'node:os'
import { join } from 'node:path'

export type NetworkKey = {
  /** Of the model file. */
  readonly sha256: string
  readonly provider: string
  readonly wholeGraph: boolean
  readonly runtimeVersion: string
  /** Names of the outputs that the network was cut to; absent: all of them. */
  readonly outputs?: readonly string[]
}

export type NetworkCache = {
  /** The optimised network, every byte as it was kept; undefined when there is none, or it was damaged (then it is gone). */
  find(key: NetworkKey): Promise<Uint8Array | undefined>
  /** Throws away what `find` gave: the runtime did not take it. */
  forget(key: NetworkKey): Promise<void>
  /** `write` is given the path of a new file to write; what it wrote is kept. */
  keep(key: NetworkKey, write: (path: string) => Promise<void>): Promise<void>
}

/** The oldest used go when all together are larger. */
const mostBytes = 4 * 2 ** 30

/**
 * Each file is named by the hash of its key and, behind the dash, by that of its own bytes. What was optimised fits this kind of processor
 * only, so its name is part of the key. Throws what the disk throws.
 */
export function openNetworkCache(folder: string): NetworkCache {
  const kept = async (key: NetworkKey) => (await namesIn(folder)).filter((name) => name.startsWith(`${nameOf(key)}-`))
  const forget = async (key: NetworkKey) => {
    for (const name of await kept(key)) await rm(join(folder, name), { force: true })
  }
  return {
    forget,
    find: async (key) => {
      const [name] = await kept(key)
      if (name === undefined) return undefined
      const path = join(folder, name)
      const bytes = await readFile(path)
      if (name !== `${nameOf(key)}-${hashOf(bytes)}.onnx`) {
        await forget(key)
        return undefined
      }
      const now = new Date()
      await utimes(path, now, now)
      return bytes
    },
    keep: async (key, write) => {
      await mkdir(folder, { recursive: true })
      const temporary = join(folder, `${randomUUID()}.part`)
      try {
        await write(temporary)
        const bytes = await readFile(temporary)
        await forget(key)
        await rename(temporary, join(folder, `${nameOf(key)}-${hashOf(bytes)}.onnx`))
      } finally {
        await rm(temporary, { force: true })
      }
      await prune(folder)
    },
  }
}

function hashOf(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 32)
}

function nameOf({ sha256, provider, wholeGraph, runtimeVersion, outputs = [] }: NetworkKey): string {
  const processor = `${process.platform} ${process.arch} ${cpus()[0]?.model ?? ''}`
  return hashOf([sha256, provider, wholeGraph, runtimeVersion, processor, ...outputs].join('\n'))
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}

async function prune(folder: string): Promise<void> {
  const files: { readonly path: string; readonly size: number; readonly used: number }[] = []
  for (const name of await namesIn(folder)) {
    if (!name.endsWith('.onnx')) continue
    const path = join(folder, name)
    // Another process may have pruned it meanwhile.
    const found = await stat(path).catch(() => undefined)
    if (found) files.push({ path, size: found.size, used: found.mtimeMs })
  }
  let sum = 0
  for (const { path, size } of files.toSorted((a, b) => b.used - a.used)) {
    sum += size
    if (sum > mostBytes) await rm(path, { force: true })
  }
}
