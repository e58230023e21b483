// The engine's side of its parent port: pages in, requests for workers out, an orderly end.
import { type Channel, channelFromPort } from '#api/channel'
import { Fault } from '#core/base/fault'
import { type FromEngine, ToEngine } from './engine-messages.ts'
import type { ParentPort, Port } from './utility.ts'

/** A worker as the engine knows it. */
export type RemoteWorker = {
  readonly channel: Channel
  readonly pid: number | undefined
  readonly exited: Promise<{ readonly reason: string }>
  kill(): Promise<void>
  readonly fallback: string | undefined
}

type ServedEngine = { attach(channel: Channel): void; close(): Promise<void> }
type Waiting = { readonly resolve: (worker: RemoteWorker) => void; readonly reject: (error: unknown) => void }

/** Resolves after main asked to close and the engine has closed. */
export async function serveMain(
  parent: ParentPort,
  create: (spawnWorker: (device: string) => Promise<RemoteWorker>) => Promise<ServedEngine>,
): Promise<void> {
  const waiting = new Map<number, Waiting>()
  const ends = new Map<number, (reason: string) => void>()
  const say = (message: FromEngine) => parent.postMessage(message)
  let nextTicket = 1
  const spawnWorker = (device: string): Promise<RemoteWorker> =>
    new Promise((resolve, reject) => {
      const ticket = nextTicket
      nextTicket += 1
      waiting.set(ticket, { resolve, reject })
      say({ type: 'spawnWorker', ticket, device })
    })
  const admit = (ticket: number, pid: number | undefined, fallback: string | undefined, port: Port | undefined) => {
    const asked = waiting.get(ticket)
    waiting.delete(ticket)
    if (!asked || !port) return
    const exited = new Promise<{ readonly reason: string }>((resolve) => ends.set(ticket, (reason) => resolve({ reason })))
    asked.resolve({
      channel: channelFromPort(port),
      pid,
      fallback,
      exited,
      kill: async () => {
        say({ type: 'killWorker', ticket })
        await exited
      },
    })
  }
  const engine = create(spawnWorker)
  await new Promise<void>((resolve, reject) => {
    engine.catch(reject)
    parent.on('message', ({ data, ports }) => {
      const message = ToEngine.parse(data)
      if (message.type === 'page') {
        // Queued by the channel until the engine is there.
        const channel = channelFromPort(ports[0]!)
        void engine.then(({ attach }) => attach(channel))
      } else if (message.type === 'worker') admit(message.ticket, message.pid, message.fallback, ports[0])
      else if (message.type === 'workerRefused') {
        waiting.get(message.ticket)?.reject(new Fault('WORKER_LOST', { stage: 'start', reason: message.reason }))
        waiting.delete(message.ticket)
      } else if (message.type === 'workerExited') {
        ends.get(message.ticket)?.(message.reason)
        ends.delete(message.ticket)
      } else resolve()
    })
  })
  await (await engine).close()
}
