// The tracker stage: kept candidates become tracks; frames are written as soon as no later prompt can change them.
import type { FrameMasks } from '#core/segment/frame-masks'
import type { FrameDecisions } from '#core/segment/track'
import { candidatePositions } from '#core/pipeline/pipeline'
import { readFrameMasks, type Stage, type StageContext, stopIfCancelled } from '../stage.ts'
import { type BookState, createTrackBook, type TrackBook } from '../track/track-book.ts'
import { openTrackerBackend, type TrackerBackend } from '../track/tracker-backend.ts'
import { createTracking, type TrackingState } from '../track/tracking.ts'
import { userCandidates } from '../track/user-candidates.ts'

/** The list of tracks is written again after this many final frames. */
const framesPerTrackList = 10

export const tracker: Stage = async (context) => {
  const backend = await openTrackerBackend(context)
  context.begin(context.assignment.frames.length, backend.name, backend.reason)
  context.log(`${backend.name}: ${backend.reason}`)
  try {
    return await track(context, backend)
  } finally {
    await backend.close()
  }
}

async function track(context: StageContext, { carriers }: TrackerBackend): Promise<Readonly<Record<string, number>>> {
  const { assignment, signal } = context
  const { config, frames, width, height } = assignment
  const { maxPropagate, iouThreshold } = config.stages.tracker
  const window = maxPropagate === 0 ? Number.POSITIVE_INFINITY : maxPropagate
  const prompting = new Set(candidatePositions(frames.length, config.stages.ssam.every))
  const earlier = context.resume?.state as TrackerState | undefined
  const book = createTrackBook(earlier?.book)
  const tracking = createTracking({ window, iouThreshold, width, height }, carriers, book, () => stopIfCancelled(signal))
  if (earlier) await tracking.restore(earlier.tracking)
  const counts = { prompts: 0, merged: 0, ...context.resume?.counts }
  const pace = createCommitPace()
  let written = earlier?.written ?? 0
  for (let position = context.resume?.position ?? 0; position < frames.length; position += 1) {
    stopIfCancelled(signal)
    const prompts = await promptsAt(context, position, prompting.has(position))
    const decided = await tracking.step(position, prompts)
    for (const decision of decided) {
      counts.prompts += decision.decisions.filter((one) => one.accepted).length
      counts.merged += decision.decisions.filter((one) => !one.accepted && one.corrects !== true).length
      await context.emit({ kind: 'decisions', level: decision.level, frameIndex: decision.frameIndex, value: decision })
    }
    if (decided.length > 0) context.log(`frame ${frames[position]!.frameIndex}: ${wordsOf(decided)}`)
    const last = position === frames.length - 1
    // A prompt on a later frame reaches back `window` positions at most.
    for (const final = last ? position : position - window; written <= final; written += 1) await writeFrame(context, book, written)
    context.progress(position + 1, frames[position]!.frameIndex)
    const state = (): TrackerState => ({ book: book.state(), tracking: tracking.state(), written })
    await pace.commit(last, () => context.commit(position + 1, counts, state()))
  }
  await writeTracks(context, book, frames.length)
  const tracks = book.tracks((position) => frames[position]!.frameIndex)
  return { ...counts, tracks: tracks.length, orphans: tracks.filter((track) => track.orphan).length }
}

type TrackerState = { readonly book: BookState; readonly tracking: TrackingState<unknown>; readonly written: number }

/**
 * A commit after every frame, unless that would cost more than a twentieth of the work: objects that learn (quality best) have large
 * tables, and hundreds of them are committed every few frames only.
 */
function createCommitPace() {
  let costMs = 0
  let committedAt = Number.NEGATIVE_INFINITY
  return {
    commit: async (last: boolean, write: () => Promise<void>) => {
      const startedAt = performance.now()
      if (!last && startedAt - committedAt < 20 * costMs) return
      await write()
      committedAt = performance.now()
      costMs = committedAt - startedAt
    },
  }
}

function wordsOf(decided: readonly FrameDecisions[]): string {
  return decided
    .map(({ level, decisions }) => {
      const fresh = decisions.filter((decision) => decision.accepted).length
      const corrected = decisions.filter((decision) => decision.corrects).length
      const known = `level ${level}: ${fresh} new, ${decisions.length - fresh - corrected} known`
      return corrected > 0 ? `${known}, ${corrected} corrected by hand` : known
    })
    .join('; ')
}

/** Masks given by a person come before the candidates of their level; a frame with neither has no prompts. */
async function promptsAt(context: StageContext, position: number, hasCandidates: boolean): Promise<FrameMasks[] | undefined> {
  const { config, frames, width, height } = context.assignment
  const { frameIndex, name } = frames[position]!
  const given = config.stages.tracker.prompts.filter((prompt) => prompt.frameIndex === frameIndex)
  if (!hasCandidates && given.length === 0) return undefined
  const found = await Promise.all(
    config.levels.map(async (level) => {
      const own = userCandidates(given, level, { width, height })
      const kept = hasCandidates ? await readFrameMasks(context, 'filter', level, frameIndex) : undefined
      if (!kept && own.length === 0) return undefined
      const empty: FrameMasks = { frameIndex, frameName: name, level, size: [height, width], masks: [] }
      return { ...(kept ?? empty), masks: [...own, ...(kept?.masks ?? [])] }
    }),
  )
  return found.filter((masks) => masks !== undefined)
}

async function writeFrame(context: StageContext, book: TrackBook, position: number): Promise<void> {
  const { config, frames, width, height } = context.assignment
  const frame = frames[position]!
  const byLevel = book.takeFrame(position)
  for (const level of config.levels) {
    const masks = [...(byLevel.get(level) ?? [])]
    const value: FrameMasks = { frameIndex: frame.frameIndex, frameName: frame.name, level, size: [height, width], masks }
    await context.emit({ kind: 'masks', level, frameIndex: frame.frameIndex, value, counts: { masks: masks.length } })
  }
  if ((position + 1) % framesPerTrackList === 0) await writeTracks(context, book, position + 1)
}

async function writeTracks(context: StageContext, book: TrackBook, framesDone: number): Promise<void> {
  const { frames } = context.assignment
  await context.emit({ kind: 'tracks', value: { framesDone, tracks: book.tracks((position) => frames[position]!.frameIndex) } })
}
