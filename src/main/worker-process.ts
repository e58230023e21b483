// Starts a worker: as a utility process with a port, or as a plain Node child with its own pipe.
import type { ChildProcess } from 'node:child_process'
import { channelFromPort, channelFromProcess } from '#api/channel'
import type { ForkUtility, MakePorts } from './utility.ts'
import type { StartedWorker } from './worker-fallback.ts'

/** Resolves when the process is there: before that Electron knows no pid. */
export async function startUtilityWorker(
  file: string,
  fork: ForkUtility,
  makePorts: MakePorts,
  killNow: (pid: number) => void,
): Promise<StartedWorker> {
  const child = fork(file, [], 'Scenewright worker')
  const exited = new Promise<{ readonly code: number; readonly reason: string }>((resolve) => {
    child.on('exit', (code) => resolve({ code, reason: `code ${code}` }))
  })
  const spawned = new Promise<undefined>((resolve) => child.on('spawn', () => resolve(undefined)))
  const early = await Promise.race([spawned, exited])
  if (early) throw new Error(`the worker ended at its start (${early.reason})`)
  const { port1, port2 } = makePorts()
  child.postMessage({ type: 'channel' }, [port1])
  const channel = channelFromPort(port2)
  // A lost process closes its port late or not at all; its exit is the sure sign.
  void exited.then(() => channel.close())
  return {
    channel,
    pid: child.pid,
    exited,
    kill: async () => {
      if (child.pid !== undefined) killNow(child.pid)
      await exited
    },
  }
}

/** `fork` starts the headless worker in plain Node with `serialization: 'advanced'`. */
export function startNodeWorker(fork: () => ChildProcess): StartedWorker {
  const child = fork()
  const exited = new Promise<{ readonly code: number; readonly reason: string }>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code: code ?? -1, reason: signal ?? `code ${code}` }))
    child.once('error', (error) => {
      if (child.pid === undefined) resolve({ code: -1, reason: error.message })
    })
  })
  return {
    channel: channelFromProcess(child),
    pid: child.pid,
    exited,
    kill: async () => {
      child.kill('SIGKILL')
      await exited
    },
  }
}
