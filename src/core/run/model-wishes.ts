// Which models the settings of a run ask for, stage by stage, before anybody looked whether they are there.
import { isModelPath } from '../model/usable-model.ts'
import type { ResolutionRequest } from '../model/resolve.ts'
import type { RunConfig } from './run-config.ts'

/** A request without what was found; `where` is the setting to change. */
export type ModelWish = Omit<ResolutionRequest, 'found'> & { readonly where: string }

const builtin = 'builtin'

const roles: Readonly<Record<string, ModelWish['roles']>> = {
  ssam: ['instanceSegmenter', 'promptableSegmenter', 'detector'],
  tracker: ['videoTracker'],
}

/** What a model has to be for a stage; empty for stages that carry none. */
export function rolesOfStage(stage: string): ModelWish['roles'] {
  return roles[stage] ?? []
}

/** Of stages whose backend carries a model; a stage on its built-in backend wishes for none. */
export function modelWishes({ stages: { ssam, tracker } }: RunConfig): ModelWish[] {
  return [
    ...(ssam.backend === builtin ? [] : [wishOf('ssam', ssam.model, ssam.fallbacks)]),
    ...(tracker.backend === builtin ? [] : [wishOf('tracker', tracker.model, tracker.fallbacks)]),
  ]
}

/** What stands after `builtin` is never tried, for the built-in backend is always there. */
function wishOf(stage: string, chosen: string, fallbacks: readonly string[]): ModelWish {
  const end = fallbacks.indexOf(builtin)
  return {
    stage,
    roles: rolesOfStage(stage),
    chosen,
    fallbacks: end < 0 ? fallbacks : fallbacks.slice(0, end),
    ...(end >= 0 && { builtin }),
    where: `stages.${stage}.model`,
  }
}

/** The settings with paths of models made absolute by `absolute`; names in the store stay as they are. */
export function withModelPaths(stages: RunConfig['stages'], absolute: (path: string) => string): RunConfig['stages'] {
  const placed = (nameOrPath: string) => (isModelPath(nameOrPath) ? absolute(nameOrPath) : nameOrPath)
  const within = <T extends { readonly model: string; readonly fallbacks: string[] }>(stage: T): T => ({
    ...stage,
    model: placed(stage.model),
    fallbacks: stage.fallbacks.map(placed),
  })
  return { ...stages, ssam: within(stages.ssam), tracker: within(stages.tracker) }
}
