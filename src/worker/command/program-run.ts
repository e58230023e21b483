// One start of a foreign program: its lines on the way out, and an end that is told only when its whole family is gone.
import { type ChildProcess, spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import { type Family, followFamily } from './family.ts'
import { createLineSplitter, type Piece } from './line-splitter.ts'
import { startTimeOf } from './process-table.ts'

export type ProgramOrder = {
  readonly file: string
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  /** Stands in `env` too. */
  readonly mark: string
  readonly timeoutMs: number
  /** After a timeout. */
  readonly graceMs: number
  /** After a cancel, and for what the program leaves running when it ends. */
  readonly cancelGraceMs: number
  readonly signal: AbortSignal
  /** As soon as it runs. `startTime` in clock ticks since boot, undefined where there is no /proc. */
  readonly started: (program: { readonly pid: number; readonly startTime: number | undefined }) => void
  /** Nothing more is read of that stream before it resolves; a rejection ends the program. */
  readonly take: (pieces: readonly Piece[]) => Promise<void>
}

export type ProgramEnd =
  | {
      readonly how: 'ended'
      readonly code: number | undefined
      readonly signal: string | undefined
      /** Processes that it left running, which were ended. */
      readonly leftBehind: number
    }
  | { readonly how: 'timeout' }
  | { readonly how: 'cancelled' }
  | { readonly how: 'notStarted'; readonly error: NodeJS.ErrnoException }

const lookEveryMs = 1000
/** A pipe that stays open after the family has gone and gives nothing for so long is held by somebody else. */
const drainMs = 1000

/** Rejects with what `take` threw, or when processes cannot be ended; in any other case nothing of the program is left. */
export async function runProgram(order: ProgramOrder): Promise<ProgramEnd> {
  if (order.signal.aborted) return { how: 'cancelled' }
  const begun = await begin(order)
  if (begun instanceof Error) return { how: 'notStarted', error: begun }
  const { child, pid, exited } = begun
  const family = followFamily(pid, order.mark)
  order.started({ pid, startTime: startTimeOf(pid) })
  const looking = setInterval(() => family.look(), lookEveryMs)
  const stop = Promise.withResolvers<{ readonly how: 'timeout' | 'cancelled' | 'unread'; readonly error?: unknown }>()
  const timer = setTimeout(() => stop.resolve({ how: 'timeout' }), order.timeoutMs)
  const cancel = () => {
    stop.resolve({ how: 'cancelled' })
    // Also in the middle of the grace that a timeout gave.
    if (stopping) void endQuietly(family, order.cancelGraceMs)
  }
  let stopping = false
  order.signal.addEventListener('abort', cancel, { once: true })
  const readers = [child.stdout, child.stderr].map((stream) =>
    startReading(stream!, order.take, (error) => stop.resolve({ how: 'unread', error })),
  )
  try {
    const first = await Promise.race([exited, stop.promise])
    stopping = true
    clearTimeout(timer)
    // Looked at before anything is sent: who has left the group is found by its parents only while they are there.
    const behind = first.how === 'ended' ? family.look().length : 0
    await family.end(first.how === 'timeout' && !order.signal.aborted ? order.graceMs : order.cancelGraceMs)
    await exited
    await Promise.all(readers.map((reader) => reader.finish(first.how === 'ended')))
    const failed = await Promise.race([stop.promise, Promise.resolve(undefined)])
    if (failed?.how === 'unread') throw failed.error
    if (order.signal.aborted) return { how: 'cancelled' }
    return first.how === 'ended' ? { ...first, leftBehind: behind } : { how: 'timeout' }
  } finally {
    clearInterval(looking)
    clearTimeout(timer)
    order.signal.removeEventListener('abort', cancel)
    for (const stream of [child.stdout, child.stderr]) stream?.destroy()
  }
}

type Begun = {
  readonly child: ChildProcess
  readonly pid: number
  readonly exited: Promise<{ readonly how: 'ended'; readonly code: number | undefined; readonly signal: string | undefined }>
}

async function begin({ file, argv, env, cwd }: ProgramOrder): Promise<Begun | NodeJS.ErrnoException> {
  try {
    const child = spawn(file, [...argv], { cwd, env: { ...env }, detached: true, shell: false, stdio: ['ignore', 'pipe', 'pipe'] })
    const { pid } = child
    // Some reasons are thrown, others come as an event.
    if (pid === undefined) return await new Promise((resolve) => child.once('error', resolve))
    child.on('error', () => {})
    const exited: Begun['exited'] = new Promise((resolve) => {
      child.once('exit', (code, signal) => resolve({ how: 'ended', code: code ?? undefined, signal: signal ?? undefined }))
    })
    return { child, pid, exited }
  } catch (error) {
    if (error instanceof Error) return error
    throw error
  }
}

/** A failure is seen by the call that waits for the same end. */
async function endQuietly(family: Family, graceMs: number): Promise<void> {
  await family.end(graceMs).catch(() => {})
}

function startReading(stream: Readable, take: ProgramOrder['take'], failed: (error: unknown) => void) {
  const splitter = createLineSplitter()
  let bytes = 0
  let givenUp = false
  let working = false
  const read = async () => {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      bytes += chunk.length
      working = true
      await take(splitter.push(chunk))
      working = false
    }
    await take(splitter.end())
  }
  const done = read().catch((error: unknown) => {
    if (!givenUp) failed(error)
  })
  const over = done.then(() => true)
  return {
    /** `toTheEnd`: everything that it said is still read. */
    finish: async (toTheEnd: boolean) => {
      for (let seen = -1; toTheEnd && (seen !== bytes || working); ) {
        seen = bytes
        if (await Promise.race([over, wait(drainMs, false)])) return
      }
      givenUp = true
      stream.destroy()
      await done
    },
  }
}
