// The matching thread of the page: masks of two answers in, one comparison per level out, or scores against a reference.
import { type AnswerMask, type Comparison, ComparisonSettings, type ObjectRelation } from '#core/compare/compare-types'
import { createComparison } from '#core/compare/comparison'
import { extraKindOf } from '#core/compare/kind-words'
import { createReferenceScoring, type ReferenceScoring } from '#core/compare/reference-score'
import { rleFromString } from '#core/mask/rle'
import { masksFromBytes } from '../../frame/decode-frame.ts'
import { worstOfEach } from './object-places.ts'
import { type AnswerOfFrame, keptPlaces, keyOfObject, type MatcherAnswer, type MatcherRequest, pooledLevel } from './matcher-messages.ts'

/** Places are put together by object before some are kept: one large object would fill any list with its frames. */
const allPlaces = 100_000
const comparisons = new Map<number, Comparison>()
const score: { comparison?: Comparison; scoring?: ReferenceScoring; levels?: readonly number[] } = {}

self.addEventListener('message', (event: MessageEvent<MatcherRequest>) => {
  self.postMessage(answerTo(event.data))
})

function answerTo(request: MatcherRequest): MatcherAnswer {
  const { ask } = request
  try {
    if (request.do === 'finish')
      return { ask, results: new Map([...comparisons].map(([level, one]) => [level, resultOf(one, request.reference)])) }
    if (request.do === 'scoreFinish') return { ask, scores: score.scoring?.finish() ?? [] }
    if (request.do === 'feed') feed(request)
    else scoreStep(request)
    return { ask }
  } catch (error) {
    return { ask, reason: error instanceof Error ? error.message : String(error) }
  }
}

function feed({ frameIndex, areTracks, levels, isAcross, reference, a, b }: Extract<MatcherRequest, { do: 'feed' }>): void {
  const key = (mask: AnswerMask) => ({ ...mask, id: keyOfObject(mask.id, frameIndex, areTracks) })
  const [ofA, ofB] = [masksOf(a).map(key), masksOf(b).map(key)]
  for (const level of isAcross ? [pooledLevel] : levels) {
    const comparison = comparisons.get(level) ?? createComparison(ComparisonSettings.parse({ worst: allPlaces }))
    comparisons.set(level, comparison)
    const ofLevel = (masks: readonly AnswerMask[], side: 'a' | 'b') =>
      isAcross || reference === side ? atLevel(masks, level) : masks.filter((one) => one.level === level)
    comparison.feed(frameIndex, ofLevel(ofA, 'a'), ofLevel(ofB, 'b'))
  }
}

function atLevel(masks: readonly AnswerMask[], level: number): AnswerMask[] {
  return masks.map((mask) => ({ ...mask, level }))
}

function scoreStep(request: Exclude<MatcherRequest, { do: 'feed' | 'finish' | 'scoreFinish' }>): void {
  if (request.do === 'score') {
    const { matching, size, levels } = request
    score.levels = levels
    score.comparison = createComparison({ matching, ...(size ? { size: [size[0], size[1]] } : {}) })
    return
  }
  if (!score.comparison) throw new RangeError('scores were asked for before they were begun')
  if (request.do === 'scoreMatch') {
    score.scoring = createReferenceScoring(score.comparison.finish())
    return
  }
  const { frameIndex, a, b } = request
  const target = score.scoring ?? score.comparison
  const reference = masksOf(a)
  target.feed(
    frameIndex,
    (score.levels ?? []).flatMap((level) => atLevel(reference, level)),
    masksOf(b),
  )
}

/**
 * What a page shows needs no relation on each of its frames: of a thousand objects they are most of the answer. Those of the few objects of
 * a reference are kept, for levels are told apart by them; what nobody annotated comes last, so that it crowds out nothing.
 */
function resultOf(comparison: Comparison, reference: 'a' | 'b' | undefined) {
  const result = comparison.finish()
  const places = worstOfEach(result.worst)
  const extra = extraKindOf(reference)
  const isAnnotated = (relation: ObjectRelation) => reference !== undefined && relation[reference].length > 0
  return {
    ...result,
    relations: result.relations.map((one) => (isAnnotated(one) ? one : { ...one, frames: [] })),
    worst: [...places.filter(({ kind }) => kind !== extra), ...places.filter(({ kind }) => kind === extra)].slice(0, keptPlaces),
  }
}

function masksOf({ bytes, parts }: AnswerOfFrame): AnswerMask[] {
  return parts.flatMap(({ offset, length }) => {
    const frame = masksFromBytes(bytes.subarray(offset, offset + length))
    return frame.masks.map((entry) => ({ id: entry.id, level: frame.level, mask: rleFromString(entry.counts, frame.size) }))
  })
}
