// What answers have in common: frames, stages and levels on which all can be asked the same; and what speaks against comparing them.
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
  /** Frames that all selected, ascending; a candidate stage is written for few of them. */
  readonly frames: readonly number[]
  /** For each answer, how many frames it selected that not all have. */
  readonly only: readonly number[]
}

/** At least one answer. */
export function commonGround(sides: readonly Side[]): CommonGround {
  const [first, ...others] = sides
  const selected = others.map(({ frameIndices }) => new Set(frameIndices))
  const frames = (first?.frameIndices ?? []).filter((frame) => selected.every((set) => set.has(frame))).sort((one, other) => one - other)
  return {
    stages: (first?.coverage.stages ?? []).filter((stage) => others.every(({ coverage }) => coverage.stages.includes(stage))),
    levels: (first?.levels ?? []).filter((level) => others.every(({ levels }) => levels.includes(level))),
    frames,
    only: sides.map(({ frameIndices }) => frameIndices.length - frames.length),
  }
}

/** What a pair is asked the same: an answer beside a reference at all of its levels, for a reference has none of its own. */
export function groundOfPair([a, b]: readonly [Side, Side], reference: 'a' | 'b' | undefined): CommonGround {
  const [one, other] = [reference === 'a' ? { ...a, levels: b.levels } : a, reference === 'b' ? { ...b, levels: a.levels } : b]
  return commonGround([one, other])
}

/** Of a run that still writes, only frames on which all of `levels` are there. */
export type WrittenPart = {
  readonly coverage: CoverageModel
  readonly stage: StageOfMasks | undefined
  readonly levels: readonly number[]
  readonly isGoing: boolean
}

/** Frames of those on which all have written something of their stage. */
export function framesWithAll(frames: readonly number[], parts: readonly Pick<WrittenPart, 'coverage' | 'stage'>[]): readonly number[] {
  const written = parts.map(({ coverage, stage }) => (stage === undefined ? new Set<number>() : coverage.framesOf(stage)))
  return frames.filter((frameIndex) => written.every((set) => set.has(frameIndex)))
}

/** Frames that will not be written again: what is matched there stays true. */
export function settledFrames(frames: readonly number[], parts: readonly WrittenPart[]): readonly number[] {
  const going = parts.filter(({ isGoing }) => isGoing)
  if (going.length === 0) return frames
  return frames.filter((frameIndex) =>
    going.every(({ coverage, stage, levels }) => {
      const there = stage === undefined ? [] : coverage.levelsAt(stage, frameIndex)
      return levels.every((level) => there.includes(level))
    }),
  )
}

/** Why pixels of one frame cannot be laid over those of the other; undefined when they can. */
export function sizeProblem(a: Side['scene'], b: Side['scene'], names: readonly [string, string] = ['A', 'B']): string | undefined {
  if (a.width === b.width && a.height === b.height) return undefined
  return `${names[0]} has frames of ${a.width} × ${a.height}, ${names[1]} of ${b.width} × ${b.height}`
}

/** The last part of a path tells a scene: the same frames may lie in different places on two machines. */
export function sceneNote(a: Side['scene'], b: Side['scene'], names: readonly [string, string] = ['A', 'B']): string | undefined {
  if (a.framesPath === b.framesPath || a.name === b.name) return undefined
  return `${names[0]} is of ${a.name}, ${names[1]} of ${b.name}`
}
