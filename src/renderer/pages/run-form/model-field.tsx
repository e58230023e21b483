// The model of a stage: one of the store whose role fits, or a file or folder of the machine that computes.
import { useState } from 'react'
import type { ModelRow } from '#api/models-api'
import { formatBytes } from '#core/base/format'
import type { ModelRole } from '#core/model/model-entry'
import { isModelPath } from '#core/model/usable-model'
import { rolesOfStage } from '#core/run/model-wishes'
import { useFollowShelf, useShelf } from '../../state/model-queries.ts'
import { Button } from '../../ui/button.tsx'
import { Select } from '../../ui/field.tsx'
import { roleWords, stateOfRow } from '../models/model-words.ts'
import { PathField } from './path-field.tsx'

const fileChoice = ' file'

export function ModelField({
  id,
  describedBy,
  isInvalid,
  stage,
  value,
  backend,
  onChange,
  onBackend,
}: {
  readonly id: string
  readonly describedBy: string
  readonly isInvalid: boolean
  readonly stage: string
  readonly value: string
  readonly backend: unknown
  readonly onChange: (next: string) => void
  readonly onBackend: (next: string) => void
}) {
  useFollowShelf()
  const shelf = useShelf().data
  const [wantsFile, setWantsFile] = useState(false)
  const fitting = fittingModels(shelf?.models ?? [], stage)
  // A path that is being typed does not look like one yet.
  const isFile = wantsFile || isModelPath(value)
  const isUnknown = value !== '' && !isFile && shelf !== undefined && !fitting.some(({ entry }) => entry.id === value)
  return (
    <>
      <Select
        id={id}
        aria-describedby={describedBy}
        aria-invalid={isInvalid}
        data-testid={`setting-stages.${stage}.model`}
        className="max-w-full"
        value={isFile ? fileChoice : value}
        onChange={(event) => {
          const next = event.target.value
          setWantsFile(next === fileChoice)
          onChange(next === fileChoice ? '' : next)
        }}
      >
        <option value="">none</option>
        {fitting.map((model) => (
          <option key={model.entry.id} value={model.entry.id} disabled={!isUsable(model)}>
            {wordsOf(model)}
          </option>
        ))}
        {isUnknown && <option value={value}>{value}: no fitting model of the store</option>}
        <option value={fileChoice}>a file or folder…</option>
      </Select>
      {isFile && (
        <div className="mt-1.5">
          <PathField
            id={`${id}-file`}
            label={`File or folder of the model of ${stage}`}
            describedBy={describedBy}
            isInvalid={isInvalid}
            title="File of a model"
            value={value}
            wish="file"
            onChange={onChange}
          />
        </div>
      )}
      {shelf && fitting.length === 0 && !isFile && (
        <p className="mt-1 text-sm text-mut">
          The store has no{' '}
          {rolesOfStage(stage)
            .map((role: ModelRole) => roleWords[role])
            .join(' or ')}{' '}
          yet.{' '}
          <a href="#/models" className="text-acc underline underline-offset-2">
            Models
          </a>{' '}
          tells how to get one.
        </p>
      )}
      {value !== '' && backend === 'builtin' && (
        <p role="status" className="mt-1 flex flex-wrap items-center gap-2 text-sm text-warn">
          Not used while the backend is builtin.
          <Button size="s" data-testid={`use-onnx-stages.${stage}`} onClick={() => onBackend('onnx')}>
            Run it: backend onnx
          </Button>
        </p>
      )}
    </>
  )
}

/** A choice that appends a model, or the built-in backend, to the list of fallbacks. */
export function FallbackChoice({
  stage,
  value,
  onChange,
}: {
  readonly stage: string
  readonly value: readonly string[]
  readonly onChange: (next: readonly string[]) => void
}) {
  const fitting = fittingModels(useShelf().data?.models ?? [], stage).filter((model) => isUsable(model) && !value.includes(model.entry.id))
  // What stands behind the built-in backend would never be tried.
  const isEnded = value.includes('builtin')
  return (
    <Select
      aria-label={`Add a fallback of ${stage}`}
      data-testid={`add-stages.${stage}.fallbacks`}
      className="mt-1.5 max-w-full"
      value=""
      disabled={isEnded}
      onChange={(event) => onChange([...value, event.target.value])}
    >
      <option value="">{isEnded ? 'builtin ends the list' : 'add…'}</option>
      {fitting.map((model) => (
        <option key={model.entry.id} value={model.entry.id}>
          {wordsOf(model)}
        </option>
      ))}
      <option value="builtin">builtin: the backend without weights</option>
    </Select>
  )
}

function fittingModels(models: readonly ModelRow[], stage: string): readonly ModelRow[] {
  const roles = rolesOfStage(stage)
  return models.filter(({ entry }) => roles.includes(entry.role))
}

const isUsable = ({ state }: ModelRow) => state === 'ready' || state === 'unrecorded'

function wordsOf(model: ModelRow): string {
  const { entry, sizeBytes } = model
  const why = isUsable(model) ? '' : `: ${stateOfRow(model).words}`
  return `${entry.id}, ${roleWords[entry.role]}, ${entry.family}, ${formatBytes(sizeBytes)}${why}`
}
