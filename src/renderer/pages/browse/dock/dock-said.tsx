// What the dock has to say: what was undone, which part of an address could not be followed, why a file was refused.
import { X } from 'lucide-react'
import { useEffect } from 'react'
import { useStore } from 'zustand'
import { useServices } from '../../../state/services.tsx'
import { Button } from '../../../ui/button.tsx'
import { FaultCard } from '../../../ui/fault-card.tsx'

const doneMs = 2600

export function DockSaid() {
  const { mirror } = useServices()
  const said = useStore(mirror.store, (state) => state.said)
  useEffect(() => {
    if (said?.kind !== 'done') return
    const timer = setTimeout(() => mirror.tell(undefined), doneMs)
    return () => clearTimeout(timer)
  }, [said, mirror])
  const close = (
    <Button kind="bare" size="icon" aria-label="Close" className="shrink-0" onClick={() => mirror.tell(undefined)}>
      <X size={14} aria-hidden />
    </Button>
  )
  return (
    <div role="status" data-testid="dock-said" className="pointer-events-none absolute inset-x-0 bottom-3 z-30 flex justify-center px-3">
      {said && (
        <div className="appear pointer-events-auto flex max-w-[640px] items-start gap-2 rounded-md border border-line2 bg-panel py-1 pr-1 pl-3 text-sm">
          {said.kind === 'fault' ? (
            <FaultCard fault={said.fault} className="my-1 min-w-0" />
          ) : (
            <p className="py-[3px] pr-2">{said.words}</p>
          )}
          {said.kind !== 'done' && close}
        </div>
      )}
    </div>
  )
}
