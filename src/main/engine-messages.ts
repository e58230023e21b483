// What Electron's main process and the engine's utility process say to each other beside the ports they exchange.
import { z } from 'zod'
import { Known } from '#core/run/provenance'

/** Main to engine. `page` comes with a port to a page, `worker` with a port to a worker. */
export const ToEngine = z.discriminatedUnion('type', [
  z.object({ type: z.literal('page') }),
  z.object({ type: z.literal('worker'), ticket: z.number().int(), pid: z.number().int().optional(), fallback: z.string().optional() }),
  z.object({ type: z.literal('workerRefused'), ticket: z.number().int(), reason: z.string() }),
  z.object({ type: z.literal('workerExited'), ticket: z.number().int(), reason: z.string() }),
  /** Cancel the runs, end the workers, then exit. */
  z.object({ type: z.literal('close') }),
])
export type ToEngine = z.infer<typeof ToEngine>

/** Engine to main. */
export const FromEngine = z.discriminatedUnion('type', [
  z.object({ type: z.literal('spawnWorker'), ticket: z.number().int(), device: z.string() }),
  z.object({ type: z.literal('killWorker'), ticket: z.number().int() }),
])
export type FromEngine = z.infer<typeof FromEngine>

/** The engine's settings, as the first argument of its process. */
export const EngineArguments = z.object({
  stateFolder: z.string(),
  defaultOutput: z.string(),
  home: z.string(),
  buildId: z.string(),
  version: z.string(),
  workerCode: z.string().optional(),
  commit: Known.optional(),
  inferenceRuntime: Known.optional(),
  /** What the doctor says of Electron's runtime. */
  electronFound: z.string(),
})
export type EngineArguments = z.infer<typeof EngineArguments>
