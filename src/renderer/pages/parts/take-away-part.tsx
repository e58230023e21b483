// One section of a dialog of taking away: what is taken away, a sentence about it, and its controls.
import type { ReactNode } from 'react'

export function Part({ title, hint, children }: { readonly title: string; readonly hint: string; readonly children: ReactNode }) {
  return (
    <section aria-label={title} className="px-4 py-3">
      <h3 className="font-medium">{title}</h3>
      <p className="mb-2 text-sm text-mut">{hint}</p>
      {children}
    </section>
  )
}
