// What the stages of a run used, and when they worked on which frame; of a run that is going it grows, at most once a second.
import { useEffect, useMemo, useState } from 'react'
import type { Sample } from '#core/run/sample'
import { useRun, useServices } from '../../../state/services.tsx'
import type { Browse } from '../use-browse.ts'
import type { StageOfMasks } from '../../../frame/frame-source.ts'
import { type WorkSpan, workSpansOf } from './work-spans.ts'

export type StageReadings = { readonly stage: string; readonly samples: readonly Sample[]; readonly spans: readonly WorkSpan[] }

const stagesOfMasks: readonly StageOfMasks[] = ['ssam', 'filter', 'tracker']

/** In order of work; only stages with readings. */
export function useReadings({ runId, run, coverage }: Browse, isWanted: boolean): readonly StageReadings[] {
  const { rings } = useServices()
  const [taken, setTaken] = useState(0)
  const stages = useRun(runId, (one) => one?.record?.stages.map(({ id }) => id).join(' ') ?? '')
  useEffect(() => {
    if (!isWanted) return
    let timer: ReturnType<typeof setTimeout> | undefined
    const hear = () => {
      timer ??= setTimeout(() => {
        timer = undefined
        setTaken((before) => before + 1)
      }, 1000)
    }
    const stops = stages.split(' ').map((stage) => rings.subscribe(runId, stage, hear))
    setTaken((before) => before + 1)
    return () => {
      for (const stop of stops) stop()
      clearTimeout(timer)
    }
  }, [rings, runId, stages, isWanted])
  // biome-ignore lint/correctness/useExhaustiveDependencies: `taken` stands for what the rings hold
  return useMemo(() => {
    if (!isWanted) return []
    const positions = new Map(run.frameIndices.map((frameIndex, position) => [frameIndex, position]))
    return stages.split(' ').flatMap((stage) => {
      const samples = rings.of(runId, stage)
      if (samples.length === 0) return []
      const written = stagesOfMasks.find((one) => one === stage)
      const frames = written && coverage.framesOf(written)
      // A stage that has written nothing yet passes over nothing that could be named.
      const isPassedOver = (position: number) => frames !== undefined && frames.size > 0 && !frames.has(run.frameIndices[position]!)
      return [{ stage, samples, spans: workSpansOf(rings.stepsOf(runId, stage), (frame) => positions.get(frame), isPassedOver) }]
    })
  }, [rings, runId, stages, run.frameIndices, coverage, isWanted, taken])
}
