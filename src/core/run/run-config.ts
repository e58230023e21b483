// What a person may set for a run: one schema makes validation, defaults, the form and the help.
import { z } from 'zod'
import { CommandDeclaration } from '../pipeline/command-stage.ts'
import { FrameSlice } from '../scene/frame-slice.ts'
import { UserPrompt } from '../segment/user-prompt.ts'

const Level = z.number().int().min(1).max(6)
/** `cpu`, or a CUDA device by the driver's index. */
const Device = z.string().regex(/^(cpu|cuda:\d{1,2})$/, 'must be cpu or cuda:<index>')
/** Of one stage: empty = the run's device. */
const StageDevice = z
  .string()
  .regex(/^(|cpu|cuda:\d{1,2})$/, 'must be empty, cpu or cuda:<index>')
  .default('')
  .meta({ title: 'Device', description: 'cpu or cuda:<index>; empty = the device of the run', widget: 'device' })

/** Names or paths, tried in this order; `builtin` ends the list. */
const Fallbacks = z.array(z.string().min(1).max(1000)).max(8).default([]).meta({
  title: 'When it cannot be used',
  description: 'onnx backend only: other models by name or path, or builtin, tried in this order; empty = the run does not start',
})

/** Of instance segmenters and detectors only. */
const InstanceSettings = {
  classes: z.array(z.string().min(1).max(100)).max(200).default([]).meta({
    title: 'Classes',
    description: 'Instance segmenters and detectors only: names or numbers of the classes that are offered; empty = all',
  }),
  tiles: z.number().int().min(1).max(8).default(1).meta({
    title: 'Tiles per side',
    description:
      'Instance segmenters and detectors only: 2 looks at 2 x 2 overlapping parts of the frame besides; finds smaller things, takes longer',
  }),
  tileOverlap: z.number().min(0).max(0.5).default(0.1).meta({
    title: 'Overlap of tiles',
    description: 'Of the side of a tile, on every side of it',
  }),
}

/** Of promptable networks (the SAM family) only. */
const PromptSettings = {
  pointsPerSide: z.number().int().min(1).max(128).default(32).meta({
    title: 'Clicks per side',
    description: 'Promptable models only: the frame is clicked on a grid of so many rows and columns',
  }),
  promptBatch: z.number().int().min(1).max(512).default(16).meta({
    title: 'Clicks at a time',
    description: 'Promptable models only: more is faster and takes more memory; decoders that take one at a time get one',
  }),
  predictedIou: z.number().min(0).max(1).default(0.88).meta({
    title: 'Smallest predicted IoU',
    description: 'Promptable models only: masks that the network itself trusts less are not offered',
  }),
  maskStability: z.number().min(0).max(1).default(0.92).meta({
    title: 'Smallest mask stability',
    description: 'Promptable models only: masks that change more when the threshold moves by one logit are not offered',
  }),
  boxOverlap: z.number().min(0).max(1).default(0.7).meta({
    title: 'Same mask above',
    description: 'Promptable models only: of masks whose boxes have a greater IoU the better one stays',
  }),
  cropLayers: z.number().int().min(0).max(3).default(0).meta({
    title: 'Crop layers',
    description:
      'Promptable models only: 1 looks at 4 overlapping parts of the frame too, 2 at 16 more; finds smaller things, takes longer',
  }),
  cleanArea: z.number().int().min(0).max(100_000).default(10).meta({
    title: 'Smallest hole or island',
    description: 'Promptable models only: smaller ones are filled or taken away',
    unit: 'px at 640',
  }),
  refine: z.enum(['points', 'anew']).default('points').meta({
    title: 'Finer levels',
    description:
      'Promptable models only: points takes the finer masks of the same clicks; anew shows each parent alone to the network, as My3DIS does',
  }),
}

