// What the files of a whole run say: its manifest wherever a copy of it can be read, its times, and paths of trees that are dead.
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { Fault, reasonOfError } from '#core/base/fault'
import { jsonFromBytes } from '#core/my3dis/masks/candidate-schema'
import type { StageTiming } from '#core/my3dis/description'
import { familyTreeName } from '#core/my3dis/tracks/family-tree-file'
import { runManifestName } from '#core/my3dis/layout'
import { readRunManifest, RunManifest } from '#core/my3dis/run-manifest'
import type { Tell } from './describe-level.ts'
import { isFile, peekText } from '../peek.ts'

/** Larger ones are none of My3DIS: the largest real ones have a few megabytes. */
const largestJson = 64 * 2 ** 20
export const workflowSummary = 'workflow_summary.json'

const lenient = <T extends z.ZodType>(type: T) => type.optional().catch(undefined)
const time = lenient(z.string())
const Peaks = z.object({
  cpu: lenient(z.object({ peak_rss_bytes: lenient(z.number()) })),
  gpu: lenient(z.object({ total_reserved_bytes: lenient(z.number()) })),
})
const Stage = z.object({ started_at: time, ended_at: time, duration_sec: lenient(z.number()), resources: lenient(Peaks) })
const Stages = lenient(z.record(z.string(), lenient(Stage)))
const Copy = lenient(z.object({ manifest: lenient(RunManifest) }))
const Workflow = z.object({
  invoked_at: time,
  generated_at: time,
  order: lenient(z.array(z.string())),
  stages: Stages,
  experiment: lenient(z.object({ name: time, scene: time })),
  manifest: lenient(RunManifest),
  scene_level_summary: Copy,
})
const Timings = z.object({
  stages: z.array(
    z.object({
      stage: z.string(),
      started_at: time,
      ended_at: time,
      duration_sec: lenient(z.number()),
      cpu_peak_rss_bytes: lenient(z.number()),
      gpu_peak_reserved_bytes: lenient(z.number()),
    }),
  ),
})

export type RunPapers = {
  readonly manifest: RunManifest | undefined
  /** Whether the run's own manifest could be read whole. */
  readonly manifestIsWhole: boolean
  readonly experiment: string | undefined
  readonly scene: string | undefined
  readonly timings: readonly StageTiming[]
  readonly startedAt: number | undefined
  readonly endedAt: number | undefined
  readonly hasSummary: boolean
}

/** Of several files that say the same, the first one that can be read counts: the workflow's, the scene's, then the times alone. */
export async function readPapers(runFolder: string, tell: Tell): Promise<RunPapers> {
  const workflow = await readJson(join(runFolder, workflowSummary), Workflow, tell)
  // Each repeats what the one before has, so the next is only read where that one is missing.
  const scene = workflow ? undefined : await readJson(join(runFolder, 'summary.json'), Workflow, tell)
  const timings = workflow || scene ? undefined : await readJson(join(runFolder, 'stage_timings.json'), Timings, tell)
  const copy = workflow ? workflow.scene_level_summary?.manifest : scene?.manifest
  const { manifest, isWhole } = await readManifest(runFolder, copy, workflow ? workflowSummary : 'summary.json', tell)
  const summary = workflow ?? scene
  return {
    manifest,
    manifestIsWhole: isWhole,
    experiment: summary?.experiment?.name,
    scene: summary?.experiment?.scene ?? manifest?.scene,
    timings: timingsOf(summary, timings),
    startedAt: epochOf(workflow?.invoked_at) ?? (manifest?.ts_epoch === undefined ? undefined : manifest.ts_epoch * 1000),
    endedAt: epochOf(summary?.generated_at),
    hasSummary: workflow !== undefined,
  }
}

async function readManifest(runFolder: string, copy: RunManifest | undefined, from: string, tell: Tell) {
  const path = join(runFolder, runManifestName)
  const read = (await isFile(path)) ? readRunManifest(await readFile(path, 'utf8')) : undefined
  if (read?.manifest && read.reason === undefined) return { manifest: read.manifest, isWhole: true }
  if (copy) tell({ code: 'RUN_MANIFEST_COPIED', params: { path, from } })
  else if (read === undefined) tell({ code: 'RUN_MANIFEST_MISSING', params: { path } })
  else if (read.manifest === undefined) tell({ code: 'RUN_MANIFEST_DAMAGED', params: { path, reason: read.reason ?? '' } })
  else tell({ code: 'RUN_MANIFEST_CUT', params: { path } })
  return { manifest: copy ?? read?.manifest, isWhole: false }
}

/** Undefined when it is not there, or damaged, which is told. */
async function readJson<T>(path: string, schema: z.ZodType<T>, tell: Tell): Promise<T | undefined> {
  const found = await stat(path).catch(() => undefined)
  if (!found?.isFile()) return undefined
  try {
    if (found.size > largestJson) throw new RangeError(`it has ${found.size} bytes`)
    return jsonFromBytes(path, await readFile(path), schema)
  } catch (error) {
    const reason = error instanceof Fault ? String(error.params.reason) : reasonOfError(error)
    tell({ code: 'SUMMARY_DAMAGED', params: { path, reason } })
    return undefined
  }
}

function timingsOf(summary: z.infer<typeof Workflow> | undefined, timings: z.infer<typeof Timings> | undefined): readonly StageTiming[] {
  if (summary?.stages) {
    const { stages } = summary
    return (summary.order ?? Object.keys(stages)).flatMap((stage) => {
      const found = stages[stage]
      if (!found) return []
      return {
        stage,
        startedAt: epochOf(found.started_at),
        endedAt: epochOf(found.ended_at),
        seconds: found.duration_sec,
        cpuPeakBytes: found.resources?.cpu?.peak_rss_bytes,
        gpuPeakBytes: found.resources?.gpu?.total_reserved_bytes,
      }
    })
  }
  return (timings?.stages ?? []).map((found) => ({
    stage: found.stage,
    startedAt: epochOf(found.started_at),
    endedAt: epochOf(found.ended_at),
    seconds: found.duration_sec,
    cpuPeakBytes: found.cpu_peak_rss_bytes,
    gpuPeakBytes: found.gpu_peak_reserved_bytes,
  }))
}

function epochOf(text: string | undefined): number | undefined {
  const epoch = text === undefined ? Number.NaN : Date.parse(text)
  return Number.isNaN(epoch) ? undefined : epoch
}

/** Enough for the first objects: their paths are all of one making, so that they are all right or all dead. */
const treeLookBytes = 65_536

/** Paths of archives in the family tree were noted before the layout moved them. */
export async function checkFamilyTree(runFolder: string, tell: Tell): Promise<void> {
  const path = join(runFolder, familyTreeName)
  if (!(await isFile(path))) return
  const name = /"mask_archive": ?"([^"\\]+)"/.exec(await peekText(path, treeLookBytes))?.[1]
  if (name !== undefined && !(await isFile(join(runFolder, name)))) tell({ code: 'TREE_PATHS_DEAD', params: { path, name } })
}
