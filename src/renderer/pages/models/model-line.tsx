// One line of the list of models: its mark, its name, what it is, and a figure or word at the end.
import { cn } from '../../ui/class-names.ts'
import { type MarkedState, StateMark } from '../../ui/state-mark.tsx'

export function ModelLine({
  id,
  mark,
  title,
  words,
  end,
  isSelected,
  onSelect,
  testId,
}: {
  readonly id: string
  readonly mark: MarkedState
  readonly title: string
  readonly words: string
  readonly end: string
  readonly isSelected: boolean
  readonly onSelect: (id: string) => void
  readonly testId: string
}) {
  return (
    <li>
      <button
        type="button"
        data-line
        data-testid={testId}
        data-model={id}
        aria-current={isSelected}
        onClick={() => onSelect(id)}
        className={cn(
          'flex h-11 w-full items-center gap-2.5 border-b border-line px-3 text-left focus-visible:-outline-offset-2',
          isSelected ? 'bg-[color-mix(in_srgb,var(--acc)_12%,transparent)]' : 'hover:bg-panel',
        )}
      >
        <StateMark state={mark} />
        <span className="min-w-0 flex-1">
          <span className="block truncate" title={title}>
            {title}
          </span>
          <span className="block truncate text-sm text-mut" title={words}>
            {words}
          </span>
        </span>
        <span className="shrink-0 text-sm text-mut">{end}</span>
      </button>
    </li>
  )
}
