// Questions about frames through a worker that answers when it is told to: the newest wins, and a lost worker is a fault once.
import { expect, it } from 'vitest'
import { channelPair } from '#api/channel'
import { ToWorker } from '#api/worker-api'
import type { WorkerProcess } from '../runs/worker-pool.ts'
import { createPromptWorker } from './prompt-worker.ts'

function slowWorkers() {
  const asked: { id: string; frameIndex: number; answer(): void; die(): void }[] = []
  const seen = { spawned: 0, killed: 0, cancelled: [] as string[] }
  const spawn = async (): Promise<WorkerProcess> => {
    seen.spawned += 1
    const [near, far] = channelPair()
    const { promise: exited, resolve } = Promise.withResolvers<{ reason: string }>()
    far.onMessage((raw) => {
      const message = ToWorker.parse(raw)
      if (message.type === 'cancel') seen.cancelled.push(message.id)
      if (message.type !== 'ask') return
      const { id, frame } = message.asked
      asked.push({
        id,
        frameIndex: frame.frameIndex,
        answer: () => far.post({ type: 'answered', id, masks: [], backend: `frame ${frame.frameIndex}`, reason: 'told' }),
        die: () => resolve({ reason: 'SIGKILL' }),
      })
    })
    return {
      channel: near,
      pid: undefined,
      exited,
      kill: async () => {
        seen.killed += 1
        resolve({ reason: 'ended' })
      },
    }
  }
  return { asked, seen, spawn }
}
const about = (frameIndex: number) => ({
  frame: { frameIndex, name: 'f', file: '/f' },
  width: 4,
  height: 4,
  device: 'cpu',
  question: { points: [{ x: 1, y: 1, positive: true }] },
})
const arrived = async (asked: readonly unknown[], count: number) => {
  await expect.poll(() => asked.length).toBe(count)
}

it('a newer question ends the older one of the same asker, whose late answer goes nowhere', async () => {
  const { asked, seen, spawn } = slowWorkers()
  const worker = createPromptWorker(spawn)
  const first = worker.ask('run', about(1))
  const other = worker.ask('other run', about(9))
  await arrived(asked, 2)
  const second = worker.ask('run', about(2))
  await expect(first).rejects.toMatchObject({ code: 'CANCELLED' })
  await arrived(asked, 3)
  for (const one of asked) one.answer()
  expect([(await second).backend, (await other).backend]).toEqual(['frame 2', 'frame 9'])
  expect(seen.cancelled).toEqual([asked.find(({ frameIndex }) => frameIndex === 1)!.id])
  expect(seen.spawned).toBe(1)
  await worker.close()
  expect(seen.killed).toBe(1)
})

it('a lost worker is told, and the next question starts a new one', async () => {
  const { asked, seen, spawn } = slowWorkers()
  const worker = createPromptWorker(spawn)
  const first = worker.ask('run', about(1))
  await arrived(asked, 1)
  asked[0]!.die()
  await expect(first).rejects.toMatchObject({ code: 'WORKER_LOST', params: { reason: 'SIGKILL' } })
  const second = worker.ask('run', about(2))
  await arrived(asked, 2)
  asked[1]!.answer()
  expect((await second).backend).toBe('frame 2')
  expect(seen.spawned).toBe(2)
  await worker.close()
})

it('three losses in a row with one model are told and nothing is started for it, until somebody asks again; others are not held to account', async () => {
  const { asked, seen, spawn } = slowWorkers()
  const worker = createPromptWorker(spawn)
  for (let turn = 0; turn < 3; turn += 1) {
    const question = worker.ask('run', about(turn))
    await arrived(asked, turn + 1)
    asked[turn]!.die()
    await expect(question).rejects.toMatchObject({ code: 'WORKER_LOST' })
  }
  await expect(worker.ask('run', about(3))).rejects.toMatchObject({
    code: 'PROMPT_RESTS',
    params: { name: 'built-in', device: 'cpu', losses: 3 },
  })
  expect(seen.spawned).toBe(3)
  const elsewhere = worker.ask('run', { ...about(4), device: 'cuda:0' })
  await arrived(asked, 4)
  asked[3]!.answer()
  expect((await elsewhere).backend).toBe('frame 4')
  const again = worker.ask('run', about(5), undefined, true)
  await arrived(asked, 5)
  asked[4]!.answer()
  expect((await again).backend).toBe('frame 5')
  await worker.close()
})

it('a worker that makes room for one on another device is no loss', async () => {
  const { asked, seen, spawn } = slowWorkers()
  const worker = createPromptWorker(spawn)
  for (let turn = 0; turn < 3; turn += 1) {
    const left = worker.ask(`run ${turn}`, about(turn))
    await arrived(asked, 2 * turn + 1)
    const next = worker.ask('other', { ...about(turn), device: 'cuda:0' })
    await expect(left).rejects.toMatchObject({ code: 'WORKER_LOST' })
    await arrived(asked, 2 * turn + 2)
    asked[2 * turn + 1]!.answer()
    await next
  }
  const last = worker.ask('run', about(9))
  await arrived(asked, 7)
  asked[6]!.answer()
  expect((await last).backend).toBe('frame 9')
  expect(seen.spawned).toBe(7)
  await worker.close()
})

it('a worker that nobody asks is ended', async () => {
  const { asked, seen, spawn } = slowWorkers()
  const worker = createPromptWorker(spawn, 1)
  const only = worker.ask('run', about(1))
  await arrived(asked, 1)
  asked[0]!.answer()
  await only
  await expect.poll(() => seen.killed).toBe(1)
})
