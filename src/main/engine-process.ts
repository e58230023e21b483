// The engine's utility process as main sees it: kept alive, introduced to pages by ports, and given the workers it asks for.
import { type Channel, channelFromPort } from '#api/channel'
import { keepProcess } from '#api/process-keeper'
import { type EngineArguments, FromEngine, type ToEngine } from './engine-messages.ts'
import type { ForkUtility, MakePorts, Port, UtilityChild } from './utility.ts'
import type { StartedWorker } from './worker-fallback.ts'

export type EngineParts = {
  readonly fork: ForkUtility
  readonly makePorts: MakePorts
  readonly engineFile: string
  readonly options: EngineArguments
  readonly startWorker: (device: string) => Promise<StartedWorker>
  /** Ends a process at once; Electron's own way asks politely, and a native call does not listen. */
  readonly killNow: (pid: number) => void
  readonly now: () => number
  readonly onLost: (loss: { readonly reason: string; readonly restarted: boolean }) => void
}

export type EngineProcess = {
  /** A port whose other end the engine serves; for a page. Throws ENGINE_LOST when the engine is lost for good. */
  openPort(): Port
  /** The same as a channel, for main itself. */
  open(): Channel
  /** Lets the engine end in order; resolves when it is gone, and kills it after `graceMs`. */
  close(graceMs?: number): Promise<void>
}

type Running = { readonly child: UtilityChild; readonly exited: Promise<{ readonly reason: string }>; readonly killWorkers: () => void }

export function startEngineProcess(parts: EngineParts): EngineProcess {
  const keeper = keepProcess<Running>({ start: () => startOne(parts), now: parts.now, onLost: parts.onLost })
  const openPort = () => {
    const { port1, port2 } = parts.makePorts()
    keeper.current().child.postMessage({ type: 'page' } satisfies ToEngine, [port1])
    return port2
  }
  return {
    openPort,
    open: () => channelFromPort(openPort()),
    close: async (graceMs = 15_000) => {
      const running = keeper.release()
      if (!running) return
      running.child.postMessage({ type: 'close' } satisfies ToEngine)
      const timer = setTimeout(() => {
        running.killWorkers()
        if (running.child.pid !== undefined) parts.killNow(running.child.pid)
      }, graceMs)
      await running.exited
      clearTimeout(timer)
    },
  }
}

function startOne({ fork, makePorts, engineFile, options, startWorker }: EngineParts): Running {
  const child = fork(engineFile, [JSON.stringify(options)], 'Scenewright engine')
  const workers = new Map<number, StartedWorker>()
  const say = (message: ToEngine, ports: readonly Port[] = []) => child.postMessage(message, ports)
  let gone = false
  const exited = new Promise<{ readonly reason: string }>((resolve) => {
    child.on('exit', (code) => {
      gone = true
      // Nobody would ever ask these for their exit again.
      killWorkers()
      resolve({ reason: `code ${code}` })
    })
  })
  const killWorkers = () => {
    for (const worker of workers.values()) void worker.kill()
  }
  const introduce = async (ticket: number, device: string) => {
    try {
      const worker = await startWorker(device)
      if (gone) {
        await worker.kill()
        return
      }
      workers.set(ticket, worker)
      const { port1, port2 } = makePorts()
      joinChannels(channelFromPort(port2), worker.channel)
      say({ type: 'worker', ticket, pid: worker.pid, fallback: worker.fallback }, [port1])
      const { reason } = await worker.exited
      workers.delete(ticket)
      if (!gone) say({ type: 'workerExited', ticket, reason })
    } catch (error) {
      if (!gone) say({ type: 'workerRefused', ticket, reason: error instanceof Error ? error.message : String(error) })
    }
  }
  child.on('message', (raw) => {
    const message = FromEngine.parse(raw)
    if (message.type === 'spawnWorker') void introduce(message.ticket, message.device)
    else void workers.get(message.ticket)?.kill()
  })
  return { child, exited, killWorkers }
}

/** Main stands between engine and worker, so that a worker in plain Node, which has no ports, looks the same to the engine. */
export function joinChannels(a: Channel, b: Channel): void {
  a.onMessage((message) => b.post(message))
  b.onMessage((message) => a.post(message))
  a.onClose(() => b.close())
  b.onClose(() => a.close())
}
