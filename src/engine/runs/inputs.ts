// What goes into a run from outside: the content of the selected frames and of model files, as hashes.
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { Fault, reasonOfError } from '#core/base/fault'
import { canonicalJson } from '#core/base/canonical-json'
import type { RunConfig } from '#core/run/run-config'
import type { FileHashes } from '../state/file-hashes.ts'

export type RunInputs = {
  readonly framesSha256: string
  readonly frameBytes: number
  readonly frameCount: number
  /** Indices and names of the selected frames, hashed. */
  readonly selection: string
  readonly models: readonly { readonly stage: string; readonly path: string; readonly sizeBytes: number; readonly sha256: string }[]
}

/** Reads each frame whose hash is not known yet. Throws FRAME_UNREADABLE and MODEL_MISSING. */
export async function measureInputs(
  hashes: FileHashes,
  config: RunConfig,
  frames: { readonly framesPath: string; readonly frameIndices: readonly number[]; readonly frameNames: readonly string[] },
): Promise<RunInputs> {
  const all = createHash('sha256')
  let frameBytes = 0
  for (let at = 0; at < frames.frameNames.length; at += 16) {
    const found = await Promise.all(
      frames.frameNames.slice(at, at + 16).map((name, i) =>
        hashes.of(join(frames.framesPath, name)).catch((error: unknown) => {
          throw new Fault('FRAME_UNREADABLE', { frameIndex: frames.frameIndices[at + i]!, file: name, reason: reasonOfError(error) }, error)
        }),
      ),
    )
    for (const { sha256, sizeBytes } of found) {
      all.update(`${sha256}\n`)
      frameBytes += sizeBytes
    }
  }
  const selection = createHash('sha256')
    .update(canonicalJson([frames.frameIndices, frames.frameNames]))
    .digest('hex')
  return {
    framesSha256: all.digest('hex'),
    frameBytes,
    frameCount: frames.frameNames.length,
    selection,
    models: await modelsOf(hashes, config),
  }
}

async function modelsOf(hashes: FileHashes, config: RunConfig): Promise<RunInputs['models']> {
  const { backend, model } = config.stages.ssam
  if (backend !== 'onnx' || model === '') return []
  const found = await hashes.of(model).catch((error: unknown) => {
    throw new Fault('MODEL_MISSING', { path: model }, error)
  })
  return [{ stage: 'ssam', path: model, ...found }]
}
