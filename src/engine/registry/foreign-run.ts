// A run folder of My3DIS as a line of the registry: told from its manifest and summary, of which every part may be missing.
import { readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { z } from 'zod'
import type { RunSummary } from '#api/api'
import { reasonOfError } from '#core/base/fault'
import { asIncomplete, idOfFolder, partialSummary } from './run-summary.ts'

export const foreignManifest = 'manifest.json'
const foreignSummary = 'workflow_summary.json'

/** A field of an unexpected kind is as good as none. */
const optional = <T extends z.ZodType>(type: T) => type.optional().catch(undefined)

const Manifest = z.object({
  levels: z.array(z.number().int()),
  data_path: optional(z.string()),
  scene: optional(z.string()),
  selected_frames: optional(z.array(z.string())),
  frames_total: optional(z.number().int()),
  frames_selected: optional(z.number().int()),
  frames_ssam: optional(z.number().int()),
  ssam_freq: optional(z.number().int()),
  ts_epoch: optional(z.number()),
})
export type ForeignManifest = z.infer<typeof Manifest>

const Stage = z.object({ started_at: optional(z.string()), ended_at: optional(z.string()) })
const Summary = z.object({
  config_path: optional(z.string()),
  invoked_at: optional(z.string()),
  generated_at: optional(z.string()),
  experiment: optional(
    z.object({
      name: optional(z.string()),
      scene: optional(z.string()),
      data_path: optional(z.string()),
      output_root: optional(z.string()),
      scene_output_root: optional(z.string()),
      parent_experiment: optional(z.string()),
      experiment_root: optional(z.string()),
      scene_index: optional(z.number().int()),
    }),
  ),
  stages: optional(z.record(z.string(), Stage)),
})
export type ForeignSummary = z.infer<typeof Summary>

export type ForeignRun = {
  readonly run: RunSummary
  readonly manifest: ForeignManifest | undefined
  readonly summary: ForeignSummary | undefined
}

/** Whether a parsed manifest.json is one of My3DIS; web pages have files of that name too. */
export function isForeignManifest(value: unknown): boolean {
  return Manifest.safeParse(value).success
}

/** Undefined when nothing speaks for a run of My3DIS: no manifest with levels, and no level_<n> folder among `names`. */
export async function readForeignRun(folder: string, names: readonly string[]): Promise<ForeignRun | undefined> {
  const levels = names.flatMap((name) => /^level_(\d{1,3})$/.exec(name)?.[1] ?? []).map(Number)
  const read = names.includes(foreignManifest) ? await readJson(join(folder, foreignManifest)) : undefined
  const parsed = read?.value === undefined ? undefined : Manifest.safeParse(read.value)
  if (!parsed?.success && levels.length === 0) return undefined
  const manifest = parsed?.data
  const summaryRead = await readJson(join(folder, foreignSummary))
  const summary = summaryRead.value === undefined ? undefined : Summary.safeParse(summaryRead.value).data
  const begun = timeOf(summary?.invoked_at) ?? (manifest?.ts_epoch === undefined ? undefined : manifest.ts_epoch * 1000)
  const stages = Object.values(summary?.stages ?? {})
  const run = partialSummary({
    id: idOfFolder(folder),
    name: summary?.experiment?.name ?? basename(folder),
    state: 'foreign',
    program: 'my3dis',
    folder,
    sceneName: summary?.experiment?.scene ?? manifest?.scene ?? basename(folder),
    scenePath: manifest?.data_path ?? summary?.experiment?.data_path ?? '',
    frameCount: manifest?.frames_selected ?? manifest?.selected_frames?.length ?? 0,
    levels: manifest?.levels ?? levels.sort((a, b) => a - b),
    queuedAt: begun ?? (await modifiedAt(read ? join(folder, foreignManifest) : folder)),
    startedAt: least(stages.flatMap((stage) => timeOf(stage.started_at) ?? [])),
    endedAt: timeOf(summary?.generated_at),
  })
  const problem = !read
    ? `it has no ${foreignManifest}`
    : (read.reason ?? (parsed?.success ? summaryRead.reason : `${foreignManifest} names no levels`))
  const broken = problem ?? (summary ? undefined : `${foreignSummary} is of an unexpected kind`)
  return { run: broken === undefined ? run : asIncomplete(run, broken), manifest, summary }
}

/** Python writes NaN where JSON has no word for it. */
async function readJson(path: string): Promise<{ readonly value?: unknown; readonly reason?: string }> {
  try {
    const text = await readFile(path, 'utf8')
    return { value: JSON.parse(text.replace(/([[:,]\s*)(?:NaN|-?Infinity)(?=\s*[,\]}])/g, '$1null')) }
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    return { reason: missing ? `it has no ${basename(path)}, so it did not finish` : `${basename(path)}: ${reasonOfError(error)}` }
  }
}

function timeOf(text: string | undefined): number | undefined {
  const time = text === undefined ? Number.NaN : Date.parse(text)
  return Number.isNaN(time) ? undefined : time
}

async function modifiedAt(path: string): Promise<number> {
  return Math.round((await stat(path)).mtimeMs)
}

function least(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : Math.min(...values)
}
