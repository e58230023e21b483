// One network in a thread of its own, for processes that may be ended at any moment: tensors are shared, and a run can be left at once.
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { Fault, type FaultNote } from '#core/base/fault'
import { defaultMemoryLimit, type MemoryWatch, watchMemory } from './memory-limit.ts'
import { checkOptions, type ModelSession, type SessionOptions } from './session.ts'
import type { FromThread, NamedTensors, OpenedSession, ThreadOrder, ToThread } from './thread-messages.ts'

export type ModelThreadOptions = SessionOptions & {
  /** Memory of the whole process, in bytes, that opening and running must not pass; see `defaultMemoryLimit`. */
  readonly memoryLimitBytes?: number
  /** Aborted: as `abort()`. */
  readonly signal?: AbortSignal
  /** Given in tests; ends this process, for nothing else ends a native call that outgrows its limit. */
  readonly endProcess?: () => void
}

export type ModelThread = ModelSession & {
  /**
   * Leaves at once what is being opened or run: it rejects with CANCELLED, and so does all that follows. The native call itself goes on
   * until it is done or this process is ended; a `close` after this waits for nothing.
   */
  abort(): void
}

type Pending = { readonly resolve: (outputs: NamedTensors) => void; readonly reject: (error: unknown) => void }

/** A process that could not be ended by its owner within this ends itself. */
const selfEndMs = 500

/**
 * As `openSession`, but this thread goes on answering meanwhile. Inputs whose values lie in a SharedArrayBuffer (`sharedTensor`) are not copied
 * and must not be written before the run is over; others are copied once. Outputs are handed over without a copy. Throws the faults of
 * `openSession`, MODEL_MEMORY and CANCELLED; a run throws MODEL_RUN_FAILED, MODEL_OUTPUT_SHAPE, MODEL_OUTPUT_NOT_FINITE, MODEL_MEMORY,
 * MODEL_LOST and CANCELLED.
 */
export async function openModelThread(path: string, options: ModelThreadOptions): Promise<ModelThread> {
  const { memoryLimitBytes = defaultMemoryLimit(), signal, endProcess = endThisProcess, ...asked } = options
  const sessionOptions: SessionOptions = { cacheFolder: process.env.SCENEWRIGHT_NETWORK_CACHE || undefined, ...asked }
  checkOptions(sessionOptions)
  if (signal?.aborted) throw new Fault('CANCELLED')
  const order: ThreadOrder = { path, options: sessionOptions }
  const thread = new Worker(threadFile(), { workerData: order, name: `network ${basename(path)}` })
  const pending = new Map<number, Pending>()
  const opening = Promise.withResolvers<OpenedSession>()
  const gone = Promise.withResolvers<void>()
  let over: unknown
  let closing = false
  let ticket = 0
  /** Being opened or run, or left in the middle of that. */
  let calling = false

  const end = (error: unknown) => {
    over ??= error
    opening.reject(over)
    for (const { reject } of pending.values()) reject(over)
    pending.clear()
    watch.rest()
    // Never `terminate`: a thread that is ended in a native call takes the process along with an abort when the call returns. It closes by
    // itself then, and keeps nobody waiting until it does.
    thread.postMessage({ type: 'close' } satisfies ToThread)
    thread.unref()
  }
  const rest = () => {
    calling = false
    watch.rest()
  }
  const begin = () => {
    calling = true
    watch.begin()
  }
  const abort = () => end(new Fault('CANCELLED'))
  const watch: MemoryWatch = watchMemory(memoryLimitBytes, (usedBytes) => {
    end(new Fault('MODEL_MEMORY', { path, usedBytes, limitBytes: memoryLimitBytes }))
    const timer = setTimeout(endProcess, selfEndMs)
    void gone.promise.then(() => clearTimeout(timer))
  })
  // process.exit ends threads, and one in a native call with an abort (above): then the process is killed instead.
  const endInCall = () => {
    if (calling) endProcess()
  }
  const settle = (id: number, act: (waiting: Pending) => void) => {
    const waiting = pending.get(id)
    pending.delete(id)
    if (pending.size === 0) rest()
    if (waiting !== undefined) act(waiting)
  }
  thread.on('message', (message: FromThread) => {
    if (message.type === 'opened') opening.resolve(message.session)
    else if (message.type === 'refused') opening.reject(faultFrom(message.fault))
    else if (message.type === 'ran') settle(message.ticket, ({ resolve }) => resolve(message.outputs))
    else settle(message.ticket, ({ reject }) => reject(faultFrom(message.fault)))
  })
  thread.on('error', (error) => end(new Fault('MODEL_LOST', { path, reason: error.message }, error)))
  thread.on('exit', (code) => {
    signal?.removeEventListener('abort', abort)
    process.off('exit', endInCall)
    watch.rest()
    gone.resolve()
    if (!closing) end(new Fault('MODEL_LOST', { path, reason: `its thread ended with code ${code}` }))
  })
  signal?.addEventListener('abort', abort, { once: true })
  process.on('exit', endInCall)

  begin()
  const session = await opening.promise
  rest()
  return {
    ...session,
    run: (feeds) => {
      if (over !== undefined) return Promise.reject(over)
      if (closing) return Promise.reject(new Error('This network is closed already.'))
      ticket += 1
      const mine = ticket
      return new Promise((resolve, reject) => {
        pending.set(mine, { resolve, reject })
        begin()
        thread.postMessage({ type: 'run', ticket: mine, feeds } satisfies ToThread)
      })
    },
    close: async () => {
      if (over !== undefined) return
      if (!closing) thread.postMessage({ type: 'close' } satisfies ToThread)
      closing = true
      await gone.promise
    },
    abort,
  }
}

function faultFrom({ code, params }: FaultNote): Fault {
  return new Fault(code, params)
}

/** Not process.exit: that waits for threads, and a thread in a native call does not hear it. */
function endThisProcess(): void {
  process.kill(process.pid, 'SIGKILL')
}

/** Built beside the entries of the programs, or the source when this one runs from source. */
function threadFile(here: string = import.meta.url): string {
  if (here.endsWith('.ts')) return fileURLToPath(new URL('./model-thread-entry.ts', here))
  const folder = dirname(fileURLToPath(here))
  return join(basename(folder) === 'chunks' ? dirname(folder) : folder, 'model-thread.js')
}
