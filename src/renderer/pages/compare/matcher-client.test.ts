// All common frames reach the matching thread once, in order; cancelling ends it, and what fails is told.
import { expect, it } from 'vitest'
import type { BytesQuery } from '#api/api'
import type { MatcherRequest } from './matcher-messages.ts'
import { type MatcherThread, type MatchProgress, type MatchWish, matchRuns } from './matcher-client.ts'

const wish: MatchWish = { a: 'a', b: 'b', stage: 'tracker', levels: [2], frameIndices: [0, 4, 9] }

function setup(answer: (request: MatcherRequest) => object | undefined = () => ({})) {
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
    if (query.what !== 'frame') throw new Error('only frames are asked for')
    asked.push(`${query.runId}${query.frameIndex}${query.withImage ? ' with picture' : ''}`)
    const image = { offset: 0, length: 0, mediaType: '' }
    const header = { frameIndex: query.frameIndex, frameName: 'f', width: 4, height: 4, image, parts: [] }
    return { mediaType: 'x', header, bytes: new Uint8Array(1) }
  }
  return { said, asked, told, state, parts: { bytes, makeThread, now: () => 0, progress: (one: MatchProgress) => told.push(one) } }
}

it('each frame of both runs is read once without its picture and fed in order, and the whole result comes last', async () => {
  const results = new Map()
  const { said, asked, told, state, parts } = setup((request) => (request.do === 'finish' ? { results } : {}))
  await matchRuns(wish, new AbortController().signal, parts)
  expect(asked).toEqual(['a0', 'b0', 'a4', 'b4', 'a9', 'b9'])
  expect(said.map((one) => (one.do === 'feed' ? one.frameIndex : one.do))).toEqual([0, 4, 9, 'finish'])
  expect(told.map(({ done, results: result }) => [done, result === results])).toEqual([
    [0, false],
    [1, false],
    [2, false],
    [3, true],
  ])
  expect(state.isEnded).toBe(true)
})

it('cancelling while the thread works ends the thread at once', async () => {
  const controller = new AbortController()
  const { state, parts } = setup(() => undefined)
  const running = matchRuns(wish, controller.signal, parts)
  setTimeout(() => controller.abort(), 5)
  await expect(running).rejects.toMatchObject({ code: 'CANCELLED' })
  expect(state.isEnded).toBe(true)
})

it('what the thread cannot match is told with its reason', async () => {
  const { parts } = setup(() => ({ reason: 'masks of another aspect' }))
  await expect(matchRuns(wish, new AbortController().signal, parts)).rejects.toMatchObject({
    code: 'UNEXPECTED',
    params: { reason: 'masks of another aspect' },
  })
})
