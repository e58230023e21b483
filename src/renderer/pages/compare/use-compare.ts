// All that the compare page shows: two to four answers, their common ground, their frames, and where the chosen pair differs.
import { useEffect, useMemo, useState } from 'react'
import type { RelationKind } from '#core/compare/compare-types'
import { type ReferenceSide, referenceSideOf } from '#core/compare/kind-words'
import { nearestPosition } from '../../frame/coverage-model.ts'
import type { StageOfMasks } from '../../frame/frame-source.ts'
import { type CompareView, defaultCompareView, referencePathOf, sideNames } from '../../state/route.ts'
import { useView } from '../../state/services.tsx'
import { commonGround, framesWithAll, groundOfPair, settledFrames, sizeProblem } from './common-ground.ts'
import type { MatchSide, MatchWish } from './matcher-client.ts'
import { pooledLevel } from './matcher-messages.ts'
import { mergeLevels, type Place } from './merged-levels.ts'
import { indexRelations } from './object-numbers.ts'
import { type Answer, type ShownAnswer, useAnswer } from './use-answer.ts'
import { useComparison } from './use-comparison.ts'
import { usePairFrames } from './use-pair-frames.ts'
import { useScores } from './use-scores.ts'

const none: readonly number[] = []
/** What is looked at closely: an object of the first of the pair, of the second, or of both. Candidates are known on their own frame only. */
export type Picked = { readonly a: number | undefined; readonly b: number | undefined; readonly frameIndex: number }

export function useCompare(sourceA: string, sourceB: string) {
  const view: CompareView = useView((state) => (state.route.page === 'compare' ? state.route.view : defaultCompareView))
  const sources = [sourceA, sourceB, ...(view.more ?? [])]
  const anchor = sources.find((source) => source !== '' && referencePathOf(source) === undefined) ?? ''
  const found = [
    useAnswer('a', sourceA, anchor),
    useAnswer('b', sourceB, anchor),
    useAnswer('c', view.more?.[0] ?? '', anchor),
    useAnswer('d', view.more?.[1] ?? '', anchor),
  ]
  const known = found.filter((answer) => answer !== undefined)
  const pairSides = view.pair?.every((side) => known.some((answer) => answer.side === side)) ? view.pair : (['a', 'b'] as const)
  const indexOf = (side: string) =>
    Math.max(
      0,
      known.findIndex((answer) => answer.side === side),
    )
  const pair: readonly [number, number] = [indexOf(pairSides[0]), indexOf(pairSides[1])]
  const isReference = (index: number) => known[index]?.reference !== undefined
  const reference = referenceSideOf([isReference(pair[0]), isReference(pair[1])])
  // What other answers have changes nothing of the pair.
  const ground = usePairGround(known[pair[0]]?.ground, known[pair[1]]?.ground, reference)
  const isKnown = ground !== undefined && known.every((answer) => answer.isCoverageKnown)
  const stage: StageOfMasks | undefined = view.stage && ground?.stages.includes(view.stage) ? view.stage : ground?.stages.at(-1)
  const chosen = ground?.levels.filter((level) => view.levels.includes(level)) ?? none
  const levelText = (chosen.length > 0 ? chosen : (ground?.levels ?? none)).join(' ')
  const shownLevels = useMemo(() => numbersFromText(levelText), [levelText])
  const answers = known.map((answer): ShownAnswer => {
    const own = view.own?.[answer.side]
    const { stages } = answer.coverage
    const ownStage = [own?.stage, stage].find((one) => one !== undefined && stages.includes(one))
    return {
      ...answer,
      stage: ownStage ?? stages.at(-1),
      levels: levelsOf(answer, own?.levels ?? none, shownLevels),
      letter: answer.side.toUpperCase(),
    }
  })
  const [a, b] = [answers[pair[0]]!, answers[pair[1]]!]

  const ofAll = useSharedFrames(answers)
  const ofPair = useFrames(ground?.frames ?? none, [a, b])
  const frames = view.onlyShared ? ofAll : ofPair
  const position = frames.length === 0 ? undefined : view.frameIndex === undefined ? 0 : nearestPosition(frames, view.frameIndex)
  const problem = a.ground && b.ground ? sizeProblem(a.ground.scene, b.ground.scene, [a.letter, b.letter]) : undefined
  // Levels of the two that are not the same are no levels to match within; a reference is held against each level.
  const isAcross = reference === undefined && a.levels.join() !== b.levels.join()
  const matchLevels = isAcross ? none : a.reference !== undefined && b.reference !== undefined ? a.levels : (ground?.levels ?? none)
  const sideOf = (answer: ShownAnswer) => matchSide(answer, isAcross || answer.reference !== undefined ? answer.levels : matchLevels)
  const [sideA, sideB] = [sideOf(a), sideOf(b)]
  const wish: MatchWish | undefined =
    isKnown && !problem && sideA && sideB && (isAcross || matchLevels.length > 0)
      ? { a: sideA, b: sideB, levels: matchLevels, isAcross, reference }
      : undefined
  const mergedText = (isAcross ? [pooledLevel] : reference === 'a' ? b.levels : a.levels).join(' ')
  // Masks of another size have no pixels in common that could be counted.
  const matching = useComparison(wish, wish ? settledFrames(frames, [a, b]) : none)
  // Matching reads each frame of both: what would be read ahead beside it only holds it up.
  const shown = usePairFrames(answers, frames, position, matching.phase !== 'matching')
  // Scores are of the whole: of a run that still writes each new frame would begin them anew.
  const scores = useScores(answers, isKnown && !answers.some((answer) => answer.isGoing), view.onlyShared ? ofAll : undefined)
  const framePixels = (a.ground?.scene.width ?? 0) * (a.ground?.scene.height ?? 0)
  const { results } = matching
  const merged = useMemo(
    () => results && mergeLevels(results, numbersFromText(mergedText), framePixels, reference),
    [results, mergedText, framePixels, reference],
  )
  const relations = useMemo(() => merged && indexRelations(merged, reference), [merged, reference])
  const [picked, setPicked] = useState<Picked>()
  const [kinds, setKinds] = useState<ReadonlySet<RelationKind>>(new Set())
  const places = useMemo(() => (merged?.places ?? []).filter(({ kind }) => kinds.size === 0 || kinds.has(kind)), [merged, kinds])
  const areTracks = [a, b].every(({ stage: own, reference }) => own === 'tracker' || reference !== undefined)
  const pairKey = [a, b].map(({ source, stage: own, levels }) => `${source} ${own} ${levels}`).join('\n')
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was picked belongs to the pair it was picked in
  useEffect(() => setPicked(undefined), [pairKey])
  return {
    answers,
    pair,
    a,
    b,
    view,
    ground,
    isKnown,
    stage,
    frames,
    shownLevels,
    position,
    shown,
    problem,
    isAcross,
    reference,
    sharedFrames: ofAll,
    matching,
    merged,
    relations,
    scores,
    places,
    kinds,
    setKinds,
    picked,
    setPicked,
    areTracks,
  }
}
export type Compare = ReturnType<typeof useCompare>

