// Which outputs of a network a stage wants, and the network without what only others need.
import { cutNetwork, outputNames } from '#core/model/onnx-cut'
import type { ModelFile } from './model-file.ts'

/** Cutting copies the file in memory once; a network larger than this is all weights, and only spared handing the others over. */
const largestCut = 2 ** 28

/** Of each group the first name that the network has; undefined when a group has none (the owner will say what is missing), or all are wanted. */
export async function wantedOutputs(
  { path, bytes }: Pick<ModelFile, 'path' | 'bytes'>,
  groups: readonly (readonly string[])[] | undefined,
): Promise<readonly string[] | undefined> {
  if (groups === undefined) return undefined
  const names = await outputNames(path, bytes)
  const wanted = groups.map((group) => group.find((name) => names.includes(name)))
  const found = wanted.filter((name) => name !== undefined)
  return found.length < groups.length || found.length === names.length ? undefined : found
}

export async function cutToOutputs({ path, bytes }: Pick<ModelFile, 'path' | 'bytes'>, wanted: readonly string[]): Promise<Uint8Array> {
  return bytes.length > largestCut ? bytes : cutNetwork(path, bytes, new Set(wanted))
}
