// Levels as six switches; what is chosen always ascends.
import { cn } from '../../ui/class-names.ts'

export function LevelChips({
  id,
  levels,
  onChange,
}: {
  readonly id: string
  readonly levels: unknown
  readonly onChange: (levels: number[]) => void
}) {
  const chosen = Array.isArray(levels) ? levels.filter((one): one is number => typeof one === 'number') : []
  return (
    <div className="flex gap-1.5">
      {[1, 2, 3, 4, 5, 6].map((level, i) => {
        const isOn = chosen.includes(level)
        return (
          <button
            key={level}
            id={i === 0 ? id : undefined}
            type="button"
            data-testid={`form-level-${level}`}
            aria-label={`Level ${level}`}
            aria-pressed={isOn}
            onClick={() => onChange(isOn ? chosen.filter((one) => one !== level) : [...chosen, level].sort((a, b) => a - b))}
            className={cn(
              'h-7 w-9 rounded-md border border-line2 text-mut hover:border-dim',
              isOn && 'border-acc bg-[color-mix(in_srgb,var(--acc)_16%,transparent)] text-txt',
            )}
          >
            {level}
          </button>
        )
      })}
    </div>
  )
}
