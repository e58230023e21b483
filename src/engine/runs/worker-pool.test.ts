// Workers that are lost: what the loss is counted against, and what goes on without it.
import { expect, it } from 'vitest'
import { channelPair } from '#api/channel'
import type { Assignment } from '#api/worker-api'
import { createWorkerPool, type StageEars, type WorkerPool, type WorkerProcess } from './worker-pool.ts'

const ears: StageEars = {
  began: () => {},
  progressed: () => {},
  artifact: async () => {},
  file: async () => {},
  commit: async () => {},
  spawned: () => {},
  logged: () => {},
  warned: () => {},
}
const never = new AbortController().signal

/** A process that goes with SIGSEGV, or does its stage, as soon as it is given one. */
function processThat(crashes: boolean): WorkerProcess {
  const [near, far] = channelPair()
  const gone = Promise.withResolvers<{ readonly reason: string }>()
  far.onMessage(() => {
    if (crashes) gone.resolve({ reason: 'SIGSEGV' })
    else far.post({ type: 'done', id: 'run/ssam', counts: {} })
  })
  return { channel: near, pid: undefined, exited: gone.promise, kill: async () => gone.resolve({ reason: 'SIGKILL' }) }
}
async function work(pool: WorkerPool, model?: { readonly name: string; readonly sha256: string }) {
  const worker = await pool.lease('run', 'cpu', model)
  const assignment = { id: 'run/ssam', stage: 'ssam' } as Assignment
  return { ...(await worker.perform(assignment, ears, { stop: never, afterFrame: never })), generation: worker.generation }
}

const bad = { name: 'bad', sha256: 'a'.repeat(64) }
const good = { name: 'good', sha256: 'b'.repeat(64) }

it('a model that takes its process along three times rests alone; other models and stages use the device as before', async () => {
  let crashes = true
  const pool = createWorkerPool(async () => processThat(crashes))
  const outcomes = [await work(pool, bad), await work(pool, bad), await work(pool, bad)]
  expect(outcomes).toMatchObject([1, 2, 3].map((generation) => ({ state: 'failed', lost: 'SIGSEGV', generation })))
  await expect(work(pool, bad)).rejects.toMatchObject({ code: 'MODEL_RESTS', params: { name: 'bad', device: 'cpu', losses: 3 } })
  crashes = false
  expect(await work(pool, good)).toMatchObject({ state: 'succeeded', generation: 4 })
  expect(await work(pool)).toMatchObject({ state: 'succeeded' })
})

it('a stage that goes well between two losses clears its model', async () => {
  let crashes = true
  const pool = createWorkerPool(async () => processThat(crashes))
  await work(pool, bad)
  await work(pool, bad)
  crashes = false
  await work(pool, bad)
  await pool.retire('run')
  crashes = true
  await work(pool, bad)
  await work(pool, bad)
  expect(await work(pool, bad)).toMatchObject({ lost: 'SIGSEGV' })
  await expect(work(pool, bad)).rejects.toMatchObject({ code: 'MODEL_RESTS' })
})
