// All that the compare page shows: two runs, their common ground, the pair of frames, and where they differ.
import { useEffect, useMemo, useState } from 'react'
import { nearestPosition } from '../../frame/coverage-model.ts'
import type { StageOfMasks } from '../../frame/frame-source.ts'
import { type CompareView, defaultCompareView } from '../../state/route.ts'
import { useView } from '../../state/services.tsx'
import { commonGround, framesWithBoth, type Side, sizeProblem } from './common-ground.ts'
import { mergeLevels, type Place } from './merged-levels.ts'
import { indexRelations } from './object-numbers.ts'
import { type Answer, useAnswer } from './use-answer.ts'
import { useComparison } from './use-comparison.ts'
import { usePairFrames } from './use-pair-frames.ts'

const none: readonly number[] = []
/** What is looked at closely: an object of A, of B, or of both. Candidates are known on their own frame only. */
export type Picked = { readonly a: number | undefined; readonly b: number | undefined; readonly frameIndex: number }

export function useCompare(runA: string, runB: string) {
  const view: CompareView = useView((state) => (state.route.page === 'compare' ? state.route.view : defaultCompareView))
  const a = useAnswer(runA)
  const b = useAnswer(runB)
  const [sideA, sideB] = [useSide(a), useSide(b)]
  const ground = useMemo(() => (sideA && sideB ? commonGround(sideA, sideB) : undefined), [sideA, sideB])
  const isKnown = ground !== undefined && a.isCoverageKnown && b.isCoverageKnown
  const stage: StageOfMasks | undefined = view.stage && ground?.stages.includes(view.stage) ? view.stage : ground?.stages.at(-1)
  const frames = useMemo(
    () => (ground && stage ? framesWithBoth(ground.frames, stage, a.coverage, b.coverage) : none),
    [ground, stage, a.coverage, b.coverage],
  )
  const chosen = ground?.levels.filter((level) => view.levels.includes(level)) ?? none
  const levelText = (chosen.length > 0 ? chosen : (ground?.levels ?? none)).join(' ')
  const shownLevels = useMemo(() => (levelText === '' ? none : levelText.split(' ').map(Number)), [levelText])
  const position = frames.length === 0 ? undefined : view.frameIndex === undefined ? 0 : nearestPosition(frames, view.frameIndex)
  const shown = usePairFrames(a, b, stage, frames, position)
  const problem = sideA && sideB ? sizeProblem(sideA.scene, sideB.scene) : undefined
  // Masks of another size have no pixels in common that could be counted.
  const matching = useComparison(runA, runB, stage, ground?.levels ?? none, problem ? none : frames)
  const framePixels = (sideA?.scene.width ?? 0) * (sideA?.scene.height ?? 0)
  const { results } = matching
  const merged = useMemo(() => results && mergeLevels(results, shownLevels, framePixels), [results, shownLevels, framePixels])
  const relations = useMemo(() => merged && indexRelations(merged), [merged])
  const [picked, setPicked] = useState<Picked>()
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was picked belongs to the runs and the stage it was picked in
  useEffect(() => setPicked(undefined), [runA, runB, stage])
  return {
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
    matching,
    merged,
    relations,
    picked,
    setPicked,
    areTracks: stage === 'tracker',
  }
}
export type Compare = ReturnType<typeof useCompare>

function useSide({ record, coverage }: Answer): Side | undefined {
  const { frameIndices, scene } = record ?? {}
  const levels = record?.config.levels
  return useMemo(
    () => (frameIndices && levels && scene ? { frameIndices, levels, scene, coverage } : undefined),
    [frameIndices, levels, scene, coverage],
  )
}

/** Number of the place that is picked, in the ranked list; -1 when none is. */
export function placeNumber(places: readonly Place[], picked: Picked | undefined): number {
  if (!picked) return -1
  return places.findIndex((place) => place.frameIndex === picked.frameIndex && place.objectA === picked.a && place.objectB === picked.b)
}
