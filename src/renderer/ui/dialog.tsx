// A dialog over the page: closes with escape, keeps the focus inside, gives it back.
import { X } from 'lucide-react'
import { Dialog as Radix } from 'radix-ui'
import { type ReactNode, useRef } from 'react'
import { Button } from './button.tsx'
import { cn } from './class-names.ts'

const field = ':is(input:not([type=radio], [type=checkbox], [type=range], [type=hidden], [type=file]), textarea, select):not(:disabled)'
const mainAct = 'button[data-kind=primary]:not(:disabled)'

export function Dialog({
  open,
  onClose,
  title,
  children,
  className,
  bare = false,
}: {
  readonly open: boolean
  readonly onClose: () => void
  readonly title: string
  readonly children: ReactNode
  readonly className?: string
  /** Without a head; the title is for screen readers only. */
  readonly bare?: boolean
}) {
  const body = useRef<HTMLDivElement>(null)
  return (
    <Radix.Root open={open} onOpenChange={(next) => next || onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-black/45" />
        <Radix.Content
          ref={body}
          // A field to write in, else the main act; where there is neither, the first thing that takes the focus.
          onOpenAutoFocus={(event) => {
            const first = body.current?.querySelector<HTMLElement>(field) ?? body.current?.querySelector<HTMLElement>(mainAct)
            if (!first) return
            event.preventDefault()
            first.focus()
          }}
          aria-describedby={undefined}
          className={cn(
            'appear fixed left-1/2 top-[12vh] z-50 flex max-h-[76vh] w-[680px] max-w-[94vw] -translate-x-1/2 flex-col overflow-hidden rounded-lg border border-line2 bg-panel shadow-2xl shadow-black/40',
            className,
          )}
        >
          {bare ? (
            <Radix.Title className="sr-only">{title}</Radix.Title>
          ) : (
            <div className="flex h-10 shrink-0 items-center border-b border-line pl-4 pr-10">
              <Radix.Title className="font-medium">{title}</Radix.Title>
            </div>
          )}
          {children}
          {!bare && (
            <Radix.Close asChild>
              <Button kind="bare" size="icon" aria-label="Close" className="absolute right-2 top-2">
                <X size={15} aria-hidden />
              </Button>
            </Radix.Close>
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
