// What asks a throw-away worker: each end of it is told, and no process outlives the question.
import { describe, expect, it } from 'vitest'
import { channelPair } from '#api/channel'
import { ToWorker } from '#api/worker-api'
import type { ProviderReport } from '#core/model/provider-report'
import { providerLines } from '../monitor/provider-lines.ts'
import type { WorkerProcess } from '../runs/worker-pool.ts'
import { createTrialWorker } from './trial-worker.ts'

const order = { files: [{ path: '/models/net.onnx', part: 'whole' }], providers: ['cpu'], threads: 1, repeats: 0 }

/** `act` is given each question and what ends the process from within. */
function spawner(act: (message: ToWorker, say: (told: object) => void, die: (reason: string) => void) => void) {
  const killed: number[] = []
  let count = 0
  const spawn = async (): Promise<WorkerProcess> => {
    const number = count++
    const [near, far] = channelPair()
    const { promise: exited, resolve } = Promise.withResolvers<{ reason: string }>()
    far.onMessage((raw) => {
      const message = ToWorker.parse(raw)
      if ('id' in message)
        act(
          message,
          (told) => far.post({ id: message.id, ...told }),
          (reason) => resolve({ reason }),
        )
    })
    far.post({ type: 'ready', pid: 1 })
    return {
      channel: near,
      pid: undefined,
      exited,
      kill: async () => {
        killed.push(number)
        resolve({ reason: 'killed' })
      },
    }
  }
  return { spawn, killed, started: () => count }
}

describe('a trial', () => {
  it('has a process of its own, which ends with the answer', async () => {
    const { spawn, killed, started } = spawner((_, say) => say({ type: 'tried', reports: [] }))
    const { tryModel } = createTrialWorker(spawn)
    expect(await Promise.all([tryModel(order), tryModel(order)])).toEqual([[], []])
    expect([started(), killed.toSorted()]).toEqual([2, [0, 1]])
  })

  it('tells the fault of the worker with its words', async () => {
    const { spawn, killed } = spawner((_, say) =>
      say({ type: 'failed', fault: { code: 'MODEL_UNREADABLE', params: { path: 'x', reason: 'cut' } } }),
    )
    await expect(createTrialWorker(spawn).tryModel(order)).rejects.toMatchObject({ code: 'MODEL_UNREADABLE', params: { reason: 'cut' } })
    expect(killed).toEqual([0])
  })

  it.each([
    ['a crash inside the driver', spawner((_, __, die) => die('SIGSEGV')), 'SIGSEGV'],
    ['an answer that is none', spawner((_, say) => say({ type: 'tried', reports: 'many' })), 'its answer was not understood'],
    ['an answer to something else', spawner((_, say) => say({ type: 'done', counts: {} })), 'its answer was not understood'],
  ])('is lost with %s, and the file is named', async (_, { spawn, killed }, reason) => {
    await expect(createTrialWorker(spawn).tryModel(order)).rejects.toMatchObject({
      code: 'MODEL_TRIAL_LOST',
      params: { path: '/models/net.onnx', reason },
    })
    expect(killed).toEqual([0])
  })

  it('that hangs is ended, and one that is given up ends at once', async () => {
    const { spawn, killed } = spawner(() => {})
    await expect(createTrialWorker(spawn, 0.02).tryModel(order)).rejects.toMatchObject({ code: 'MODEL_TRIAL_LOST' })
    const stop = new AbortController()
    const trial = createTrialWorker(spawn).tryModel(order, stop.signal)
    stop.abort()
    await expect(trial).rejects.toMatchObject({ code: 'CANCELLED' })
    await expect(createTrialWorker(spawn).tryModel(order, stop.signal)).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(killed).toEqual([0, 1])
  })
})

describe('lines of the doctor about providers', () => {
  const linesOf = (providers: readonly ProviderReport[]) =>
    providerLines(createTrialWorker(spawner((_, say) => say({ type: 'probed', providers })).spawn), { value: 'onnxruntime-node 9' })

  it('tell runtime and providers apart, and what to do for one that is built in and does not work', async () => {
    const lines = await linesOf([
      { name: 'cpu', compiledIn: true, works: true },
      { name: 'cuda', compiledIn: true, works: false, reason: 'libcudart.so.12 is missing' },
      { name: process.platform === 'win32' ? 'coreml' : 'dml', compiledIn: false, works: false, reason: 'not built in' },
    ])
    expect(lines).toMatchObject([
      { id: 'onnxruntime', state: 'ok', found: 'onnxruntime-node 9 is loaded; built with cpu, cuda' },
      { id: 'provider-cpu', state: 'ok' },
      { id: 'provider-cuda', state: 'absent', found: 'libcudart.so.12 is missing', remedy: expect.stringContaining('CUDA 12') },
    ])
  })

  it('say that the runtime does not load, and that the probe itself was lost', async () => {
    expect(
      await linesOf([{ name: 'cpu', compiledIn: false, works: false, reason: 'onnxruntime does not load: no such file' }]),
    ).toMatchObject([
      { id: 'onnxruntime', state: 'broken', found: 'onnxruntime does not load: no such file' },
      { id: 'provider-cpu', state: 'broken' },
    ])
    const lost = createTrialWorker(spawner((_, __, die) => die('SIGILL')).spawn)
    expect(await providerLines(lost, { unknown: 'x' })).toMatchObject([{ state: 'broken', found: expect.stringContaining('SIGILL') }])
  })
})
