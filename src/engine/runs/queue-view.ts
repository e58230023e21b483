// The queue as a person sees it: who runs, who waits and for what, and what each device has left.
import type { QueueState } from '#api/queue-state'
import type { Dispatcher } from './dispatcher.ts'
import type { LiveRun } from './live-run.ts'
import type { QueueBook } from './queue-book.ts'
import type { Resources } from './resources.ts'
import type { RunQueue } from './run-queue.ts'

export function queueView(parts: {
  readonly queue: RunQueue
  readonly book: QueueBook
  readonly dispatcher: Dispatcher
  readonly resources: Resources
}): QueueState {
  const { queue, book, dispatcher, resources } = parts
  const { leases, foreign, devices } = dispatcher.schedule
  const going = queue.runs.filter((run) => run.record.state !== 'queued').length
  return {
    paused: book.paused,
    parallel: book.parallel,
    cap: resources.cap(book.parallel),
    capReason: resources.capReason,
    entries: queue.runs.map((run) => ({
      runId: run.id,
      name: run.record.name,
      sceneName: run.record.scene.name,
      state: run.record.state,
      stage: run.record.stages.find((stage) => stage.state === 'running')?.id,
      done: run.record.stages.find((stage) => stage.state === 'running')?.done ?? 0,
      total: run.record.stages.find((stage) => stage.state === 'running')?.total ?? 0,
      waitsFor: waitOf(run, parts, going),
    })),
    devices: devices.map((device) => ({
      id: device.id,
      title: resources.devices.find(({ id }) => id === device.id)?.title ?? device.id,
      cores: device.cores ?? 0,
      memoryBytes: device.memoryBytes,
      leases: [...leases, ...foreign]
        .filter((lease) => lease.device === device.id)
        .map(({ runId, stage, memoryBytes, cores, holder }) => ({ runId, stage, memoryBytes, cores, ours: holder === undefined })),
    })),
    memory: resources.memory(),
  }
}

function waitOf(run: LiveRun, { book, dispatcher, resources }: Parameters<typeof queueView>[0], going: number): string {
  const { state } = run.record
  if (state === 'queued') {
    if (book.paused) return 'waits until the queue goes on: it is paused'
    if (resources.stopped !== undefined) return `waits until memory is free again: ${resources.stopped}`
    const limit = Math.min(book.parallel, resources.cap(book.parallel))
    return `waits for its turn: ${going} ${going === 1 ? 'run is' : 'runs are'} going, and at most ${limit} may go at once`
  }
  return dispatcher.reasonFor(run.id) ?? ''
}
