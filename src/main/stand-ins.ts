// Stand-ins for Electron's processes and ports in tests: threads of Node with the same parent port, and Node's own ports.
import { MessageChannel, type MessagePort, type Transferable, Worker } from 'node:worker_threads'
import type { Port, UtilityChild } from './utility.ts'

/** Gives a thread what a utility process has: `process.parentPort`, whose messages come with their ports. */
const bootstrap = `
const { parentPort, workerData } = require('node:worker_threads')
process.parentPort = {
  postMessage: (message) => parentPort.postMessage(message),
  on: (event, listener) => parentPort.on(event, ({ message, ports }) => listener({ data: message, ports })),
}
import(workerData)
`

/** Runs an entry for real, in a thread. `pids` of threads are made up, and ending one ends the thread. */
export function threadForker() {
  const threads = new Map<number, Worker>()
  const names: string[] = []
  return {
    names,
    threads,
    fork: (file: string, args: readonly string[], name: string): UtilityChild => {
      const worker = new Worker(bootstrap, { eval: true, argv: [...args], workerData: file, stderr: false })
      const pid = 100_000 + worker.threadId
      threads.set(pid, worker)
      names.push(name)
      return {
        pid,
        postMessage: (message, ports = []) => worker.postMessage({ message, ports }, ports as unknown[] as Transferable[]),
        kill: () => void worker.terminate(),
        on: (event: string, listener: (value: never) => void) =>
          worker.on(event === 'spawn' ? 'online' : event, listener as (value: unknown) => void),
      }
    },
    killNow: (pid: number) => void threads.get(pid)?.terminate(),
  }
}

/** Closes what was made, so that a test's process can end. */
export function portMaker() {
  const made: MessagePort[] = []
  return {
    makePorts: (): { readonly port1: Port; readonly port2: Port } => {
      const { port1, port2 } = new MessageChannel()
      made.push(port1, port2)
      return { port1, port2 }
    },
    closeAll: () => {
      for (const port of made) port.close()
    },
  }
}