export const SsamSettings = z.object({
  backend: z
    .enum(['builtin', 'onnx'])
    .default('builtin')
    .meta({ title: 'Backend', description: 'builtin needs no weights; onnx runs the model named below' }),
  model: z.string().default('').meta({
    title: 'Model',
    description: 'onnx backend only: name in the model store, or an ONNX file or a folder with the files of one model',
    widget: 'path',
  }),
  fallbacks: Fallbacks,
  every: z
    .number()
    .int()
    .min(1)
    .max(1000)
    .default(4)
    .meta({ title: 'Candidates on every', description: 'Candidates on every n-th selected frame', unit: 'frames' }),
  minArea: z.number().int().min(0).default(300).meta({
    title: 'Smallest area',
    description: 'Smaller masks are not offered; counted in pixels of a frame whose short side is 640',
    unit: 'px at 640',
  }),
  addGaps: z
    .boolean()
    .default(false)
    .meta({ title: 'Fill gaps', description: 'On the coarsest level, connected rest areas become candidates too' }),
  fillArea: z.number().int().min(1).default(300).meta({ title: 'Smallest gap', description: 'Smaller gaps are left', unit: 'px at 640' }),
  maxMasksPerLevel: z.number().int().min(0).default(2000).meta({ title: 'Masks per level, at most', description: '0 = no limit' }),
  maxCandidates: z
    .number()
    .int()
    .min(1)
    .max(5000)
    .default(300)
    .meta({ title: 'Candidates per frame, at most', description: 'Over all levels' }),
  scoreThreshold: z
    .number()
    .min(0)
    .max(1)
    .default(0.25)
    .meta({ title: 'Smallest score', description: 'onnx backend only: weaker instances are not offered' }),
  ...InstanceSettings,
  ...PromptSettings,
  device: StageDevice,
})

export const FilterSettings = z.object({
  minArea: z
    .number()
    .int()
    .min(0)
    .default(300)
    .meta({ title: 'Smallest area', description: 'Smaller candidates are dropped', unit: 'px at 640' }),
  stabilityThreshold: z
    .number()
    .min(0)
    .max(1)
    .default(0.7)
    .meta({ title: 'Smallest stability', description: 'Less stable candidates are dropped' }),
  cascade: z.boolean().default(true).meta({ title: 'Cascade', description: 'What lies inside a dropped candidate is dropped with it' }),
})

export const TrackerSettings = z.object({
  backend: z.enum(['builtin', 'onnx']).default('builtin').meta({
    title: 'Backend',
    description: 'builtin: optical flow both ways, snapped to edges, needs no weights; onnx runs the model named below',
  }),
  model: z.string().default('').meta({
    title: 'Model',
    description: 'onnx backend only: name in the model store, or a folder with the modules of SAM 2 for video',
    widget: 'path',
  }),
  fallbacks: Fallbacks,
  quality: z
    .enum(['fast', 'best'])
    .default('fast')
    .meta({ title: 'Quality', description: 'builtin backend only: best spends several times as long on each object' }),
  maxPropagate: z
    .number()
    .int()
    .min(0)
    .default(30)
    .meta({ title: 'Carry at most', description: 'Selected frames in each direction from the prompt; 0 = without limit', unit: 'frames' }),
  iouThreshold: z
    .number()
    .min(0)
    .max(1)
    .default(0.6)
    .meta({ title: 'Same object above', description: 'A candidate whose IoU with a tracked mask is greater is the same object' }),
  prompts: z.array(UserPrompt).max(1000).default([]).meta({
    title: 'Masks given by a person',
    description:
      'Tracked besides the candidates: each takes the place of the track that was carried to where it lies, else it is an object of its own; on the command line also the path of a JSON file with the list',
    widget: 'none',
  }),
  device: StageDevice,
})

export const ReportSettings = z.object({
  pictures: z.number().int().min(0).max(60).default(6).meta({ title: 'Pictures per level, at most', description: '0 = none' }),
  pictureStride: z.number().int().min(0).max(1000).default(0).meta({
    title: 'Pictures on every',
    description: 'Every n-th frame with candidates, and the last; 0 = spread evenly',
    unit: 'frames with candidates',
  }),
  maxWidth: z.number().int().min(160).max(4096).default(960).meta({ title: 'Picture width, at most', unit: 'px' }),
})

/** How long and how often a run may try, and what it does where memory cannot be watched. None of it changes a result. */
export const RunLimits = z.object({
  timeoutMinutes: z
    .number()
    .min(0)
    .max(100_000)
    .default(0)
    .meta({ title: 'Time limit', description: 'Working time of the run, pauses not counted; 0 = none', unit: 'min' }),
  attempts: z.number().int().min(1).max(10).default(2).meta({
    title: 'Attempts',
    description: 'Of a stage whose worker is lost before it gets further than the time before; what was committed is never done again',
  }),
  memoryPolicy: z.enum(['auto', 'warn', 'fail']).default('auto').meta({
    title: 'Where memory cannot be watched',
    description: 'auto: one run at a time, judged by free memory; warn: say it and go on; fail: do not start',
  }),
})

export const StageSettings = z.object({
  ssam: SsamSettings.prefault({}).meta({ title: 'Candidates (ssam)' }),
  filter: FilterSettings.prefault({}).meta({ title: 'Filter' }),
  tracker: TrackerSettings.prefault({}).meta({ title: 'Tracker' }),
  report: ReportSettings.prefault({}).meta({ title: 'Report' }),
})

