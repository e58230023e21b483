// Takes new runs, checks all that can be checked before a minute is spent, and carries them out one after the other per device.
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault } from '#core/base/fault'
import { runFolderName } from '#core/pipeline/pipeline'
import type { RunConfig } from '#core/run/run-config'
import { hasEnded } from '#core/run/run'
import { frameIndicesOfSlice, textFromFrameSlice } from '#core/scene/frame-slice'
import { createArchive } from '../archive/archive-writer.ts'
import { openGrowing } from '../archive/open-archive.ts'
import type { GpuProbe } from '../monitor/gpu-probe.ts'
import { checkFrames } from '../scenes/list-frames.ts'
import { checkSpace, neededBytes, prepareOutput } from '../scenes/output-folder.ts'
import type { SceneStore } from '../scenes/scene-store.ts'
import { type LiveRun, queueRun } from './live-run.ts'
import type { RunList } from './run-list.ts'
import { summaryFromRecord } from './run-list.ts'
import type { RunStore } from './run-store.ts'
import { carryOut, endUnstarted } from './runner.ts'
import type { WorkerPool } from './worker-pool.ts'

export type RunQueue = {
  /** Returns the new run's id once it is on disk and queued. */
  start(config: RunConfig, signal?: AbortSignal): Promise<string>
  /** Cancels what is going and resolves when all of it has ended. */
  close(): Promise<void>
}

export function createRunQueue(parts: {
  readonly scenes: SceneStore
  readonly store: RunStore
  readonly list: RunList
  readonly pool: WorkerPool
  readonly gpu: GpuProbe
  readonly version: string
  readonly buildId: string
  readonly nameOf: (config: RunConfig, sceneName: string) => string
  readonly listChanged: () => void
}): RunQueue {
  const lanes = new Map<string, Promise<void>>()
  let closing = false

  const start = async (config: RunConfig, signal?: AbortSignal): Promise<string> => {
    if (closing) throw new Fault('ENGINE_LOST', { reason: 'it is shutting down' })
    const output = await prepareOutput(config.output)
    const scene = await parts.scenes.list(config.scene, output, signal)
    const frameIndices = frameIndicesOfSlice(config.frames, scene.frameCount)
    if (frameIndices.length === 0)
      throw new Fault('FRAME_SLICE_EMPTY', { slice: textFromFrameSlice(config.frames), frameCount: scene.frameCount })
    await checkFrames(scene, frameIndices)
    await checkSpace(output, neededBytes(frameIndices.length, config.stages.ssam.maxCandidates))
    const folder = await freeFolder(output, config, scene.name)
    const run = await queueRun(
      folder,
      {
        name: parts.nameOf(config, scene.name),
        config: { ...config, output },
        scene: {
          name: scene.name,
          kind: scene.kind,
          framesPath: scene.framesPath,
          frameCount: scene.frameCount,
          width: scene.width,
          height: scene.height,
        },
        frameIndices,
        frameNames: frameIndices.map((index) => scene.frameNames[index]!),
        appVersion: parts.version,
        buildId: parts.buildId,
      },
      (changed, event) => {
        // The list shows state and progress, not every sample.
        if (event.type === 'stageFinished' || event.type === 'runStarted' || event.type === 'cancelRequested')
          void parts.list.put(summaryFromRecord(changed.record, folder))
        if (event.type !== 'sampleTaken' && event.type !== 'logWritten') parts.listChanged()
      },
    )
    const writer = await createArchive(folder)
    const archive = await openGrowing(folder)
    parts.store.addLive(run, archive)
    await parts.list.put(summaryFromRecord(run.record, folder))
    parts.listChanged()
    const before = lanes.get(config.device) ?? Promise.resolve()
    const tools = { pool: parts.pool, gpu: parts.gpu, writer, archive }
    // A run that is cancelled while it waits ends at once; its place in the lane then passes without work.
    const called = new Promise<'cancelled'>((resolve) =>
      run.cancelled.addEventListener('abort', () => resolve('cancelled'), { once: true }),
    )
    const done = Promise.race([before.then(() => 'turn' as const), called])
      .then((why) => (why === 'turn' && !run.cancelled.aborted ? carryOut(run, tools) : endUnstarted(run, tools)))
      .then(() => parts.list.put(summaryFromRecord(run.record, folder)))
      .then(parts.listChanged)
    lanes.set(
      config.device,
      Promise.all([before, done]).then(() => {}),
    )
    return run.id
  }
  return {
    start,
    close: async () => {
      closing = true
      for (const run of parts.store.liveRuns()) if (!hasEnded(run.record.state)) cancelQuietly(run)
      await Promise.all(lanes.values())
    },
  }
}

function cancelQuietly(run: LiveRun): void {
  run.tell({ type: 'cancelRequested' })
  run.cancel()
}

/** A folder name that is not taken: two runs started in one second get -2, -3, … */
async function freeFolder(output: string, config: RunConfig, sceneName: string): Promise<string> {
  const base = join(output, runFolderName(new Date(), sceneName, config.levels, config.frames))
  for (let number = 1; ; number += 1) {
    const folder = number === 1 ? base : `${base}-${number}`
    const taken = await access(folder).then(
      () => true,
      () => false,
    )
    if (!taken) return folder
  }
}
