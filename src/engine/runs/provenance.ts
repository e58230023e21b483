// Gathers where a run comes from: program, settings, inputs, models, machine. What cannot be found out is unknown, with the reason.
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { availableParallelism, cpus, hostname, release, totalmem, type as systemType } from 'node:os'
import { promisify } from 'node:util'
import { canonicalJson } from '#core/base/canonical-json'
import { reasonOfError } from '#core/base/fault'
import { stagesOf } from '#core/pipeline/pipeline'
import type { Known, Origins, Provenance } from '#core/run/provenance'
import type { RunConfig } from '#core/run/run-config'
import type { GpuProbe } from '../monitor/gpu-probe.ts'
import type { RunInputs } from './inputs.ts'

const run = promisify(execFile)

export type Program = {
  readonly version: string
  readonly buildId: string
  readonly commit: Known
  /** Hash of the code of the workers: results of other code are not taken over. */
  readonly workerCode: string
  /** Version of the inference runtime the workers load. */
  readonly inferenceRuntime: Known
}

/** Nothing here fails. The driver is asked once; the answer is kept by the caller for as long as the engine lives. */
export function gatherProvenance(
  program: Program,
  machine: Provenance['machine'],
  config: RunConfig,
  origins: Origins,
  inputs: RunInputs,
): Provenance {
  const { version, buildId, commit } = program
  return {
    app: { version, buildId, commit },
    configSha256: createHash('sha256').update(canonicalJson(config)).digest('hex'),
    origins,
    inputs: { frameCount: inputs.frameCount, sizeBytes: inputs.frameBytes, framesSha256: inputs.framesSha256 },
    models: inputs.models.flatMap(({ stage, source, model }) =>
      (model?.files ?? []).map(({ path, sizeBytes, sha256 }) => ({ stage, path, sizeBytes, sha256, name: model?.name, source })),
    ),
    machine,
    seeds: Object.fromEntries(
      stagesOf(config).map((stage) => [
        stage.id,
        { unknown: config.commands.some(({ id }) => id === stage.id) ? 'the program was given none' : 'it draws no random numbers' },
      ]),
    ),
  }
}

export async function describeMachine(program: Program, gpu: GpuProbe): Promise<Provenance['machine']> {
  return {
    name: hostname(),
    system: `${systemType()} ${release()}`,
    processor: cpus()[0]?.model.trim() || 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    node: process.versions.node,
    gpu: gpu.name === undefined ? { unknown: gpu.describe() } : { value: gpu.name },
    driver: await driverVersion(),
    inferenceRuntime: program.inferenceRuntime,
  }
}

async function driverVersion(): Promise<Known> {
  try {
    const { stdout } = await run('nvidia-smi', ['--query-gpu=driver_version', '--format=csv,noheader'], { timeout: 4000 })
    return { value: [...new Set(stdout.trim().split('\n'))].join(', ') }
  } catch (error) {
    const absent = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    return { unknown: absent ? 'nvidia-smi was not found' : `nvidia-smi fails: ${reasonOfError(error)}` }
  }
}

/** The commit of a checkout, with "+changes" when files differ from it. Never throws. */
export async function commitOf(folder: string): Promise<Known> {
  try {
    const { stdout } = await run('git', ['-C', folder, 'rev-parse', 'HEAD'], { timeout: 4000 })
    const changed = await run('git', ['-C', folder, 'status', '--porcelain', '--untracked-files=no'], { timeout: 4000 })
    return { value: `${stdout.trim()}${changed.stdout.trim() === '' ? '' : '+changes'}` }
  } catch (error) {
    const absent = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    return { unknown: absent ? 'git is not on this machine' : `git says: ${reasonOfError(error)}` }
  }
}

/** Version field of a package.json. Never throws. */
export async function versionOf(packageFile: string): Promise<Known> {
  try {
    const { version } = JSON.parse(await readFile(packageFile, 'utf8')) as { version?: unknown }
    return typeof version === 'string' ? { value: version } : { unknown: 'its package names no version' }
  } catch (error) {
    return { unknown: reasonOfError(error) }
  }
}
