// A choice of one among a few, all of them in sight.
import { ToggleGroup } from 'radix-ui'
import type { ReactNode } from 'react'
import { cn } from './class-names.ts'

export type Choice<T extends string> = {
  readonly value: T
  readonly label: ReactNode
  readonly title?: string
  readonly disabled?: boolean
  readonly testId?: string
}

export function Segmented<T extends string>({
  label,
  value,
  choices,
  onChange,
  className,
}: {
  readonly label: string
  readonly value: T
  readonly choices: readonly Choice<T>[]
  readonly onChange: (value: T) => void
  readonly className?: string
}) {
  const pick = (next: string) => {
    const choice = choices.find((one) => one.value === next)
    if (choice) onChange(choice.value)
  }
  return (
    <ToggleGroup.Root
      type="single"
      value={value}
      onValueChange={pick}
      aria-label={label}
      className={cn('inline-flex h-6 shrink-0 items-stretch overflow-clip rounded-md border border-line2 text-sm text-mut', className)}
    >
      {choices.map((choice) => (
        <ToggleGroup.Item
          key={choice.value}
          value={choice.value}
          disabled={choice.disabled ?? false}
          title={choice.title}
          data-testid={choice.testId}
          className="border-r border-line2 px-2.5 last:border-r-0 enabled:hover:text-txt disabled:opacity-40 data-[state=on]:bg-raise data-[state=on]:text-txt focus-visible:-outline-offset-2"
        >
          {choice.label}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  )
}
