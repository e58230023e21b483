// An export that is going: how far it is, what it wrote, or why it ended; it stops when nobody looks on any more.
import { useEffect, useRef, useState } from 'react'
import type { EngineCalls } from '#api/client'
import { faultFromCall } from '#api/client'
import { useHost } from '../host/host.tsx'
import type { ShownFault } from '../ui/fault-card.tsx'

export type ExportRequest = Parameters<EngineCalls['runs']['export']>[0]
export type ExportStep = Awaited<ReturnType<EngineCalls['runs']['export']>> extends AsyncIterable<infer T> ? T : never

export function useExport() {
  const { link } = useHost()
  const going = useRef<AbortController>(undefined)
  const [step, setStep] = useState<ExportStep | undefined>(undefined)
  const [fault, setFault] = useState<ShownFault | undefined>(undefined)
  const [isGoing, setGoing] = useState(false)
  const stop = () => going.current?.abort()
  useEffect(() => () => going.current?.abort(), [])
  const start = (request: ExportRequest) => {
    const abort = new AbortController()
    going.current = abort
    setStep(undefined)
    setFault(undefined)
    setGoing(true)
    link
      .ask(async (call) => {
        for await (const next of await call.runs.export(request, { signal: abort.signal }))
          if (next.fault) {
            setStep(undefined)
            setFault(next.fault)
          } else setStep(next)
      })
      .catch((error: unknown) => abort.signal.aborted || setFault(faultFromCall(error)))
      .finally(() => going.current === abort && setGoing(false))
  }
  return { start, stop, step, fault, isGoing }
}