export const RunConfig = z.object({
  scene: z.string().min(1).meta({ title: 'Frames', description: 'Folder of JPEG or PNG frames, a scene, or a video file', widget: 'path' }),
  output: z.string().min(1).meta({ title: 'Output folder', description: 'The run gets a folder of its own inside', widget: 'path' }),
  name: z.string().max(120).default('').meta({ title: 'Name', description: 'Shown in lists; empty = the name of the scene' }),
  pipeline: z.literal('my3dis').default('my3dis'),
  levels: z
    .array(Level)
    .min(1)
    .max(6)
    .refine((levels) => levels.every((level, i) => i === 0 || level > levels[i - 1]!), 'levels must ascend, each once')
    .default([2, 4, 6])
    .meta({ title: 'Levels', description: 'Granularity from 1 (coarse) to 6 (fine)', widget: 'levels' }),
  frames: FrameSlice.prefault({}).meta({ title: 'Frames', widget: 'slice' }),
  device: Device.default('cpu').meta({ title: 'Device', description: 'cpu, or cuda:<index>', widget: 'device' }),
  limits: RunLimits.prefault({}).meta({ title: 'Limits' }),
  stages: StageSettings.prefault({}),
  commands: z
    .array(CommandDeclaration)
    .max(20)
    .refine(
      (commands) => {
        const ids = ['ssam', 'filter', 'tracker', 'report', ...commands.map(({ id }) => id)]
        return new Set(ids).size === ids.length
      },
      { error: 'each needs an id of its own, other than ssam, filter, tracker and report' },
    )
    .default([])
    .meta({
      title: 'Commands',
      description: 'Programs of your own that run after the report, each as a stage (docs/formats/command.md)',
      widget: 'none',
    }),
})
export type RunConfig = z.infer<typeof RunConfig>
export type RunConfigInput = z.input<typeof RunConfig>

/** A named starting point. Values are overlaid on the defaults. */
export type Preset = {
  readonly id: string
  readonly title: string
  readonly description: string
  readonly values: Partial<Omit<RunConfigInput, 'scene' | 'output'>>
}

export const presets: readonly Preset[] = [
  { id: 'standard', title: 'Standard', description: 'Levels 2, 4, 6, candidates on every 4th selected frame', values: {} },
  {
    id: 'quick',
    title: 'Quick look',
    description: 'Two levels, candidates on every 8th frame, short tracks',
    values: { levels: [2, 4], stages: { ssam: { every: 8 }, tracker: { maxPropagate: 8 } } },
  },
  {
    id: 'fine',
    title: 'Fine parts',
    description: 'Levels 1, 3, 5, small areas kept, gaps filled, tracks without limit',
    values: {
      levels: [1, 3, 5],
      stages: { ssam: { minArea: 100, addGaps: true, fillArea: 100 }, filter: { minArea: 100 }, tracker: { maxPropagate: 0 } },
    },
  },
]

/** Sets one dotted path to a text value in a plain object; JSON where it parses, text otherwise (`stages.filter.minArea=300`). */
export function applySetting(target: Record<string, unknown>, setting: string): string | undefined {
  const equals = setting.indexOf('=')
  if (equals < 1) return `"${setting}" is not of the form path=value`
  const keys = setting.slice(0, equals).split('.')
  if (keys.some((key) => !/^[A-Za-z][A-Za-z0-9]*$/.test(key) || key in Object.prototype))
    return `"${setting.slice(0, equals)}" is not a setting path`
  let node = target
  for (const key of keys.slice(0, -1)) {
    const next = node[key]
    if (typeof next === 'object' && next !== null && !Array.isArray(next)) node = next as Record<string, unknown>
    else {
      const made: Record<string, unknown> = {}
      node[key] = made
      node = made
    }
  }
  const text = setting.slice(equals + 1)
  try {
    node[keys.at(-1)!] = JSON.parse(text)
  } catch {
    node[keys.at(-1)!] = text
  }
  return undefined
}

/** The config's own strictness: a key that the schema does not know is an error, not a silent nothing. */
export function unknownKeys(value: unknown, known: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || typeof known !== 'object' || known === null) return []
  return Object.entries(value).flatMap(([key, inner]) => {
    const at = path ? `${path}.${key}` : key
    return Object.hasOwn(known, key) ? unknownKeys(inner, (known as Record<string, unknown>)[key], at) : [at]
  })
}
