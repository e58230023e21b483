// What a throw-away worker is asked for: to try a model, or every provider. A driver or a network may crash it, and only it.
import { randomUUID } from 'node:crypto'
import { FromWorker, type ToWorker } from '#api/worker-api'
import { Fault, isFaultCode } from '#core/base/fault'
import type { ProviderReport } from '#core/model/provider-report'
import type { WorkerProcess } from '../runs/worker-pool.ts'
import type { TryModel } from './trial-order.ts'

export type TrialWorker = {
  readonly tryModel: TryModel
  /** One report for each provider there is. Throws WORKER_LOST. */
  probe(): Promise<readonly ProviderReport[]>
}

type Told = Exclude<FromWorker, { type: 'ready' }>

/** `spawn` is given the device `cpu`: which provider is tried stands in the order. A trial that takes longer than `timeoutSeconds` is ended. */
export function createTrialWorker(spawn: (device: string) => Promise<WorkerProcess>, timeoutSeconds = 300): TrialWorker {
  /** One question for one process, which ends with the answer. */
  const ask = async (question: (id: string) => ToWorker, lost: (reason: string) => Fault, signal?: AbortSignal): Promise<Told> => {
    if (signal?.aborted) throw new Fault('CANCELLED')
    const process = await spawn('cpu')
    const id = randomUUID()
    const { promise, resolve, reject } = Promise.withResolvers<Told>()
    const leave = () => reject(new Fault('CANCELLED'))
    const timer = setTimeout(() => reject(lost(`it took longer than ${timeoutSeconds} s`)), timeoutSeconds * 1000)
    signal?.addEventListener('abort', leave, { once: true })
    // It may have been given up while the process was starting.
    if (signal?.aborted) leave()
    process.channel.onMessage((raw) => {
      const told = FromWorker.safeParse(raw)
      if (!told.success) reject(lost('its answer was not understood'))
      else if (told.data.type !== 'ready' && told.data.id === id) resolve(told.data)
    })
    void process.exited.then(({ reason }) => reject(lost(reason)))
    process.channel.post(question(id))
    try {
      return await promise
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', leave)
      await process.kill()
    }
  }
  return {
    tryModel: async (order, signal) => {
      const lost = (reason: string) => new Fault('MODEL_TRIAL_LOST', { path: order.files[0]?.path ?? '', reason })
      const told = await ask((id) => ({ type: 'try', id, order }), lost, signal)
      if (told.type === 'tried') return told.reports
      if (told.type === 'failed' && isFaultCode(told.fault.code)) throw new Fault(told.fault.code, told.fault.params)
      throw lost('its answer was not understood')
    },
    probe: async () => {
      const lost = (reason: string) => new Fault('WORKER_LOST', { stage: 'probe of providers', reason })
      const told = await ask((id) => ({ type: 'probe', id }), lost)
      if (told.type === 'probed') return told.providers
      throw lost(told.type === 'failed' ? told.fault.code : 'its answer was not understood')
    },
  }
}
