// The worker process that answers a person's questions about frames: started by the first, kept warm, ended when nobody asks any more.
import { randomUUID } from 'node:crypto'
import { type FrameQuestion, FromWorker } from '#api/worker-api'
import { Fault, isFaultCode } from '#core/base/fault'
import type { WorkerProcess } from '../runs/worker-pool.ts'

export type FrameAnswer = Pick<Extract<FromWorker, { type: 'answered' }>, 'masks' | 'backend' | 'reason'>

export type PromptWorker = {
  /**
   * Latest wins: a newer question of the same `asker` ends an older one with CANCELLED, as `signal` does. Throws what the worker throws, and
   * WORKER_LOST when it was lost; the next question starts a new one. After three losses in a row with the same model on the same device
   * none is started for it: PROMPT_RESTS, until somebody asks with `again`.
   */
  ask(asker: string, question: Omit<FrameQuestion, 'id'>, signal?: AbortSignal, again?: boolean): Promise<FrameAnswer>
  close(): Promise<void>
}

type Waiting = { readonly blamed: string; readonly resolve: (answer: FrameAnswer) => void; readonly reject: (error: unknown) => void }
type Seat = { readonly process: WorkerProcess; readonly waiting: Map<string, Waiting> }

/** Networks hold hundreds of megabytes, and a person who thinks comes back within a minute or two. */
const idleMs = 120_000
/** As for the workers of runs. */
const lossesBeforeRest = 3

export function createPromptWorker(spawn: (device: string) => Promise<WorkerProcess>, idleAfterMs = idleMs): PromptWorker {
  let seat: Promise<Seat> | undefined
  let seatDevice = ''
  let idle: NodeJS.Timeout | undefined
  const newest = new Map<string, AbortController>()
  /** In a row, by model and device. */
  const losses = new Map<string, number>()
  /** Ended by us: what waited for it is lost, and nobody is to blame. */
  const resting = new Set<Promise<Seat>>()

  const rest = async () => {
    clearTimeout(idle)
    const leaving = seat
    seat = undefined
    if (!leaving) return
    resting.add(leaving)
    await (await leaving.catch(() => undefined))?.process.kill()
    resting.delete(leaving)
  }
  const take = (device: string): Promise<Seat> => {
    if (seat && seatDevice === device) return seat
    const before = rest()
    seatDevice = device
    const taken: Promise<Seat> = before.then(() =>
      openSeat(device, spawn, (blamed) => {
        if (!resting.has(taken)) for (const one of new Set(blamed)) losses.set(one, (losses.get(one) ?? 0) + 1)
      }),
    )
    seat = taken
    const gone = () => {
      if (seat === taken) seat = undefined
    }
    taken.then(({ process }) => process.exited.then(gone), gone)
    return taken
  }
  return {
    ask: async (asker, question, signal, again = false) => {
      const { device, model } = question
      const blamed = `${device} ${model?.sha256 ?? 'built-in'}`
      if (again) losses.delete(blamed)
      const lost = losses.get(blamed) ?? 0
      if (lost >= lossesBeforeRest) throw new Fault('PROMPT_RESTS', { name: model?.name ?? 'built-in', device, losses: lost })
      newest.get(asker)?.abort()
      const own = new AbortController()
      newest.set(asker, own)
      clearTimeout(idle)
      const stop = signal ? AbortSignal.any([signal, own.signal]) : own.signal
      try {
        const answer = await askSeat(await take(device), question, blamed, stop)
        losses.delete(blamed)
        return answer
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

/** `lost` is told, when the process has exited, what each question that waited for it is to be counted against. */
async function openSeat(
  device: string,
  spawn: (device: string) => Promise<WorkerProcess>,
  lost: (blamed: readonly string[]) => void,
): Promise<Seat> {
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
    lost([...waiting.values()].map(({ blamed }) => blamed))
    for (const { reject } of waiting.values()) reject(new Fault('WORKER_LOST', { stage: 'masks by clicks', reason }))
  })
  return { process, waiting }
}

function askSeat({ process, waiting }: Seat, question: Omit<FrameQuestion, 'id'>, blamed: string, stop: AbortSignal): Promise<FrameAnswer> {
  const id = randomUUID()
  return new Promise<FrameAnswer>((resolve, reject) => {
    if (stop.aborted) {
      reject(new Fault('CANCELLED'))
      return
    }
    waiting.set(id, { blamed, resolve, reject })
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