/** Letters of the pair that is matched. */
export function lettersOf({ a, b }: Compare): readonly [string, string] {
  return [a.letter, b.letter]
}

/** The next free side; undefined when there are four. */
export function freeSide({ answers }: Compare) {
  return sideNames[answers.length]
}

function matchSide({ runId, reference, stage }: ShownAnswer, levels: readonly number[]): MatchSide | undefined {
  return stage && levels.length > 0 ? { runId, reference, stage, levels } : undefined
}

/** Of an answer its own levels or those of all that it has; annotated masks are the same at each level, and are drawn once. */
function levelsOf({ ground, reference }: Answer, own: readonly number[], shown: readonly number[]): readonly number[] {
  const known = ground?.levels ?? none
  if (reference !== undefined) return known.slice(0, 1)
  const wanted = [own, shown].map((levels) => levels.filter((level) => known.includes(level))).find((levels) => levels.length > 0)
  return wanted ?? known
}

function usePairGround(a: Answer['ground'], b: Answer['ground'], reference: ReferenceSide) {
  return useMemo(() => (a && b ? groundOfPair([a, b], reference) : undefined), [a, b, reference])
}

/** Frames that all answers have. */
function useSharedFrames(answers: readonly ShownAnswer[]): readonly number[] {
  const grounds = answers.flatMap(({ ground }) => ground ?? [])
  return useFrames(grounds.length === answers.length ? commonGround(grounds).frames : none, answers)
}

/** The same list as long as its numbers are the same: what is asked by it is not asked again. */
function useFrames(common: readonly number[], answers: readonly ShownAnswer[]): readonly number[] {
  const text = framesWithAll(common, answers).join(' ')
  return useMemo(() => numbersFromText(text), [text])
}

function numbersFromText(text: string): readonly number[] {
  return text === '' ? none : text.split(' ').map(Number)
}

/** Number of the place that is picked, in the ranked list; -1 when none is. */
export function placeNumber(places: readonly Place[], picked: Picked | undefined): number {
  if (!picked) return -1
  return places.findIndex((place) => place.frameIndex === picked.frameIndex && place.objectA === picked.a && place.objectB === picked.b)
}
