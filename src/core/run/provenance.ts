// Where a run came from: program, settings and who set them, inputs, models, machine. Gathered before the first stage, never a reason to fail.
import { z } from 'zod'

/** Who gave a setting its value, weakest first; `source` is a file, a variable or an option. */
export const OriginKind = z.enum(['default', 'preset', 'yaml', '.env', 'environment', 'flag', 'form'])
export type OriginKind = z.infer<typeof OriginKind>
export const Origin = z.object({ origin: OriginKind, source: z.string().optional() })
export type Origin = z.infer<typeof Origin>
/** By the path of each setting; a path that is missing was not told. */
export const Origins = z.record(z.string(), Origin)
export type Origins = z.infer<typeof Origins>

/** Either a value or why there is none. */
export const Known = z.object({ value: z.string().optional(), unknown: z.string().optional() })
export type Known = z.infer<typeof Known>

export const Provenance = z.object({
  app: z.object({ version: z.string(), buildId: z.string(), commit: Known }),
  /** SHA-256 of the settings as canonical JSON (sorted keys, no spaces), in hex. */
  configSha256: z.string(),
  origins: Origins,
  inputs: z.object({
    /** Of the selected frames. */
    frameCount: z.number().int(),
    sizeBytes: z.number(),
    /** SHA-256 over the SHA-256 of each selected frame's bytes, in hex, one a line, in order. */
    framesSha256: z.string(),
  }),
  /** Each file of each model; `source` says whether it is the chosen one. */
  models: z.array(
    z.object({
      stage: z.string(),
      path: z.string(),
      sizeBytes: z.number(),
      sha256: z.string(),
      name: z.string().optional(),
      source: z.string().optional(),
    }),
  ),
  machine: z.object({
    name: z.string(),
    system: z.string(),
    processor: z.string(),
    cores: z.number().int(),
    memoryBytes: z.number(),
    node: z.string(),
    gpu: Known,
    driver: Known,
    inferenceRuntime: Known,
  }),
  /** Of each stage; the built-in backends draw no random numbers, which is then what it says. */
  seeds: z.record(z.string(), Known),
})
export type Provenance = z.infer<typeof Provenance>
