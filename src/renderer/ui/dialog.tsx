// A dialog over the page: closes with escape, keeps the focus inside, gives it back.
import { X } from 'lucide-react'
import { Dialog as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { Button } from './button.tsx'
import { cn } from './class-names.ts'

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
  return (
    <Radix.Root open={open} onOpenChange={(next) => next || onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-black/45" />
        <Radix.Content
          aria-describedby={undefined}
          className={cn(
            'appear fixed left-1/2 top-[12vh] z-50 flex max-h-[76vh] w-[680px] max-w-[94vw] -translate-x-1/2 flex-col overflow-hidden rounded-lg border border-line2 bg-panel shadow-2xl shadow-black/40',
            className,
          )}
        >
          {bare ? (
            <Radix.Title className="sr-only">{title}</Radix.Title>
          ) : (
            <div className="flex h-10 shrink-0 items-center justify-between border-b border-line pl-4 pr-2">
              <Radix.Title className="font-medium">{title}</Radix.Title>
              <Radix.Close asChild>
                <Button kind="bare" size="icon" aria-label="Close">
                  <X size={15} aria-hidden />
                </Button>
              </Radix.Close>
            </div>
          )}
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
