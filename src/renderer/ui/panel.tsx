// Panels are regions between hairlines: a head of 30 px, then what they hold. No boxes in boxes.
import type { ReactNode } from 'react'
import { cn } from './class-names.ts'

export function PanelHead({
  title,
  note,
  children,
  className,
}: {
  readonly title: ReactNode
  readonly note?: ReactNode
  readonly children?: ReactNode
  readonly className?: string
}) {
  return (
    <div
      className={cn('flex h-[30px] shrink-0 items-center gap-2 border-b border-line px-3 text-xs text-mut whitespace-nowrap', className)}
    >
      <h2 className="text-sm font-medium text-txt">{title}</h2>
      {note !== undefined && <span className="truncate">{note}</span>}
      <span className="flex-1" />
      {children}
    </div>
  )
}

/** A list of facts: name left, value right of it. */
export function Facts({ children, className }: { readonly children: ReactNode; readonly className?: string }) {
  return <dl className={cn('grid grid-cols-[92px_minmax(0,1fr)] gap-x-2 gap-y-[3px] px-3 py-2 text-[12.5px]', className)}>{children}</dl>
}

export function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt className="text-mut">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  )
}

export function ProgressBar({
  done,
  total,
  tone = 'run',
  label,
}: {
  readonly done: number
  readonly total: number
  readonly tone?: 'run' | 'ok' | 'warn' | 'bad' | 'mut'
  readonly label: string
}) {
  const share = total > 0 ? Math.min(1, done / total) : 0
  const tones = { run: 'bg-run', ok: 'bg-ok', warn: 'bg-warn', bad: 'bg-bad', mut: 'bg-dim' }
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={total}
      aria-valuenow={done}
      className="h-[3px] overflow-hidden rounded-sm bg-line2"
    >
      <div className={cn('h-full origin-left', tones[tone])} style={{ width: `${share * 100}%` }} />
    </div>
  )
}
