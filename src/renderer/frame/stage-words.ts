// How the stages of masks are called where a person chooses between them.
import type { StageOfMasks } from './frame-source.ts'

export function wordOfStage(stage: StageOfMasks): string {
  return { ssam: 'Candidates', filter: 'Kept', tracker: 'Tracked' }[stage]
}
