// What a configuration says beside the settings of a run: the preset, which scenes, and how many at a time.
import { z } from 'zod'
import { presets, RunConfig } from '../run/run-config.ts'

const presetIds = presets.map(({ id }) => id)

export const SceneSpec = z.object({
  root: z
    .string()
    .default('')
    .meta({ title: 'Folder of scenes', description: 'Folder that holds the scenes; used when several are run', widget: 'path' }),
  names: z
    .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
    .default('all')
    .meta({ title: 'Scenes', description: 'all, one name, or a list of names; also written a,b or from..to on the command line' }),
  from: z.string().default('').meta({ title: 'First scene', description: 'Cuts the order of the folder; empty = from the first' }),
  to: z.string().default('').meta({ title: 'Last scene', description: 'Included; empty = to the last' }),
})
export type SceneSpec = z.infer<typeof SceneSpec>

export const LaunchSettings = z.object({
  preset: z
    .string()
    .refine((id) => id === '' || presetIds.includes(id), { error: `must be one of ${presetIds.join(', ')}` })
    .default('')
    .meta({ title: 'Preset', description: `Starting point: ${presetIds.join(', ')}; empty = none` }),
  parallel: z.number().int().min(1).max(64).default(1).meta({ title: 'Runs at a time', description: 'When several scenes are run' }),
  scenes: SceneSpec.prefault({}).meta({ title: 'Several scenes' }),
})
export type LaunchSettings = z.infer<typeof LaunchSettings>

/** All that a file, an environment or a command line may say. */
export const Configuration = RunConfig.extend(LaunchSettings.shape)
