// The engine as a child process: gives channels to it, starts it again when it is lost, and ends it without leaving anything.
import { type Channel, makeChannel } from '#api/channel'
import { connectEngine, type EngineClient } from '#api/client'
import { muxChannel } from '#api/mux'
import { keepProcess } from '#api/process-keeper'
import { type ForkedProgram, forkProgram } from './child-process.ts'
import type { EngineArguments } from './engine-options.ts'
import { entryFile } from './entries.ts'

export type EngineLoss = { readonly reason: string; readonly restarted: boolean }

export type EngineProcess = {
  /** A new channel to the engine; it closes when that engine is lost. Throws ENGINE_LOST when the engine is lost for good. */
  open(): Channel
  connect(): EngineClient
  /** Lets the engine cancel its runs and end its workers, and kills what is left after `graceMs`. A second call waits too. */
  close(graceMs?: number): Promise<void>
  /** Ends engine and workers at once. */
  kill(): Promise<void>
  readonly pid: number | undefined
}

type Running = ForkedProgram & { readonly open: () => Channel }

export function startEngine(
  options: EngineArguments,
  onLost: (loss: EngineLoss) => void,
  file: string = entryFile('engine-entry'),
): EngineProcess {
  const keeper = keepProcess<Running>({
    start: () => {
      const program = forkProgram(file, { args: [JSON.stringify(options)], heapMegabytes: 768, ownGroup: true })
      const mux = muxChannel(program.channel, true)
      const pipe = { isCut: false }
      program.channel.onClose(() => {
        pipe.isCut = true
      })
      return { ...program, open: () => (pipe.isCut ? cutChannel() : mux.open()) }
    },
    now: () => performance.now(),
    onLost,
  })
  let closing: Promise<void> | undefined
  const end = async (graceMs: number): Promise<void> => {
    const program = keeper.release()
    if (!program) return
    // The engine takes the closed pipe as the word to end.
    if (graceMs > 0) program.channel.close()
    const timer = setTimeout(() => void program.kill(), graceMs)
    await program.exited
    clearTimeout(timer)
  }
  let last: Running | undefined
  const current = () => {
    last = keeper.current()
    return last
  }
  current()
  return {
    open: () => current().open(),
    connect: () => connectEngine(current().open()),
    close: (graceMs = 15_000) => {
      closing ??= end(graceMs)
      return closing
    },
    kill: async () => {
      // While an orderly close is under way the keeper holds nothing any more; the process itself still can be killed.
      keeper.release()
      await last?.kill()
    },
    get pid() {
      return last?.pid
    },
  }
}

/** For the moment between the end of a pipe and the exit of its process: closes by itself, so that the asker tries again. */
function cutChannel(): Channel {
  const { channel, closed } = makeChannel(
    () => {},
    () => {},
  )
  setImmediate(closed)
  return channel
}
