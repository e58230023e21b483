// The model of the browse page: run, coverage, frame, stage, levels and objects, from stores and answers.
import { useCallback, useEffect, useMemo, useRef } from 'react'
import type { Track } from '#core/segment/track'
import type { CompleteFrame, StageOfMasks } from '../../frame/frame-source.ts'
import { emptyColumns } from '../../frame/mask-columns.ts'
import { useCoverage, useObjectNotes, useTracks } from '../../state/queries.ts'
import { type BrowseView, defaultView } from '../../state/route.ts'
import { useRun, useServices, useView } from '../../state/services.tsx'
import { artifactsWritten } from '../../state/run-store.ts'
import { useRunNowAndThen } from '../../state/use-run-now-and-then.ts'
import { look } from '../../state/view-store.ts'
import { coverageModel, nearestPosition } from '../../frame/coverage-model.ts'
import { type LoopRange, loopOnFrames } from './time-dock/lane-axis.ts'
import { maskFilterFromText } from './filter/mask-filter.ts'
import type { Filterable } from './filter/mask-filter.ts'
import { objectsFromMasks, objectsFromTracks, objectsOnFrame } from './object-rows.ts'
import { useFrames } from './use-frames.ts'

const none: readonly never[] = []

export function useBrowse(runId: string) {
  const { view: store } = useServices()
  const view: BrowseView = useView((state) => (state.route.page === 'browse' ? state.route.view : defaultView))
  const run = useRun(runId, (one) => ({
    frameIndices: one?.record?.frameIndices ?? none,
    frameNames: one?.record?.frameNames ?? none,
    levels: one?.record?.config.levels ?? none,
    state: one?.record?.state,
    isKnown: one?.record !== undefined,
    refused: one?.refused,
  }))
  const artifacts = useRunNowAndThen(runId, artifactsWritten, 2000)
  const trackArtifacts = useRunNowAndThen(runId, (one) => one?.artifactCounts.tracker ?? 0, 2500)
  const coverageAnswer = useCoverage(runId, artifacts)
  const coverage = useMemo(() => coverageModel(coverageAnswer.data ?? none), [coverageAnswer.data])
  // Without a choice it is the furthest stage when the page was opened: a stage that starts to write does not change what is looked at.
  const opened = useRef<StageOfMasks>(undefined)
  opened.current ??= coverage.stages.at(-1)
  const stage: StageOfMasks = view.stage ?? opened.current ?? 'ssam'
  const position = usePosition(run.frameIndices, view.frameIndex, coverage.framesOf(stage), coverageAnswer.isSuccess)
  useEffect(() => {
    // A frame that the run does not have: the address says the one that is shown.
    if (view.frameIndex !== undefined && position !== undefined && run.frameIndices[position] !== view.frameIndex)
      look(store, { frameIndex: run.frameIndices[position] })
  }, [store, view.frameIndex, position, run.frameIndices])
  const frames = useFrames({ runId, frameIndices: run.frameIndices, position, stage, levels: run.levels, coverage })
  const shownLevels = view.levels.length > 0 ? view.levels : run.levels
  const tracksAnswer = useTracks(runId, trackArtifacts)
  const tracks = tracksAnswer.data?.tracks ?? none
  const objects = useObjects(stage, tracks, frames.shown)
  const noteList = useObjectNotes(runId).data
  const notes = useMemo(() => new Map(noteList?.map(({ objectId, star, note }) => [objectId, { star, note }])), [noteList])
  const filter = useMemo(() => maskFilterFromText(view.filter, notes), [view.filter, notes])
  const loopFrames = useView((state) => state.loop)
  const loop = useMemo(() => loopOnFrames(run.frameIndices, loopFrames), [run.frameIndices, loopFrames])
  const setLoop = useCallback(
    (range: LoopRange | undefined) => {
      const ends = range?.map((at) => run.frameIndices[at])
      store.setState({ loop: ends?.[0] === undefined || ends[1] === undefined ? undefined : [ends[0], ends[1]] })
    },
    [store, run.frameIndices],
  )
  const coverageFault = coverageAnswer.error
  const isReading = !frames.fault && coverageFault === null && (frames.shown === undefined || tracksAnswer.isPending)
  // One object while nothing of it changed: what is held still by it is then not drawn anew.
  return useMemo(
    () => ({
      runId,
      view,
      run,
      coverage,
      coverageFault,
      stage,
      position,
      frames,
      shownLevels,
      tracks,
      objects,
      notes,
      /** Masks, tracks, or what the run is, are not here yet. */
      isReading,
      filter,
      /** Positions that playing stays in. */
      loop,
      setLoop,
    }),
    [
      runId,
      view,
      run,
      coverage,
      coverageFault,
      stage,
      position,
      frames,
      shownLevels,
      tracks,
      objects,
      notes,
      isReading,
      filter,
      loop,
      setLoop,
    ],
  )
}
export type Browse = ReturnType<typeof useBrowse>

/** The position asked for; without a wish, the first frame that the stage has written, else the first. */
function usePosition(
  frameIndices: readonly number[],
  wanted: number | undefined,
  written: ReadonlySet<number>,
  isCoverageKnown: boolean,
): number | undefined {
  return useMemo(() => {
    if (frameIndices.length === 0) return undefined
    if (wanted !== undefined) return nearestPosition(frameIndices, wanted)
    if (!isCoverageKnown) return undefined
    return Math.max(
      0,
      frameIndices.findIndex((frameIndex) => written.has(frameIndex)),
    )
  }, [frameIndices, wanted, written, isCoverageKnown])
}

function useObjects(stage: StageOfMasks, tracks: readonly Track[], shown: CompleteFrame | undefined): readonly Filterable[] {
  const columns = shown?.masks.stage === stage ? shown.masks.columns : emptyColumns
  const ofTracks = useMemo(() => objectsFromTracks(tracks), [tracks])
  const before = useRef({ ofTracks, objects: ofTracks as readonly Filterable[] })
  const objects = useMemo(() => {
    if (stage !== 'tracker' || tracks.length === 0) return objectsFromMasks(columns)
    const here = new Set(columns.ids)
    return objectsOnFrame(before.current.ofTracks === ofTracks ? before.current.objects : ofTracks, (id) => here.has(id))
  }, [stage, tracks, ofTracks, columns])
  useEffect(() => {
    if (stage === 'tracker' && tracks.length > 0) before.current = { ofTracks, objects }
  }, [stage, tracks, ofTracks, objects])
  return objects
}
