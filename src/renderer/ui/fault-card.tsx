// The fault card: what happened and why, what to do, and the details to copy. Lives inside the panel that failed.
import { TriangleAlert } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { isFaultCode, sentenceOfFault } from '#core/base/fault'
import { Button } from './button.tsx'
import { cn } from './class-names.ts'

export type ShownFault = { readonly code: string; readonly params: Readonly<Record<string, string | number>> }

/** A code of a newer engine is shown as it is: a page never hides a fault that it does not know. */
export function wordsOfFault(fault: ShownFault): { readonly title: string; readonly message: string; readonly remedy: string } {
  if (isFaultCode(fault.code)) return sentenceOfFault({ code: fault.code, params: fault.params })
  return { title: fault.code, message: 'This page does not know that fault.', remedy: 'Reload the page; it may be older than the engine.' }
}

export function FaultCard({
  fault,
  details,
  children,
  className,
}: {
  readonly fault: ShownFault
  readonly details?: string
  readonly children?: ReactNode
  readonly className?: string
}) {
  const [isCopied, setCopied] = useState(false)
  const { title, message, remedy } = wordsOfFault(fault)
  const copy = () => {
    const text = [`${fault.code}: ${message}`, remedy, JSON.stringify(fault.params), details ?? ''].filter((part) => part !== '').join('\n')
    navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => setCopied(false),
    )
  }
  return (
    <section
      role="alert"
      data-testid="fault-card"
      className={cn('border-l-2 border-bad bg-[color-mix(in_srgb,var(--bad)_8%,transparent)] px-4 py-3', className)}
    >
      <h3 className="flex items-center gap-2 font-medium">
        <TriangleAlert size={15} className="shrink-0 text-bad" aria-hidden />
        {title}
      </h3>
      <p className="mt-1 max-w-[75ch] break-words">{message}</p>
      <p className="mt-1 max-w-[75ch] break-words text-mut">{remedy}</p>
      <div className="mt-2.5 flex flex-wrap items-center gap-2">
        {children}
        <Button size="s" onClick={copy}>
          {isCopied ? 'Copied' : 'Copy details'}
        </Button>
        <code className="font-mono text-2xs text-dim">{fault.code}</code>
      </div>
    </section>
  )
}
