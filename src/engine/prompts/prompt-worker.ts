// The worker process that answers a person's questions about frames: started by the first, kept warm, ended when nobody asks any more.
import { randomUUID } from 'node:crypto'
import { type FrameQuestion, FromWorker } from '#api/worker-api'
import { Fault, isFaultCode } from '#core/base/fault'
import type { WorkerProcess } from '../runs/worker-pool.ts'

export type FrameAnswer = Pick<Extract<FromWorker, { type: 'answered' }>, 'masks' | 'backend' | 'reason'>

export type PromptWorker = {
  /**
   * Latest wins: a newer question of the same `asker` ends an older one with CANCELLED, as `signal` does. Throws what the worker throws, and
   * WORKER_LOST when it was lost; the next question starts a new one.
   */
  ask(asker: string, question: Omit<FrameQuestion, 'id'>, signal?: AbortSignal): Promise<FrameAnswer>
  close(): Promise<void>
}

type Waiting = { readonly resolve: (answer: FrameAnswer) => void; readonly reject: (error: unknown) => void }
type Seat = { readonly device: string; readonly process: WorkerProcess; readonly waiting: Map<string, Waiting> }

/** Networks hold hundreds of megabytes, and a person who thinks comes back within a minute or two. */
const idleMs = 120_000

export function createPromptWorker(spawn: (device: string) => Promise<WorkerProcess>, idleAfterMs = idleMs): PromptWorker {
  let seat: Promise<Seat> | undefined
  let seatDevice = ''
  let idle: NodeJS.Timeout | undefined
  const newest = new Map<string, AbortController>()

  const rest = async () => {
    clearTimeout(idle)
    const leaving = seat
    seat = undefined
    await (await leaving?.catch(() => undefined))?.process.kill()
  }
  const take = (device: string): Promise<Seat> => {
    if (seat && seatDevice === device) return seat
    const before = rest()
    seatDevice = device
    const taken: Promise<Seat> = before.then(() => openSeat(device, spawn))
    seat = taken
    const gone = () => {
      if (seat === taken) seat = undefined
    }
    taken.then(({ process }) => process.exited.then(gone), gone)
    return taken
  }
  return {
    ask: async (asker, question, signal) => {
      newest.get(asker)?.abort()
      const own = new AbortController()
      newest.set(asker, own)
      clearTimeout(idle)
      const stop = signal ? AbortSignal.any([signal, own.signal]) : own.signal
      try {
        return await askSeat(await take(question.device), question, stop)
      } finally {
        if (newest.get(asker) === own) newest.delete(asker)
        if (newest.size === 0) {
          clearTimeout(idle)
          idle = setTimeout(() => void rest(), idleAfterMs)
          idle.unref()
        }
      }
    },
    close: async () => {
      for (const one of newest.values()) one.abort()
      await rest()
    },
  }
}

async function openSeat(device: string, spawn: (device: string) => Promise<WorkerProcess>): Promise<Seat> {
  const process = await spawn(device)
  const waiting: Seat['waiting'] = new Map()
  process.channel.onMessage((raw) => {
    const message = FromWorker.parse(raw)
    if (message.type === 'ready') return
    const one = waiting.get(message.id)
    if (!one) return
    if (message.type === 'answered') one.resolve({ masks: message.masks, backend: message.backend, reason: message.reason })
    else if (message.type === 'cancelled') one.reject(new Fault('CANCELLED'))
    else if (message.type === 'failed') {
      const { code, params } = message.fault
      one.reject(isFaultCode(code) ? new Fault(code, params) : new Fault('UNEXPECTED', { reason: `unknown fault ${code}` }))
    }
  })
  void process.exited.then(({ reason }) => {
    for (const { reject } of waiting.values()) reject(new Fault('WORKER_LOST', { stage: 'masks by clicks', reason }))
  })
  return { device, process, waiting }
}

function askSeat({ process, waiting }: Seat, question: Omit<FrameQuestion, 'id'>, stop: AbortSignal): Promise<FrameAnswer> {
  const id = randomUUID()
  return new Promise<FrameAnswer>((resolve, reject) => {
    if (stop.aborted) {
      reject(new Fault('CANCELLED'))
      return
    }
    waiting.set(id, { resolve, reject })
    // The answer is over at once; the worker stops at its next look, and keeps what it made of the frame.
    stop.addEventListener(
      'abort',
      () => {
        process.channel.post({ type: 'cancel', id })
        reject(new Fault('CANCELLED'))
      },
      { once: true },
    )
    process.channel.post({ type: 'ask', asked: { ...question, id } })
  }).finally(() => waiting.delete(id))
}
