// A chip: one fact about the machine or the queue, with its state as a mark.
import type { ReactNode } from 'react'
import { cn } from './class-names.ts'
import { type MarkedState, StateMark } from './state-mark.tsx'

export function Chip({
  state,
  children,
  title,
  className,
}: {
  readonly state?: MarkedState
  readonly children: ReactNode
  readonly title?: string
  readonly className?: string
}) {
  return (
    <span
      title={title}
      className={cn(
        'inline-flex h-6 min-w-0 items-center gap-1.5 rounded-md border border-line2 px-2 text-sm text-mut whitespace-nowrap',
        className,
      )}
    >
      {state && <StateMark state={state} />}
      <span className="truncate">{children}</span>
    </span>
  )
}
