// All common frames reach the matching thread once, in order; cancelling ends it, and what fails is told.
import { expect, it } from 'vitest'
import type { BytesQuery } from '#api/api'
import type { MatcherRequest } from './matcher-messages.ts'
import { makeMatching, type MatcherThread, type MatchProgress, type MatchWish, scoreAnswer } from './matcher-client.ts'

const side = (runId: string) => ({ runId, reference: undefined, stage: 'tracker', levels: [2] }) as const
const wish: MatchWish = { a: side('a'), b: side('b'), levels: [2], isAcross: false }
const frames = [0, 4, 9]

/** `step`: milliseconds that pass from one look at the clock to the next. */
function setup(answer: (request: MatcherRequest) => object | undefined = () => ({}), step = 200) {
  const said: MatcherRequest[] = []
  const asked: string[] = []
  const told: MatchProgress[] = []
  const state = { isEnded: false }
  const makeThread = (): MatcherThread => {
    let hear: (event: MessageEvent) => void = () => {}
    return {
      addEventListener: (type: string, listener: unknown) => {
        if (type === 'message') hear = listener as typeof hear
      },
      postMessage: (request: MatcherRequest) => {
        said.push(request)
        const given = answer(request)
        if (given) queueMicrotask(() => hear({ data: { ask: request.ask, ...given } } as MessageEvent))
      },
      terminate: () => {
        state.isEnded = true
      },
    } as MatcherThread
  }
  const bytes = async (query: BytesQuery) => {
    if (query.what !== 'frame' && query.what !== 'reference') throw new Error('only frames are asked for')
    asked.push(`${query.what === 'reference' ? query.path : query.runId}${query.frameIndex}${query.withImage ? ' with picture' : ''}`)
    const image = { offset: 0, length: 0, mediaType: '' }
    const header = { frameIndex: query.frameIndex, frameName: 'f', width: 4, height: 4, image, parts: [] }
    return { mediaType: 'x', header, bytes: new Uint8Array(1) }
  }
  let clock = 0
  const now = () => {
    clock += step
    return clock
  }
  return { said, asked, told, state, parts: { bytes, makeThread, now }, progress: (one: MatchProgress) => told.push(one) }
}

it('each frame of both runs is read once without its picture and fed in order, and the whole result comes last', async () => {
  const results = new Map()
  const { said, asked, told, state, parts, progress } = setup((request) => (request.do === 'finish' ? { results } : {}))
  const matching = makeMatching(wish, parts)
  await matching.extend(frames, new AbortController().signal, progress)
  matching.close()
  expect(asked).toEqual(['a0', 'b0', 'a4', 'b4', 'a9', 'b9'])
  expect(said.map((one) => (one.do === 'feed' ? one.frameIndex : one.do))).toEqual([0, 4, 9, 'finish'])
  const words = told.map(({ done, results: result }) => [done, result === results] as const)
  expect([words[0], words.at(-1)]).toEqual([
    [0, false],
    [3, true],
  ])
  expect(words.slice(0, -1).every(([, isWhole]) => !isWhole)).toBe(true)
  expect(words.map(([done]) => done)).toEqual(words.map(([done]) => done).toSorted())
  expect(state.isEnded).toBe(true)
})

it('a fast comparison is told at its beginning and its end, not with each frame: each word draws the page anew', async () => {
  const { told, parts, progress } = setup((request) => (request.do === 'finish' ? { results: new Map() } : {}), 1)
  await makeMatching(wish, parts).extend(frames, new AbortController().signal, progress)
  expect(told.map(({ done }) => done)).toEqual([0, 3])
})

it('cancelling while the thread works is answered at once and nothing more is asked of it', async () => {
  const controller = new AbortController()
  const { said, parts, progress } = setup(() => undefined)
  const running = makeMatching(wish, parts).extend(frames, controller.signal, progress)
  setTimeout(() => controller.abort(), 5)
  await expect(running).rejects.toMatchObject({ code: 'CANCELLED' })
  expect(said).toHaveLength(1)
})

it('what the thread cannot match is told with its reason', async () => {
  const { parts, progress } = setup(() => ({ reason: 'masks of another aspect' }))
  await expect(makeMatching(wish, parts).extend(frames, new AbortController().signal, progress)).rejects.toMatchObject({
    code: 'UNEXPECTED',
    params: { reason: 'masks of another aspect' },
  })
})

it('frames that come later are fed alone, and a list without a fed frame does not fit any more', async () => {
  const { said, asked, parts, progress, told } = setup((request) => (request.do === 'finish' ? { results: new Map() } : {}))
  const matching = makeMatching(wish, parts)
  await matching.extend([0, 4], new AbortController().signal, progress)
  await matching.extend([0, 4, 9], new AbortController().signal, progress)
  expect(asked).toEqual(['a0', 'b0', 'a4', 'b4', 'a9', 'b9'])
  expect(said.filter((one) => one.do === 'feed').map((one) => one.frameIndex)).toEqual([0, 4, 9])
  expect(told.at(-1)).toMatchObject({ done: 3, total: 3 })
  expect([matching.fits([0, 4, 9, 11]), matching.fits([0, 9])]).toEqual([true, false])
})

it('scores read each frame twice, matched in between, and candidates are matched within their frame', async () => {
  const { said, asked, parts, state } = setup((request) => (request.do === 'scoreFinish' ? { scores: [] } : {}))
  const counts: number[] = []
  const reference = { ...side('a'), reference: 'truth' }
  const answer = { ...side('b'), stage: 'ssam' } as const
  await scoreAnswer({ reference, answer, frameIndices: [0, 4], size: [4, 4] }, new AbortController().signal, parts, (done) =>
    counts.push(done),
  )
  expect(said.map((one) => (one.do === 'scoreFeed' ? one.frameIndex : one.do === 'score' ? one.matching : one.do))).toEqual([
    'eachFrame',
    0,
    4,
    'scoreMatch',
    0,
    4,
    'scoreFinish',
  ])
  expect(asked.slice(0, 4)).toEqual(['truth0', 'b0', 'truth4', 'b4'])
  expect(counts).toEqual([1, 2, 3, 4])
  expect(state.isEnded).toBe(true)
})
