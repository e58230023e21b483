// The other answer as a text: a run, and after the last @ one of its stages.
import type { StageOfMasks } from '../../../frame/frame-source.ts'

export type BesideSource = {
  readonly runId: string
  /** Undefined: the furthest stage that the other run shares with what is looked at. */
  readonly stage: StageOfMasks | undefined
}

/** Undefined where nothing is chosen. Ids of runs may hold any letter, also an @. */
export function besideFromText(text: string): BesideSource | undefined {
  if (text === '') return undefined
  const [, runId, stage] = /^(.*)@(ssam|filter|tracker)$/s.exec(text) ?? []
  return runId !== undefined && runId !== '' && (stage === 'ssam' || stage === 'filter' || stage === 'tracker')
    ? { runId, stage }
    : { runId: text, stage: undefined }
}

export const textFromBeside = ({ runId, stage }: BesideSource): string => (stage === undefined ? runId : `${runId}@${stage}`)
