// Fields: a name, a control, a hint, and what is wrong with it in words, tied together for every reader.
import { type ComponentProps, type ReactNode, useId } from 'react'
import { cn } from './class-names.ts'

export function FieldFrame({
  title,
  hint,
  problem,
  children,
  className,
}: {
  readonly title: string
  readonly hint?: ReactNode
  readonly problem?: string | undefined
  readonly className?: string
  readonly children: (ids: { readonly id: string; readonly describedBy: string; readonly isInvalid: boolean }) => ReactNode
}) {
  const id = useId()
  return (
    <div className={cn('grid grid-cols-[190px_minmax(0,1fr)] items-start gap-x-4 gap-y-1 py-1.5 max-[760px]:grid-cols-1', className)}>
      <label htmlFor={id} className="pt-[5px] text-mut">
        {title}
      </label>
      <div className="min-w-0">
        {children({ id, describedBy: `${id}-words`, isInvalid: problem !== undefined })}
        <div id={`${id}-words`} className="text-sm">
          {problem !== undefined && (
            <p role="alert" className="mt-1 text-bad">
              {problem}
            </p>
          )}
          {hint !== undefined && hint !== '' && <div className="mt-1 text-mut">{hint}</div>}
        </div>
      </div>
    </div>
  )
}

const box = 'h-7 rounded-md border border-line2 bg-bg px-2 text-base aria-invalid:border-bad disabled:opacity-50'

export function TextInput({ className, ...rest }: ComponentProps<'input'>) {
  return <input spellCheck={false} autoComplete="off" className={cn(box, 'w-full min-w-0', className)} {...rest} />
}

export function Select({ className, ...rest }: ComponentProps<'select'>) {
  return <select className={cn(box, 'min-w-32 pr-1', className)} {...rest} />
}
