// The other answer of the panel that compares: its run, its stage, and its frame at the playhead.
import { useMemo } from 'react'
import { useView } from '../../../state/services.tsx'
import { sizeProblem } from '../../compare/common-ground.ts'
import { type Answer, useAnswer } from '../../compare/use-answer.ts'
import { type ShownSide, usePairFrames } from '../../compare/use-pair-frames.ts'
import type { Browse } from '../use-browse.ts'
import { besideFromText } from './beside-source.ts'

const nothing: readonly never[] = []

export function useBeside(browse: Browse) {
  const source = besideFromText(useView((state) => state.beside))
  const own = useAnswer('a', browse.runId, browse.runId)
  const other = useAnswer('b', source?.runId ?? '', browse.runId)
  const stages = other?.coverage.stages ?? nothing
  // Alike where it can be: what is looked at decides which stage of another run is shown.
  const stage = source?.stage ?? stages.find((one) => one === browse.stage) ?? stages.at(-1)
  const side: ShownSide | undefined = useMemo(() => other && { ...other, stage }, [other, stage])
  const sides = useMemo(() => (side ? [side] : nothing), [side])
  const frameIndex = browse.position === undefined ? undefined : browse.run.frameIndices[browse.position]
  const at = frameIndex === undefined ? undefined : other?.ground?.frameIndices.indexOf(frameIndex)
  const isThere = at !== undefined && at >= 0
  const problem = own?.ground && other?.ground ? sizeProblem(own.ground.scene, other.ground.scene, ['this run', 'the other']) : undefined
  const frames = usePairFrames(sides, other?.ground?.frameIndices ?? nothing, isThere && problem === undefined ? at : undefined)
  const found = frames.group?.[0]
  const here = browse.frames.shown
  const levels = useMemo(() => levelsOf(other, browse.shownLevels), [other, browse.shownLevels])
  const isSameFrame = found !== undefined && here !== undefined && found.picture.frameIndex === here.picture.frameIndex
  const group = useMemo(() => (isSameFrame ? [here, found] : undefined), [isSameFrame, here, found])
  return {
    source,
    other,
    stage,
    levels,
    group,
    /** A stage looks at few of the frames: nothing there is no answer that there is nothing. */
    isWritten: stage !== undefined && frameIndex !== undefined && (other?.coverage.levelsAt(stage, frameIndex).length ?? 0) > 0,
    fault: other?.refused ?? other?.coverageFault ?? frames.fault?.fault,
    /** Why there is no picture, in words; undefined while there is one, or it is on its way. */
    words: problem ?? wordsWithout(other, stage, frameIndex, isThere),
  }
}
export type Beside = ReturnType<typeof useBeside>

/** Those that are looked at, as far as the other has them; all of its own where it has none of these. */
function levelsOf(other: Answer | undefined, shown: readonly number[]): readonly number[] {
  const all = other?.ground?.levels ?? nothing
  const shared = shown.filter((level) => all.includes(level))
  return shared.length > 0 ? shared : all
}

function wordsWithout(other: Answer | undefined, stage: string | undefined, frameIndex: number | undefined, isThere: boolean) {
  if (!other?.ground || !other.isCoverageKnown || frameIndex === undefined) return undefined
  if (stage === undefined) return `${other.name} has written no masks yet.`
  return isThere ? undefined : `${other.name} has no frame ${frameIndex}.`
}
