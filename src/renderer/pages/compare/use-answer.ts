// One of the two runs that are compared: its record, and what it has written so far.
import { useMemo } from 'react'
import { coverageModel } from '../../frame/coverage-model.ts'
import { useCoverage } from '../../state/queries.ts'
import { useRun } from '../../state/services.tsx'
import { useThrottled } from '../../state/use-throttled.ts'

const none: readonly never[] = []

export function useAnswer(runId: string) {
  const { record, refused } = useRun(runId, (one) => ({ record: one?.record, refused: one?.refused }))
  const artifacts = useThrottled(
    useRun(runId, (one) => Object.values(one?.artifactCounts ?? {}).reduce((sum, count) => sum + count, 0)),
    2500,
  )
  const answer = useCoverage(runId, artifacts)
  const coverage = useMemo(() => coverageModel(answer.data ?? none), [answer.data])
  return { runId, record, refused, coverage, isCoverageKnown: answer.isSuccess, coverageFault: answer.error ?? undefined }
}
export type Answer = ReturnType<typeof useAnswer>
