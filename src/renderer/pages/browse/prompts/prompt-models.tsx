// Which model answers clicks, and on which device: what the engine takes by itself, any promptable model of the store, or the built-in segmenter.
import type { FaultNote } from '#core/base/fault'
import { sentenceOfFault } from '#core/base/fault'

/** As the engine names the segmenter without weights. */
export const builtinModel = 'built-in'

export type PromptModelsProps = {
  /** Undefined until it is known. */
  readonly models:
    | { readonly names: readonly string[]; readonly used: string; readonly device: string; readonly builtinDevice: string }
    | undefined
  readonly modelsFault: FaultNote | undefined
  /** What a person chose; undefined: what the engine takes. */
  readonly model: string | undefined
  /** Empty: what the engine takes. */
  readonly onModel: (model: string) => void
}

export function PromptModels({ models, modelsFault, model, onModel }: PromptModelsProps) {
  if (modelsFault)
    return (
      <span role="alert" className="text-warn">
        Models cannot be listed: {sentenceOfFault(modelsFault).message}
      </span>
    )
  if (!models) return null
  const now = model ?? models.used
  return (
    <label className="inline-flex items-center gap-1.5 text-mut">
      Model
      <select
        data-testid="prompt-model"
        aria-label="Model that answers clicks"
        className="h-6 max-w-[180px] rounded-md border border-line2 bg-panel px-1 text-txt"
        value={model ?? ''}
        onChange={(event) => onModel(event.target.value)}
      >
        <option value="">{models.used}, by itself</option>
        {models.names.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
        <option value={builtinModel}>built-in, without weights</option>
      </select>
      <span data-testid="prompt-device">on {now === builtinModel ? models.builtinDevice : models.device}</span>
    </label>
  )
}
