// The settings of one stage or of the whole run, folded until someone wants them; drawn from the schema.
import { Checkbox } from 'radix-ui'
import { Check, ChevronRight } from 'lucide-react'
import { useState } from 'react'
import { FieldFrame, Select, TextInput } from '../../ui/field.tsx'
import { type FormValue, valueAt } from './form-value.ts'
import { DeviceSelect } from './device-select.tsx'
import { NumberInput } from './number-input.tsx'
import { FallbackChoice, ModelField } from './model-field.tsx'
import { PathField } from './path-field.tsx'
import { type Field, type FieldGroup, stageOfModel } from './schema-fields.ts'

type FieldProps = {
  readonly value: FormValue
  readonly problems: ReadonlyMap<string, string>
  readonly onChange: (path: string, next: unknown) => void
}

/** `note`: what the settings of the group come to, below them. */
export function StageSettings({ group, note, ...rest }: { readonly group: FieldGroup; readonly note?: string | undefined } & FieldProps) {
  const changed = group.fields.filter((field) => !isStandard(valueAt(rest.value, field.path), field.standard))
  const isWrong = group.fields.some((field) => rest.problems.has(field.path))
  return (
    <details className="group border-b border-line" open={isWrong || undefined}>
      <summary className="flex h-9 list-none items-center gap-2 px-6 hover:bg-panel focus-visible:-outline-offset-2">
        <ChevronRight size={14} aria-hidden className="text-dim group-open:rotate-90" />
        <span className="font-medium">{group.title}</span>
        <span className="truncate text-sm text-mut">
          {isWrong ? (
            <span className="text-bad">something here is not valid</span>
          ) : changed.length === 0 ? (
            'as the defaults are'
          ) : (
            changed.map((field) => `${field.title.toLowerCase()} ${String(valueAt(rest.value, field.path))}`).join(' · ')
          )}
        </span>
      </summary>
      <div className="px-6 pb-3 pl-12">
        {group.fields.map((field) => (
          <div key={field.path} data-setting={field.path}>
            <SettingField field={field} {...rest} />
          </div>
        ))}
        {note !== undefined && (
          <p role="status" data-testid={`note-${group.id}`} className="pt-1 text-sm text-txt">
            {note}
          </p>
        )}
      </div>
    </details>
  )
}

function SettingField({ field, value, problems, onChange }: { readonly field: Field } & FieldProps) {
  const now = valueAt(value, field.path)
  const hint = [field.description, limitsOf(field)].filter((part) => part !== '').join(' · ')
  return (
    <FieldFrame title={field.title} hint={hint} problem={problems.get(field.path)}>
      {({ id, describedBy, isInvalid }) => {
        const shared = { id, 'aria-describedby': describedBy, 'data-testid': `setting-${field.path}` }
        switch (field.kind) {
          case 'switch':
            return (
              <Checkbox.Root
                {...shared}
                checked={now === true}
                onCheckedChange={(next) => onChange(field.path, next === true)}
                className="mt-1.5 flex size-4 items-center justify-center rounded border border-line2 bg-bg data-[state=checked]:border-acc data-[state=checked]:bg-acc"
              >
                <Checkbox.Indicator>
                  <Check size={12} strokeWidth={3} aria-hidden className="text-on-acc" />
                </Checkbox.Indicator>
              </Checkbox.Root>
            )
          case 'choice':
            return (
              <Select
                {...shared}
                value={String(now)}
                disabled={field.choices.length < 2}
                onChange={(event) => onChange(field.path, event.target.value)}
              >
                {field.choices.map((choice) => (
                  <option key={choice}>{choice}</option>
                ))}
              </Select>
            )
          case 'number':
            return (
              <span className="flex items-center gap-2">
                <NumberInput
                  id={id}
                  describedBy={describedBy}
                  testId={`setting-${field.path}`}
                  isInvalid={isInvalid}
                  value={now}
                  onChange={(next) => onChange(field.path, next)}
                  className="w-28"
                />
                {field.unit && <span className="text-sm text-mut">{field.unit}</span>}
              </span>
            )
          case 'device':
            return (
              <DeviceSelect
                {...shared}
                value={String(now ?? '')}
                isOfRun={field.path === 'device'}
                onChange={(next) => onChange(field.path, next)}
              />
            )
          case 'path':
            return (
              <PathField
                id={id}
                describedBy={describedBy}
                isInvalid={isInvalid}
                title={field.title}
                value={String(now ?? '')}
                wish="file"
                onChange={(next) => onChange(field.path, next)}
              />
            )
          case 'model': {
            const stage = stageOfModel(field.path) ?? ''
            const backend = `stages.${stage}.backend`
            return (
              <ModelField
                id={id}
                describedBy={describedBy}
                isInvalid={isInvalid}
                stage={stage}
                value={String(now ?? '')}
                backend={valueAt(value, backend)}
                onChange={(next) => onChange(field.path, next)}
                onBackend={(next) => onChange(backend, next)}
              />
            )
          }
          case 'models':
            return (
              <>
                <TextsInput {...shared} isInvalid={isInvalid} value={textsOf(now)} onChange={(next) => onChange(field.path, next)} />
                <FallbackChoice
                  stage={stageOfModel(field.path) ?? ''}
                  value={textsOf(now)}
                  onChange={(next) => onChange(field.path, next)}
                />
              </>
            )
          case 'texts':
            return <TextsInput {...shared} isInvalid={isInvalid} value={textsOf(now)} onChange={(next) => onChange(field.path, next)} />
          case 'text':
            return (
              <TextInput
                {...shared}
                aria-invalid={isInvalid}
                value={String(now ?? '')}
                onChange={(event) => onChange(field.path, event.target.value)}
              />
            )
        }
      }}
    </FieldFrame>
  )
}

/** Texts with commas between; what is typed stays as it is typed, the comma at its end included. */
function TextsInput({
  value,
  isInvalid,
  onChange,
  ...shared
}: {
  readonly id: string
  readonly value: readonly string[]
  readonly isInvalid: boolean
  readonly onChange: (next: readonly string[]) => void
}) {
  const [typed, setTyped] = useState('')
  return (
    <TextInput
      {...shared}
      aria-invalid={isInvalid}
      placeholder="none; commas between"
      value={textsFrom(typed).join() === value.join() ? typed : value.join(', ')}
      onChange={(event) => {
        setTyped(event.target.value)
        onChange(textsFrom(event.target.value))
      }}
    />
  )
}

const textsOf = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : [])
const textsFrom = (text: string): readonly string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')

/** A list that was emptied again is as the default is. */
const isStandard = (value: unknown, standard: unknown) =>
  value === standard || (Array.isArray(value) && Array.isArray(standard) && value.join() === standard.join())

function limitsOf({ least, most, standard, kind }: Field): string {
  const range =
    least !== undefined && most !== undefined
      ? `${least} to ${most}`
      : least !== undefined
        ? `${least} or more`
        : most !== undefined
          ? `${most} or less`
          : ''
  return [range, kind === 'number' ? `default ${String(standard)}` : ''].filter((part) => part !== '').join(', ')
}
