// The matching thread of the page: masks of two answers in, one comparison out.
import { type AnswerMask, type Comparison, ComparisonSettings } from '#core/compare/compare-types'
import { createComparison } from '#core/compare/comparison'
import { rleFromString } from '#core/mask/rle'
import { masksFromBytes } from '../../frame/decode-frame.ts'
import { type AnswerOfFrame, keyOfObject, type MatcherAnswer, type MatcherRequest } from './matcher-messages.ts'

const comparison: Comparison = createComparison(ComparisonSettings.parse({}))

self.addEventListener('message', (event: MessageEvent<MatcherRequest>) => {
  self.postMessage(answerTo(event.data))
})

function answerTo(request: MatcherRequest): MatcherAnswer {
  const { ask } = request
  try {
    if (request.do === 'finish') {
      const result = comparison.finish()
      // What a page shows needs no relation on each of its frames: of a thousand objects they are most of the answer.
      return { ask, result: { ...result, relations: result.relations.map((one) => ({ ...one, frames: [] })) } }
    }
    const { frameIndex, areTracks } = request
    comparison.feed(frameIndex, masksOf(request.a, frameIndex, areTracks), masksOf(request.b, frameIndex, areTracks))
    return { ask }
  } catch (error) {
    return { ask, reason: error instanceof Error ? error.message : String(error) }
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
