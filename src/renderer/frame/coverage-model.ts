// Which frames can be looked at: per stage and level, from the coverage that the engine tells.
import type { StageCoverage } from '#api/api'
import type { StageOfMasks } from './frame-source.ts'

export type CoverageModel = {
  /** Stages that wrote something, in order of work. */
  readonly stages: readonly StageOfMasks[]
  levelsAt(stage: StageOfMasks, frameIndex: number): readonly number[]
  /** Frames with any level written. */
  framesOf(stage: StageOfMasks): ReadonlySet<number>
}

const order: readonly StageOfMasks[] = ['ssam', 'filter', 'tracker']

export function coverageModel(coverage: readonly StageCoverage[]): CoverageModel {
  const levels = new Map<string, number[]>()
  const frames = new Map<StageOfMasks, Set<number>>()
  for (const one of [...coverage].sort((a, b) => a.level - b.level))
    for (const frameIndex of one.frameIndices) {
      const key = `${one.stage} ${frameIndex}`
      const known = levels.get(key)
      if (known) known.push(one.level)
      else levels.set(key, [one.level])
      const set = frames.get(one.stage)
      if (set) set.add(frameIndex)
      else frames.set(one.stage, new Set([frameIndex]))
    }
  return {
    stages: order.filter((stage) => frames.has(stage)),
    levelsAt: (stage, frameIndex) => levels.get(`${stage} ${frameIndex}`) ?? [],
    framesOf: (stage) => frames.get(stage) ?? new Set(),
  }
}

/** Inclusive ranges of positions for which `isIn` holds. */
export function rangesOfPositions(count: number, isIn: (position: number) => boolean): (readonly [first: number, last: number])[] {
  const ranges: [number, number][] = []
  for (let position = 0; position < count; position += 1) {
    if (!isIn(position)) continue
    const last = ranges.at(-1)
    if (last && last[1] === position - 1) last[1] = position
    else ranges.push([position, position])
  }
  return ranges
}

/** Position of the selected frame nearest to a frame index; a link may name one that is not among them. */
export function nearestPosition(frameIndices: readonly number[], frameIndex: number): number {
  let best = 0
  for (let i = 1; i < frameIndices.length; i += 1)
    if (Math.abs(frameIndices[i]! - frameIndex) < Math.abs(frameIndices[best]! - frameIndex)) best = i
  return best
}
