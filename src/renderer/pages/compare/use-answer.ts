// One of the answers that are compared: a run and what it has written so far, or annotated masks as a run sees them.
import { useMemo } from 'react'
import { type CoverageModel, coverageModel } from '../../frame/coverage-model.ts'
import type { StageOfMasks } from '../../frame/frame-source.ts'
import { useCoverage, useReference } from '../../state/queries.ts'
import { referencePathOf, type SideName } from '../../state/route.ts'
import { useRun } from '../../state/services.tsx'
import { artifactsWritten } from '../../state/run-store.ts'
import { useRunNowAndThen } from '../../state/use-run-now-and-then.ts'
import type { RunRecord } from '#core/run/run'
import type { Fault } from '#core/base/fault'
import type { Side } from './common-ground.ts'

const none: readonly never[] = []
const allStages = ['ssam', 'filter', 'tracker'] as const

export type Answer = {
  readonly side: SideName
  /** As the address has it. */
  readonly source: string
  /** Folder of annotated masks; undefined for a run. */
  readonly reference: string | undefined
  /** The run that is asked for frames: its own, or the one whose frames the reference annotates. */
  readonly runId: string
  readonly name: string
  readonly record: RunRecord | undefined
  readonly refused: Fault | undefined
  readonly isGoing: boolean
  readonly coverage: CoverageModel
  readonly isCoverageKnown: boolean
  readonly coverageFault: Fault | undefined
  /** Undefined until it is known. */
  readonly ground: Side | undefined
}

/** An answer with the stage and the levels of it that are shown. */
export type ShownAnswer = Answer & {
  readonly stage: StageOfMasks | undefined
  readonly levels: readonly number[]
  /** Letter in capitals. */
  readonly letter: string
}

/** `anchor`: the first answer that is a run. Undefined where no answer is on that side. */
export function useAnswer(side: SideName, source: string, anchor: string): Answer | undefined {
  const reference = referencePathOf(source)
  const runId = source === '' ? '' : reference === undefined ? source : anchor
  const { record, refused } = useRun(runId, (one) => ({ record: one?.record, refused: one?.refused }))
  const artifacts = useRunNowAndThen(runId, artifactsWritten, 2500)
  const written = useCoverage(reference === undefined ? runId : '', artifacts)
  const annotated = useReference(reference, runId)
  const levels = record?.config.levels
  const coverage = useMemo(() => {
    if (reference === undefined) return coverageModel(written.data ?? none)
    const frameIndices = annotated.data?.frameIndices ?? []
    // Annotations know neither stage nor level: they are held against whatever the others show.
    return coverageModel(allStages.flatMap((stage) => (levels ?? none).map((level) => ({ stage, level, frameIndices }))))
  }, [reference, written.data, annotated.data, levels])
  const { frameIndices, scene } = record ?? {}
  const ground = useMemo(
    () => (frameIndices && levels && scene ? { frameIndices, levels, scene, coverage } : undefined),
    [frameIndices, levels, scene, coverage],
  )
  if (source === '') return undefined
  const asked = reference === undefined ? written : annotated
  return {
    side,
    source,
    reference,
    runId,
    name: reference === undefined ? (record?.name ?? runId) : `reference ${nameOfPath(reference)}`,
    record,
    refused: refused ?? (reference === undefined ? undefined : (annotated.error ?? undefined)),
    isGoing: reference === undefined && (record?.state === 'running' || record?.state === 'pausing'),
    coverage,
    isCoverageKnown: asked.isSuccess,
    coverageFault: asked.error ?? undefined,
    ground,
  }
}

export function nameOfPath(path: string): string {
  return path.split(/[\\/]/).filter(Boolean).at(-1) ?? path
}
