// A slider with its name and value beside it.
import { Slider as Radix } from 'radix-ui'

export function Slider({
  label,
  value,
  onChange,
  min = 0,
  max = 1,
  step = 0.05,
  title,
  isWordy = true,
  isNamed = true,
}: {
  readonly label: string
  readonly value: number
  readonly onChange: (value: number) => void
  readonly min?: number
  readonly max?: number
  readonly step?: number
  readonly title?: string
  /** False: on narrow windows the name is left to the tooltip. */
  readonly isWordy?: boolean
  /** False: its name stands elsewhere. */
  readonly isNamed?: boolean
}) {
  return (
    <span className="inline-flex items-center gap-2 text-sm text-mut" title={title}>
      {isNamed && <span className={isWordy ? '' : 'max-[1500px]:hidden'}>{label}</span>}
      <Radix.Root
        className="relative flex h-4 w-[68px] items-center"
        value={[value]}
        min={min}
        max={max}
        step={step}
        onValueChange={([next]) => next !== undefined && onChange(next)}
      >
        <Radix.Track className="relative h-[3px] grow rounded-sm bg-line2">
          <Radix.Range className="absolute h-full rounded-sm bg-mut" />
        </Radix.Track>
        <Radix.Thumb aria-label={label} className="block size-2.5 rounded-full bg-txt" />
      </Radix.Root>
    </span>
  )
}
