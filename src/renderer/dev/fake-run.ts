// A made-up run: its journal grows on a timer as a real one does, or is there whole from the start.
import type { RunSummary } from '#api/api'
import { foldRun, hasEnded, type RunRecord } from '#core/run/run'
import { RunConfig } from '#core/run/run-config'
import type { RunEvent, RunHappening } from '#core/run/run-event'
import { type FakeScene, frameName } from './fake-scene.ts'

export type FakeRun = {
  readonly id: string
  readonly scene: FakeScene
  readonly events: readonly RunEvent[]
  record(): RunRecord
  summary(): RunSummary
  /** Positions of the frames written, per stage. */
  written(stage: string): number
  subscribe(listener: () => void): () => void
  cancel(): void
}

export type FakeFate = {
  readonly stopsIn?: 'ssam' | 'tracker'
  readonly ending?: 'failed' | 'cancelled' | 'interrupted'
  readonly stepMs: number
  readonly gpu: boolean
  readonly ago?: number
}

const stages = ['ssam', 'filter', 'tracker', 'report'] as const

export function makeFakeRun(id: string, name: string, scene: FakeScene, fate: FakeFate): FakeRun {
  const events: RunEvent[] = []
  const listeners = new Set<() => void>()
  const written: Record<string, number> = {}
  let record: RunRecord | undefined
  let clock = Date.now() - (fate.ago ?? 0)
  let isCancelled = false
  const put = (happening: RunHappening) => {
    const event = { ...happening, seq: events.length + 1, at: fate.stepMs > 0 ? Date.now() : clock } as RunEvent
    events.push(event)
    record = foldRun(record, event)
    for (const listener of listeners) listener()
  }
  const config = RunConfig.parse({ scene: `/scenes/${scene.name}`, output: '/runs', name: name.slice(0, 120), levels: scene.levels })
  const frameIndices = Array.from({ length: scene.frameCount }, (_, i) => i)
  put({
    type: 'runQueued',
    runId: id,
    name,
    config,
    scene: {
      name: scene.name,
      kind: 'frames',
      framesPath: `/scenes/${scene.name}`,
      frameCount: scene.frameCount,
      width: scene.width,
      height: scene.height,
    },
    frameIndices,
    frameNames: frameIndices.map(frameName),
    appVersion: '0.1.0',
    buildId: 'dev',
  })
  const pause = (ms: number) => {
    clock += Math.max(ms, 900)
    return fate.stepMs > 0 ? new Promise<void>((resolve) => setTimeout(resolve, ms)) : undefined
  }
  const script = async () => {
    await pause(fate.stepMs * 2)
    put({ type: 'runStarted', device: 'cpu', gpu: fate.gpu ? 'NVIDIA RTX A5000' : 'No GPU answers here: nvidia-smi was not found.' })
    put({
      type: 'warningRaised',
      stage: 'tracker',
      title: 'Built-in tracker',
      message: 'No SAM 2 weights are on this machine, so the built-in tracker runs.',
      remedy: 'Put the weights into the models folder to use SAM 2.',
    })
    for (const stage of stages) {
      const total = stage === 'report' ? 5 : scene.frameCount * (stage === 'tracker' ? scene.levels.length : 1)
      put({
        type: 'stageStarted',
        stage,
        total,
        unit: stage === 'report' ? 'parts' : 'frames',
        backend: stage === 'ssam' || stage === 'tracker' ? 'builtin' : undefined,
        backendReason: 'default; no model was chosen',
        generation: 1,
      })
      const startedAt = clock
      for (let done = 1; done <= total; done += 1) {
        await pause(fate.stepMs * (stage === 'tracker' ? 1.4 : 1))
        if (isCancelled) {
          put({ type: 'stageFinished', stage, state: 'cancelled', durationMs: clock - startedAt, counts: {} })
          put({ type: 'runFinished', state: 'cancelled' })
          return
        }
        written[stage] = stage === 'tracker' ? Math.floor(done / scene.levels.length) : done
        put({ type: 'stageProgressed', stage, done, total, frameIndex: Math.min(done, scene.frameCount) - 1 })
        if (stage !== 'report')
          put({
            type: 'artifactWritten',
            stage,
            name: `${stage}/masks/${done}`,
            kind: 'masks',
            level: scene.levels[0],
            frameIndex: done - 1,
          })
        put({
          type: 'sampleTaken',
          stage,
          sample: {
            at: events.at(-1)!.at,
            stage,
            cpuPercent: 120 + 60 * Math.sin(done / 3) + 20 * Math.random(),
            workerMemoryBytes: (0.4 + 0.5 * Math.min(1, done / 12)) * 2 ** 30,
            engineMemoryBytes: 9e7,
            ...(fate.gpu ? { gpuPercent: 60 + 25 * Math.sin(done / 2), gpuMemoryBytes: 5.9e9 + done * 1e6 } : {}),
          },
        })
        put({
          type: 'logWritten',
          source: stage,
          severity: done % 19 === 0 ? 'warning' : 'info',
          text:
            done % 19 === 0
              ? `frame ${done}: flow is uncertain on 3 objects`
              : `frame ${done}  ${40 + (done % 9)} masks  ${20 + (done % 13)} ms`,
        })
        if (stage === fate.stopsIn && done > total * 0.6 && fate.ending) {
          put({ type: 'stageFinished', stage, state: 'failed', durationMs: clock - startedAt, counts: {} })
          put({ type: 'logWritten', source: 'engine', severity: 'error', text: 'worker exited with signal SIGSEGV' })
          put({
            type: 'runFinished',
            state: fate.ending,
            ...(fate.ending === 'failed' ? { fault: { code: 'WORKER_LOST', params: { stage, reason: 'signal SIGSEGV' } } } : {}),
          })
          return
        }
      }
      const counts: Record<string, number> =
        stage === 'ssam'
          ? { frames: total, candidates: scene.shapes.length * scene.frameCount }
          : stage === 'filter'
            ? { kept: Math.round(scene.shapes.length * scene.frameCount * 0.8), dropped: 211 }
            : stage === 'tracker'
              ? { tracks: scene.shapes.length, merged: 96 }
              : { pictures: 6 }
      put({ type: 'stageFinished', stage, state: 'succeeded', durationMs: clock - startedAt, counts })
    }
    put({ type: 'runFinished', state: 'succeeded' })
  }
  void script()
  const recordNow = () => record!
  return {
    id,
    scene,
    events,
    record: recordNow,
    summary: () => summaryOf(recordNow()),
    written: (stage) => written[stage] ?? 0,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    cancel: () => {
      if (hasEnded(recordNow().state)) return
      put({ type: 'cancelRequested' })
      isCancelled = true
    },
  }
}

function summaryOf(record: RunRecord): RunSummary {
  const stage = record.stages.find((one) => one.state === 'running')
  return {
    id: record.id,
    name: record.name,
    state: record.state,
    folder: `/runs/${record.id}`,
    sceneName: record.scene.name,
    scenePath: record.config.scene,
    frameCount: record.frameIndices.length,
    levels: record.config.levels,
    queuedAt: record.queuedAt,
    startedAt: record.startedAt,
    endedAt: record.endedAt,
    stage: stage?.id,
    done: stage?.done ?? 0,
    total: stage?.total ?? 0,
    counts: Object.assign({}, ...record.stages.map((one) => one.counts)) as Record<string, number>,
    backends: { ssam: 'builtin', tracker: 'builtin' },
    fault: record.fault && { code: record.fault.code, params: { ...record.fault.params } },
    warningCount: record.warnings.length,
  }
}
