// A number as text: what is typed stays as typed, and only what is a number becomes one.
import { useEffect, useState } from 'react'
import { TextInput } from '../../ui/field.tsx'

export function NumberInput({
  id,
  label,
  value,
  isInvalid,
  describedBy,
  testId,
  className,
  onChange,
}: {
  readonly id?: string | undefined
  readonly label?: string
  readonly value: unknown
  readonly isInvalid: boolean
  readonly describedBy?: string
  readonly testId?: string
  readonly className?: string
  /** NaN when the text is no number, so that the schema can say so. */
  readonly onChange: (value: number) => void
}) {
  const [text, setText] = useState(textOf(value))
  // A value that comes from elsewhere (a preset) replaces the text; one that the text already means does not.
  useEffect(() => setText((now) => (Object.is(numberFrom(now), value) ? now : textOf(value))), [value])
  return (
    <TextInput
      id={id}
      data-testid={testId}
      inputMode="decimal"
      aria-label={label}
      title={label}
      aria-invalid={isInvalid}
      aria-describedby={describedBy}
      value={text}
      onChange={(event) => {
        setText(event.target.value)
        onChange(numberFrom(event.target.value))
      }}
      className={className}
    />
  )
}

const textOf = (value: unknown): string => (typeof value === 'number' && !Number.isNaN(value) ? String(value) : '')
const numberFrom = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text))
