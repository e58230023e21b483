// The page's end of its matching thread: frames are read, fed and matched, with progress; more frames may come later.
import { type BytesAnswer, type BytesQuery, FrameHeader } from '#api/api'
import { Fault } from '#core/base/fault'
import type { ReferenceLevel } from '#core/compare/compare-types'
import type { StageOfMasks } from '../../frame/frame-source.ts'
import type { AnswerOfFrame, LevelResults, MatcherAnswer, MatcherRequest } from './matcher-messages.ts'

/** Whose masks, as plain text could have it: two of the same say the same. */
export type MatchSide = {
  readonly runId: string
  /** Folder of annotated masks about the frames of the run; then the stage says nothing. */
  readonly reference: string | undefined
  readonly stage: StageOfMasks
  /** At least one, ascending. */
  readonly levels: readonly number[]
}
export type MatchWish = {
  readonly a: MatchSide
  readonly b: MatchSide
  /** Matched one by one; with `isAcross` all levels of A with all of B. */
  readonly levels: readonly number[]
  readonly isAcross: boolean
  /** Which of the two knows no levels: it is read at one, and matched at each of `levels`. */
  readonly reference?: 'a' | 'b' | undefined
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

/** Milliseconds between two words of progress: each draws the page anew, and a hundred of them would take longer than the matching. */
const tellMs = 500

/**
 * Frames of both answers that are read while one is matched. Browsers hold six connections to a host: with two frames of two answers there
 * are two left for what a person looks at.
 */
const readsAhead = 2

export type MatchParts = {
  readonly bytes: (query: BytesQuery, signal: AbortSignal) => Promise<BytesAnswer>
  readonly makeThread: () => MatcherThread
  readonly now: () => number
}

export type Matching = {
  /**
   * Reads and feeds what was not fed yet, in order, a few frames ahead of the one that is matched. Throws what a read throws, UNEXPECTED when the thread fails, CANCELLED after `signal`; then it cannot go on.
   */
  extend(frameIndices: readonly number[], signal: AbortSignal, progress: (progress: MatchProgress) => void): Promise<void>
  /** Whether all that was fed is among these. */
  fits(frameIndices: readonly number[]): boolean
  close(): void
}

export function makeMatching(wish: MatchWish, { bytes, makeThread, now }: MatchParts): Matching {
  const thread = makeThread()
  const asking = askThread(thread)
  const fed = new Set<number>()
  let results: LevelResults | undefined
  const areTracks = [wish.a, wish.b].every(isOfTracks)
  const extend: Matching['extend'] = async (frameIndices, signal, progress) => {
    const stop = () => asking.fail(new Fault('CANCELLED'))
    signal.addEventListener('abort', stop)
    const left = frameIndices.filter((frameIndex) => !fed.has(frameIndex))
    const total = frameIndices.length
    try {
      progress({ done: fed.size, total, results })
      let [toldAt, foundAt] = [now(), now()]
      await readEach(left, [wish.a, wish.b], bytes, signal, async (frameIndex, [a, b], isLast) => {
        await asking.ask({
          do: 'feed',
          frameIndex,
          a,
          b,
          areTracks,
          levels: wish.levels,
          isAcross: wish.isAcross,
          reference: wish.reference,
        })
        fed.add(frameIndex)
        const isFound = isLast || now() - foundAt > interimMs
        if (isFound) {
          results = (await asking.ask({ do: 'finish', reference: wish.reference })).results
          foundAt = now()
        }
        if (!isFound && now() - toldAt < tellMs) return
        toldAt = now()
        progress({ done: fed.size, total, results })
      })
    } finally {
      signal.removeEventListener('abort', stop)
    }
  }
  return {
    extend,
    fits: (frameIndices) => {
      const wanted = new Set(frameIndices)
      return [...fed].every((frameIndex) => wanted.has(frameIndex))
    },
    close: () => thread.terminate(),
  }
}

export type ScoreWish = {
  /** Read at one level, and held against each of the answer's. */
  readonly reference: MatchSide
  readonly answer: MatchSide
  readonly frameIndices: readonly number[]
  readonly size: readonly [height: number, width: number]
}

/** By the same code as the command line's `compare --truth`. Every frame is read twice, which `progress` counts. Throws as `Matching.extend`. */
export async function scoreAnswer(
  { reference, answer, frameIndices, size }: ScoreWish,
  signal: AbortSignal,
  { bytes, makeThread }: MatchParts,
  progress: (done: number, total: number) => void,
): Promise<readonly ReferenceLevel[]> {
  const thread = makeThread()
  const asking = askThread(thread)
  const stop = () => asking.fail(new Fault('CANCELLED'))
  signal.addEventListener('abort', stop)
  let done = 0
  const feedAll = () =>
    readEach(frameIndices, [reference, answer], bytes, signal, async (frameIndex, [a, b]) => {
      await asking.ask({ do: 'scoreFeed', frameIndex, a, b })
      done += 1
      progress(done, frameIndices.length * 2)
    })
  try {
    await asking.ask({ do: 'score', matching: isOfTracks(answer) ? 'overTime' : 'eachFrame', size, levels: answer.levels })
    await feedAll()
    await asking.ask({ do: 'scoreMatch' })
    await feedAll()
    return (await asking.ask({ do: 'scoreFinish' })).scores ?? []
  } finally {
    signal.removeEventListener('abort', stop)
    thread.terminate()
  }
}

/** Ids of tracks and of annotations live as long as the scene. */
function isOfTracks({ reference, stage }: MatchSide): boolean {
  return reference !== undefined || stage === 'tracker'
}

/** What a side is asked for on one frame. */
export function frameQuery({ runId, reference, stage, levels }: MatchSide, frameIndex: number, withImage: boolean): BytesQuery {
  const rest = { runId, frameIndex, levels: [...levels], withImage }
  return reference === undefined ? { what: 'frame', stage, ...rest } : { what: 'reference', path: reference, ...rest }
}

async function readEach(
  frameIndices: readonly number[],
  sides: readonly [MatchSide, MatchSide],
  bytes: MatchParts['bytes'],
  signal: AbortSignal,
  take: (frameIndex: number, both: readonly [AnswerOfFrame, AnswerOfFrame], isLast: boolean) => Promise<void>,
): Promise<void> {
  const readAt = (position: number) => {
    const frameIndex = frameIndices[position]
    if (frameIndex === undefined) return undefined
    const both = Promise.all([answerOf(sides[0], frameIndex, bytes, signal), answerOf(sides[1], frameIndex, bytes, signal)])
    // A read ahead of its turn may fail before anyone waits for it; whoever waits is told.
    both.catch(() => {})
    return both
  }
  const waiting = Array.from({ length: readsAhead }, (_, position) => readAt(position))
  for (let position = 0; position < frameIndices.length; position += 1) {
    const both = await waiting.shift()!
    if (!both || signal.aborted) throw new Fault('CANCELLED')
    waiting.push(readAt(position + readsAhead))
    await take(frameIndices[position]!, both, position === frameIndices.length - 1)
  }
}

async function answerOf(side: MatchSide, frameIndex: number, bytes: MatchParts['bytes'], signal: AbortSignal): Promise<AnswerOfFrame> {
  const answer = await bytes(frameQuery(side, frameIndex, false), signal)
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
      const buffers = 'a' in question ? [question.a.bytes.buffer, question.b.bytes.buffer] : []
      const transfer = [...new Set(buffers)].filter((one) => one instanceof ArrayBuffer)
      thread.postMessage({ ...question, ask: count } satisfies MatcherRequest, { transfer })
    })
  return { ask, fail }
}
