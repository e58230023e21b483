// What a command tells the engine process at its start, in one argument.
import { z } from 'zod'
import { DoctorLine } from '#api/api'

export const EngineArguments = z.object({
  stateFolder: z.string(),
  defaultOutput: z.string(),
  roots: z.array(z.string()).optional(),
  buildId: z.string(),
  version: z.string(),
  home: z.string(),
  extraDoctorLines: z.array(DoctorLine).default([]),
})
export type EngineArguments = z.infer<typeof EngineArguments>
