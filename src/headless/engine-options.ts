// What a command tells the engine process at its start, in one argument.
import { z } from 'zod'
import { DoctorLine } from '#api/api'
import { Known } from '#core/run/provenance'

export const EngineArguments = z.object({
  stateFolder: z.string(),
  defaultOutput: z.string(),
  modelsFolder: z.string().optional(),
  roots: z.array(z.string()).optional(),
  buildId: z.string(),
  version: z.string(),
  home: z.string(),
  service: z.boolean().default(false),
  workerCode: z.string().optional(),
  commit: Known.optional(),
  inferenceRuntime: Known.optional(),
  extraDoctorLines: z.array(DoctorLine).default([]),
})
export type EngineArguments = z.infer<typeof EngineArguments>
