// The page's end of its matching thread: all common frames are read, fed and matched, with progress; one comparison per thread.
import { type BytesAnswer, type BytesQuery, FrameHeader } from '#api/api'
import { Fault } from '#core/base/fault'
import type { StageOfMasks } from '../../frame/frame-source.ts'
import type { AnswerOfFrame, LevelResults, MatcherAnswer, MatcherRequest } from './matcher-messages.ts'

export type MatchWish = {
  readonly a: string
  readonly b: string
  readonly stage: StageOfMasks
  /** At least one, ascending. */
  readonly levels: readonly number[]
  readonly frameIndices: readonly number[]
}
export type MatchProgress = {
  readonly done: number
  readonly total: number
  /** Over the frames done so far; it is whole when done is total. */
  readonly results: LevelResults | undefined
}

/** The thread as it is used here; a page gives a web worker. */
export type MatcherThread = Pick<Worker, 'addEventListener' | 'postMessage' | 'terminate'>
export const makeMatcherThread = (): MatcherThread =>
  new Worker(new URL('./matcher.ts', import.meta.url), { type: 'module', name: 'matcher' })

/** Milliseconds between two results while frames are still read. */
export const interimMs = 1500

export type MatchParts = {
  readonly bytes: (query: BytesQuery, signal: AbortSignal) => Promise<BytesAnswer>
  readonly makeThread: () => MatcherThread
  readonly now: () => number
  readonly progress: (progress: MatchProgress) => void
}

/**
 * Reads one frame ahead of the one that is matched, never more: the frames that a person looks at come from the same engine.
 * Throws what a read throws, UNEXPECTED when the thread fails, CANCELLED after `signal`.
 */
export async function matchRuns(wish: MatchWish, signal: AbortSignal, { bytes, makeThread, now, progress }: MatchParts): Promise<void> {
  const thread = makeThread()
  const asking = askThread(thread)
  const stop = () => asking.fail(new Fault('CANCELLED'))
  signal.addEventListener('abort', stop)
  const { frameIndices } = wish
  const total = frameIndices.length
  try {
    const readAt = (position: number) => {
      const frameIndex = frameIndices[position]
      if (frameIndex === undefined) return undefined
      const both = Promise.all([wish.a, wish.b].map((runId) => answerOf(runId, frameIndex, wish, bytes, signal)))
      // A read ahead of its turn may fail before anyone waits for it; whoever waits is told.
      both.catch(() => {})
      return both
    }
    progress({ done: 0, total, results: undefined })
    let toldAt = now()
    let results: LevelResults | undefined
    let next = readAt(0)
    for (let position = 0; next; position += 1) {
      const [a, b] = await next
      if (signal.aborted) throw new Fault('CANCELLED')
      next = readAt(position + 1)
      await asking.ask({
        do: 'feed',
        frameIndex: frameIndices[position]!,
        a: a!,
        b: b!,
        areTracks: wish.stage === 'tracker',
        levels: wish.levels,
      })
      const isLast = position === total - 1
      if (isLast || now() - toldAt > interimMs) {
        results = (await asking.ask({ do: 'finish' })).results
        toldAt = now()
      }
      progress({ done: position + 1, total, results })
    }
  } finally {
    signal.removeEventListener('abort', stop)
    thread.terminate()
  }
}

async function answerOf(
  runId: string,
  frameIndex: number,
  { stage, levels }: MatchWish,
  bytes: MatchParts['bytes'],
  signal: AbortSignal,
): Promise<AnswerOfFrame> {
  const answer = await bytes({ what: 'frame', runId, frameIndex, stage, levels: [...levels], withImage: false }, signal)
  const header = FrameHeader.parse(answer.header)
  if (header.frameIndex !== frameIndex)
    throw new Fault('UNEXPECTED', { reason: `frame ${header.frameIndex} came when ${frameIndex} was asked for` })
  return { bytes: answer.bytes, parts: header.parts }
}

type Asked = { readonly resolve: (answer: MatcherAnswer) => void; readonly reject: (fault: Fault) => void }
/** Without the number of the question, which is given here. */
type Question = MatcherRequest extends infer R ? (R extends MatcherRequest ? Omit<R, 'ask'> : never) : never

function askThread(thread: MatcherThread) {
  const waiting = new Map<number, Asked>()
  let failed: Fault | undefined
  let count = 0
  const fail = (fault: Fault) => {
    failed ??= fault
    for (const asked of waiting.values()) asked.reject(failed)
    waiting.clear()
  }
  thread.addEventListener('message', (event) => {
    const answer = (event as MessageEvent<MatcherAnswer>).data
    const asked = waiting.get(answer.ask)
    waiting.delete(answer.ask)
    if (answer.reason === undefined) asked?.resolve(answer)
    else asked?.reject(new Fault('UNEXPECTED', { reason: answer.reason }))
  })
  thread.addEventListener('error', (event) => {
    const reason = event instanceof ErrorEvent ? event.message : 'no reason was given'
    fail(new Fault('UNEXPECTED', { reason: `the matching thread stopped: ${reason}` }))
  })
  const ask = (question: Question) =>
    new Promise<MatcherAnswer>((resolve, reject) => {
      if (failed) return reject(failed)
      count += 1
      waiting.set(count, { resolve, reject })
      const buffers = question.do === 'feed' ? [question.a.bytes.buffer, question.b.bytes.buffer] : []
      const transfer = [...new Set(buffers)].filter((one) => one instanceof ArrayBuffer)
      thread.postMessage({ ...question, ask: count } satisfies MatcherRequest, { transfer })
    })
  return { ask, fail }
}
