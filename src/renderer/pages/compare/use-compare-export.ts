// A comparison that is written into a folder: how far it is, what was written, or why it ended; it stops when nobody looks on any more.
import { useEffect, useRef, useState } from 'react'
import type { AnswerRef, CompareExport } from '#api/api'
import { type EngineCalls, faultFromCall } from '#api/client'
import { useHost } from '../../host/host.tsx'
import type { ShownFault } from '../../ui/fault-card.tsx'
import type { Compare } from './use-compare.ts'

export type CompareStep = Awaited<ReturnType<EngineCalls['compare']['export']>> extends AsyncIterable<infer T> ? T : never

export function useCompareExport() {
  const { link } = useHost()
  const going = useRef<AbortController>(undefined)
  const [step, setStep] = useState<CompareStep>()
  const [fault, setFault] = useState<ShownFault>()
  const [isGoing, setGoing] = useState(false)
  useEffect(() => () => going.current?.abort(), [])
  const start = (compare: Compare, wish: Pick<CompareExport, 'what' | 'out' | 'most'>) => {
    const abort = new AbortController()
    going.current = abort
    setStep(undefined)
    setFault(undefined)
    setGoing(true)
    link
      .ask(async (call) => {
        for await (const next of await call.compare.export({ ...requestOf(compare), ...wish }, { signal: abort.signal }))
          if (next.fault) {
            setStep(undefined)
            setFault(next.fault)
          } else setStep(next)
      })
      .catch((error: unknown) => abort.signal.aborted || setFault(faultFromCall(error)))
      .finally(() => going.current === abort && setGoing(false))
  }
  return { start, stop: () => going.current?.abort(), step, fault, isGoing }
}

/** The answers with the letters of the page; a reference among them scores the others. */
function requestOf({ answers, shownLevels, ground, view }: Compare): Pick<CompareExport, 'answers' | 'levels' | 'truth' | 'onlyShared'> {
  const refs = answers.map(
    ({ reference, runId, stage }): AnswerRef => (reference === undefined ? { runId, stage: stage ?? 'tracker' } : { reference }),
  )
  const truth = answers.find(({ reference }) => reference !== undefined)?.reference
  const levels = shownLevels.length === ground?.levels.length ? [] : [...shownLevels]
  return { answers: refs, levels, onlyShared: view.onlyShared === true, ...(truth === undefined ? {} : { truth }) }
}
