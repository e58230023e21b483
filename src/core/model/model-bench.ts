// How long a model takes on a provider: what is measured, and how it is summed over the parts.
import { z } from 'zod'
import { ModelId, Sha256 } from './model-entry.ts'
import type { TrialReport } from './trial-report.ts'

export const ModelBench = z.object({
  version: z.literal(1),
  model: ModelId,
  /** Of each file in the order of the entry: other bytes are another model. */
  files: z.array(z.object({ sha256: Sha256, sizeBytes: z.number().int().nonnegative() })),
  /** The only one that was allowed. */
  provider: z.string(),
  threads: z.number().int().positive(),
  /** Unix time in ms. */
  at: z.number(),
  /** What ran it: name of the processor, or of what the provider runs on. */
  machine: z.string(),
  parts: z.array(
    z.object({
      part: z.string(),
      /** false: a part of the network ran on the CPU. */
      wholeGraph: z.boolean(),
      /** Opening it where nothing is kept: the graph is optimised. */
      firstStartMs: z.number(),
      /** Opening it in a new process, from the optimised network that the first start kept. */
      secondStartMs: z.number(),
      /** The first run after opening. */
      firstRunMs: z.number(),
      /** Of the runs after the first. */
      medianMs: z.number(),
    }),
  ),
})
export type ModelBench = z.infer<typeof ModelBench>

/** From the reports of two trials of the same model in two processes: a fresh cache, and the one that was filled. */
export function partsOfBench(first: readonly TrialReport[], second: readonly TrialReport[]): ModelBench['parts'] {
  return second.map((report, i) => {
    const { part, wholeGraph, loadMs, firstMs, medianMs } = report
    return {
      part,
      wholeGraph,
      firstStartMs: first[i]?.loadMs ?? loadMs,
      secondStartMs: loadMs,
      firstRunMs: firstMs,
      medianMs: medianMs ?? firstMs,
    }
  })
}

/** All parts one after another: one run of each, and the starts. `inPart`: the CPU did a part of the work. */
export function totalsOfBench({ parts }: ModelBench): {
  readonly medianMs: number
  readonly firstStartMs: number
  readonly secondStartMs: number
  readonly inPart: boolean
} {
  const sum = (of: (part: ModelBench['parts'][number]) => number) => parts.reduce((all, part) => all + of(part), 0)
  return {
    medianMs: sum((part) => part.medianMs),
    firstStartMs: sum((part) => part.firstStartMs),
    secondStartMs: sum((part) => part.secondStartMs),
    inPart: parts.some((part) => !part.wholeGraph),
  }
}
