// The matching thread of the page: masks of two answers in, one comparison per level out.
import { type AnswerMask, type Comparison, ComparisonSettings } from '#core/compare/compare-types'
import { createComparison } from '#core/compare/comparison'
import { rleFromString } from '#core/mask/rle'
import { masksFromBytes } from '../../frame/decode-frame.ts'
import { worstOfEach } from './object-places.ts'
import { type AnswerOfFrame, keptPlaces, keyOfObject, type MatcherAnswer, type MatcherRequest } from './matcher-messages.ts'

/** Places are put together by object before some are kept: one large object would fill any list with its frames. */
const allPlaces = 100_000
const comparisons = new Map<number, Comparison>()

self.addEventListener('message', (event: MessageEvent<MatcherRequest>) => {
  self.postMessage(answerTo(event.data))
})

function answerTo(request: MatcherRequest): MatcherAnswer {
  const { ask } = request
  try {
    if (request.do === 'finish') return { ask, results: new Map([...comparisons].map(([level, one]) => [level, resultOf(one)])) }
    feed(request)
    return { ask }
  } catch (error) {
    return { ask, reason: error instanceof Error ? error.message : String(error) }
  }
}

function feed({ frameIndex, areTracks, levels, a, b }: Extract<MatcherRequest, { do: 'feed' }>): void {
  const [ofA, ofB] = [masksOf(a, frameIndex, areTracks), masksOf(b, frameIndex, areTracks)]
  for (const level of levels) {
    const comparison = comparisons.get(level) ?? createComparison(ComparisonSettings.parse({ worst: allPlaces }))
    comparisons.set(level, comparison)
    comparison.feed(
      frameIndex,
      ofA.filter((one) => one.level === level),
      ofB.filter((one) => one.level === level),
    )
  }
}

/** What a page shows needs no relation on each of its frames: of a thousand objects they are most of the answer. */
function resultOf(comparison: Comparison) {
  const result = comparison.finish()
  return {
    ...result,
    relations: result.relations.map((one) => ({ ...one, frames: [] })),
    worst: worstOfEach(result.worst).slice(0, keptPlaces),
  }
}

function masksOf({ bytes, parts }: AnswerOfFrame, frameIndex: number, areTracks: boolean): AnswerMask[] {
  return parts.flatMap(({ offset, length }) => {
    const frame = masksFromBytes(bytes.subarray(offset, offset + length))
    return frame.masks.map((entry) => ({
      id: keyOfObject(entry.id, frameIndex, areTracks),
      level: frame.level,
      mask: rleFromString(entry.counts, frame.size),
    }))
  })
}
