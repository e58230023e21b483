// What two runs have in common: frames, stages and levels on which both can be asked the same; and what speaks against comparing them.
import type { CoverageModel } from '../../frame/coverage-model.ts'
import type { StageOfMasks } from '../../frame/frame-source.ts'

export type Side = {
  readonly frameIndices: readonly number[]
  readonly levels: readonly number[]
  readonly scene: { readonly framesPath: string; readonly name: string; readonly width: number; readonly height: number }
  readonly coverage: CoverageModel
}
export type CommonGround = {
  /** In order of work. */
  readonly stages: readonly StageOfMasks[]
  /** Ascending. */
  readonly levels: readonly number[]
  /** Frames that both selected, ascending; a candidate stage is written for few of them. */
  readonly frames: readonly number[]
  /** Frames that the runs selected one without the other. */
  readonly onlyA: number
  readonly onlyB: number
}

export function commonGround(a: Side, b: Side): CommonGround {
  const ofB = new Set(b.frameIndices)
  const frames = a.frameIndices.filter((frameIndex) => ofB.has(frameIndex)).sort((one, other) => one - other)
  return {
    stages: a.coverage.stages.filter((stage) => b.coverage.stages.includes(stage)),
    levels: a.levels.filter((level) => b.levels.includes(level)),
    frames,
    onlyA: a.frameIndices.length - frames.length,
    onlyB: b.frameIndices.length - frames.length,
  }
}

/** Frames of those that both stages have written. */
export function framesWithBoth(frames: readonly number[], stage: StageOfMasks, a: CoverageModel, b: CoverageModel): readonly number[] {
  const [inA, inB] = [a.framesOf(stage), b.framesOf(stage)]
  return frames.filter((frameIndex) => inA.has(frameIndex) && inB.has(frameIndex))
}

/** Why pixels of one frame cannot be laid over those of the other; undefined when they can. */
export function sizeProblem(a: Side['scene'], b: Side['scene']): string | undefined {
  if (a.width === b.width && a.height === b.height) return undefined
  return `A has frames of ${a.width} × ${a.height}, B of ${b.width} × ${b.height}`
}

/** The last part of a path tells a scene: the same frames may lie in different places on two machines. */
export function sceneNote(a: Side['scene'], b: Side['scene']): string | undefined {
  if (a.framesPath === b.framesPath || a.name === b.name) return undefined
  return `A is of ${a.name}, B of ${b.name}`
}
