// A key as it is written on screen.
import type { ReactNode } from 'react'

export function Kbd({ children }: { readonly children: ReactNode }) {
  return <kbd className="rounded border border-line2 px-1.5 font-mono text-[10.5px] leading-4 text-dim whitespace-nowrap">{children}</kbd>
}

export const isMac = (): boolean => /mac/i.test(navigator.platform)
