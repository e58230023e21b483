// Opens a network from the cache of optimised ones, or optimises it and keeps that.
import type { InferenceSession } from 'onnxruntime-node'
import type { NetworkCache, NetworkKey } from './network-cache.ts'
import { reasonFromRuntime } from './runtime.ts'

type Create = (from: Uint8Array | undefined, extra: InferenceSession.SessionOptions) => Promise<InferenceSession>
export type CachedSession = { readonly session: InferenceSession; readonly optimised: 'now' | 'before'; readonly notKept?: string }

/**
 * `create` opens the given network, or the model itself where none is given. A cache that cannot be read or written costs time only, and is told in
 * `notKept`; what the runtime says against the model itself is thrown.
 */
export async function createThroughCache(cache: NetworkCache, key: NetworkKey, create: Create): Promise<CachedSession> {
  let session: InferenceSession | undefined
  try {
    session = await fromCache(cache, key, create)
    if (session !== undefined) return { optimised: 'before', session }
    await cache.keep(key, async (optimizedModelFilePath) => {
      session = await create(undefined, { optimizedModelFilePath })
    })
    return { optimised: 'now', session: session ?? (await create(undefined, {})) }
  } catch (error) {
    return { optimised: 'now', notKept: reasonFromRuntime(error), session: session ?? (await create(undefined, {})) }
  }
}

async function fromCache(cache: NetworkCache, key: NetworkKey, create: Create): Promise<InferenceSession | undefined> {
  const bytes = await cache.find(key)
  if (bytes === undefined) return undefined
  try {
    return await create(bytes, { graphOptimizationLevel: 'disabled' })
  } catch {
    // Of a processor or a runtime that its name does not tell apart: it is made anew.
    await cache.forget(key)
    return undefined
  }
}
