// A forked Node program with its channel: ends with its whole family, and says how it ended.
import { type ChildProcess, fork } from 'node:child_process'
import { type Channel, channelFromProcess } from '#api/channel'

export type ForkOptions = {
  readonly args?: readonly string[]
  /** Limit of the JavaScript heap; rasters and tensors live outside of it. */
  readonly heapMegabytes: number
  /**
   * A group of its own: Ctrl+C in the terminal reaches only the command, which cancels in order, and `kill` takes the
   * children of the child along.
   */
  readonly ownGroup: boolean
}

export type ForkedProgram = {
  readonly channel: Channel
  readonly pid: number | undefined
  /** Resolves once the process is gone; the reason is a code or a signal, in words. */
  readonly exited: Promise<{ readonly reason: string }>
  /** Ends it at once, with everything it started in its group. Resolves after the exit was seen; a second call waits too. */
  kill(): Promise<void>
}

export function forkProgram(file: string, { args = [], heapMegabytes, ownGroup }: ForkOptions): ForkedProgram {
  const group = ownGroup && process.platform !== 'win32'
  const child = fork(file, [...args], {
    serialization: 'advanced',
    execArgv: [`--max-old-space-size=${heapMegabytes}`],
    // What a child prints goes to stderr: stdout belongs to the events of --json.
    stdio: ['ignore', 2, 2, 'ipc'],
    detached: group,
  })
  const exited = exitOf(child)
  if (group) void exited.then(() => killGroup(child.pid))
  return {
    channel: channelFromProcess(child),
    pid: child.pid,
    exited,
    kill: async () => {
      if (group) killGroup(child.pid)
      child.kill('SIGKILL')
      await exited
    },
  }
}

function exitOf(child: ChildProcess): Promise<{ readonly reason: string }> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ reason: signal ?? `code ${code}` }))
    child.once('error', (error) => {
      if (child.pid === undefined) resolve({ reason: error.message })
    })
  })
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    // ESRCH: nobody is left in the group, which is what was wanted.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
