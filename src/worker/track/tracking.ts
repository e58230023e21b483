// Carries all kept candidates through the frames: forward as the frames come, backward from each frame that prompts new objects.
import { areaOfRle, type Rle, rleFromString } from '#core/mask/rle'
import type { FrameMasks, MaskEntry } from '#core/segment/frame-masks'
import type { FrameDecisions, PromptDecision } from '#core/segment/track'
import type { Carried, CarrierSource, ObjectCarrier } from './carrier.ts'
import { createDedup, type Dedup } from './dedup.ts'
import type { TrackBook } from './track-book.ts'

export type TrackingSettings = {
  /** Positions a track may go from its prompt, each way; Infinity = all. */
  readonly window: number
  /** A candidate whose best IoU is strictly greater is the same object. */
  readonly iouThreshold: number
  readonly width: number
  readonly height: number
}

export type Tracking<State> = {
  /**
   * Goes on to `position` (0, 1, 2, … in order). `prompts` are the kept candidates of that frame, coarse level first, undefined where the
   * frame has none. Gives the decision about each candidate.
   */
  step(position: number, prompts: readonly FrameMasks[] | undefined): Promise<readonly FrameDecisions[]>
  /** What going on after the last step needs, the book aside. */
  state(): TrackingState<State>
  /** Instead of the first steps. */
  restore(state: TrackingState<State>): Promise<void>
}

export type TrackingState<State> = {
  readonly carrier: State
  readonly live: ReadonlySet<number>
  readonly lostSince: ReadonlyMap<number, number>
}

/** `corrects`: the track is known, and has a mask at this position that this one takes the place of. */
type Prompted = { readonly id: number; readonly rle: Rle; readonly score: number; readonly corrects: boolean }

export function createTracking<State>(
  settings: TrackingSettings,
  carriers: CarrierSource<State>,
  book: TrackBook,
  stop: () => void,
): Tracking<State> {
  const { window } = settings
  const forward = carriers.forward()
  const live = new Set<number>()

  const lostSince = new Map<number, number>()
  const giveUp = (carried: readonly Carried[], position: number) => {
    const over: number[] = []
    for (const { id, lost } of carried) {
      if (!lost) lostSince.delete(id)
      else if (!lostSince.has(id)) lostSince.set(id, position)
      else if (position - lostSince.get(id)! >= carriers.patience) over.push(id)
    }
    forward.remove(over)
    for (const id of over) {
      live.delete(id)
      lostSince.delete(id)
    }
  }

  const placeAll = (carried: readonly Carried[], position: number): Map<number, Rle> => {
    const seen = new Map<number, Rle>()
    for (const { id, mask, score, lost } of carried) {
      if (lost || areaOfRle(mask) === 0) continue
      book.place(id, position, mask, score)
      seen.set(id, mask)
    }
    return seen
  }
  const goForward = async (position: number): Promise<Map<number, Rle>> => {
    if (position === 0) {
      await forward.start(0)
      return new Map()
    }
    retire(forward, live, book, position - window)
    const carried = await forward.advance(position)
    giveUp(carried, position)
    return placeAll(carried, position)
  }
  const goBackward = async (position: number, prompted: readonly Prompted[]): Promise<void> => {
    const last = Math.max(0, position - window)
    if (prompted.length === 0 || last === position) return
    const back = carriers.backward()
    await back.start(position)
    await back.add(prompted.map(({ id, rle }) => ({ id, mask: rle })))
    for (let at = position - 1; at >= last; at -= 1) {
      stop()
      const carried = await back.advance(at)
      placeAll(carried, at)
      if (!carriers.findsAgainBackwards && carried.every((mask) => mask.lost)) return
    }
  }
  return {
    state: () => ({ carrier: forward.state(), live, lostSince }),
    restore: async (state) => {
      await forward.restore(state.carrier)
      for (const id of state.live) live.add(id)
      for (const [id, since] of state.lostSince) lostSince.set(id, since)
    },
    step: async (position, prompts) => {
      const seen = await goForward(position)
      if (!prompts) return []
      const { decisions, accepted } = decide(prompts, position, seen, book, settings)
      await forward.add(accepted.map(({ id, rle }) => ({ id, mask: rle })))
      for (const { id, rle, score, corrects } of accepted) {
        live.add(id)
        if (corrects) book.correct(id, position, rle)
        else book.place(id, position, rle, score)
      }
      // What a correction found before its frame stays as it was carried.
      await goBackward(
        position,
        accepted.filter(({ corrects }) => !corrects),
      )
      return decisions
    },
  }
}

/** Ends the tracks whose prompt lies further back than the window allows. */
function retire<State>(carrier: ObjectCarrier<State>, live: Set<number>, book: TrackBook, oldest: number): void {
  const over = [...live].filter((id) => book.promptPositionOf(id) < oldest)
  carrier.remove(over)
  for (const id of over) live.delete(id)
}

/**
 * In candidate order, level by level: rejected when its best IoU with what is on this frame already (carried here, or accepted before it
 * on this very frame) is greater than the threshold. The match is known at once, so a rejected candidate still stands for its object
 * when its own parts look for their parent. What a person gave is never rejected: it takes the place of the track it matches, once for
 * each track and frame, else it is an object of its own.
 */
function decide(
  prompts: readonly FrameMasks[],
  position: number,
  seen: ReadonlyMap<number, Rle>,
  book: TrackBook,
  settings: TrackingSettings,
) {
  const accepted: Prompted[] = []
  const trackOfCandidate = new Map<number, number>()
  const decisions = prompts.map((frame): FrameDecisions => {
    const dedup = createDedup(settings.height, settings.width)
    for (const [id, rle] of seen) if (book.levelOf(id) === frame.level) dedup.register(id, rle)
    const given = new Set<number>()
    const decided = frame.masks.map((candidate) => {
      const { decision, prompted } = decideOne(candidate, frame, position, dedup, book, trackOfCandidate, settings.iouThreshold, given)
      if (prompted) accepted.push(prompted)
      if (decision.trackId !== undefined) trackOfCandidate.set(candidate.id, decision.trackId)
      return decision
    })
    return { frameIndex: frame.frameIndex, level: frame.level, threshold: settings.iouThreshold, decisions: decided }
  })
  return { decisions, accepted }
}

function decideOne(
  candidate: MaskEntry,
  frame: FrameMasks,
  position: number,
  dedup: Dedup,
  book: TrackBook,
  trackOfCandidate: ReadonlyMap<number, number>,
  threshold: number,
  given: Set<number>,
): { readonly decision: PromptDecision; readonly prompted?: Prompted } {
  const rle = rleFromString(candidate.counts, frame.size)
  const { iou, trackId } = dedup.bestMatch(rle)
  const uniqueId = candidate.uniqueId ?? String(candidate.id)
  const bestIou = Math.round(iou * 1e4) / 1e4
  const isGiven = candidate.source === 'user'
  if (isGiven && trackId !== undefined && iou > threshold && !given.has(trackId)) {
    given.add(trackId)
    dedup.register(trackId, rle)
    return {
      decision: { candidateId: candidate.id, uniqueId, accepted: false, trackId, corrects: true, bestIou },
      prompted: { id: trackId, rle, score: 1, corrects: true },
    }
  }
  if (trackId !== undefined && iou > threshold && !isGiven) {
    book.merge(trackId)
    return { decision: { candidateId: candidate.id, uniqueId, accepted: false, trackId, bestIou } }
  }
  const parent = candidate.parent === undefined ? undefined : trackOfCandidate.get(candidate.parent)
  const orphan = candidate.parent !== undefined && parent === undefined
  const prompt = { frameIndex: frame.frameIndex, candidateId: candidate.id, uniqueId, ...(isGiven && { source: 'user' as const }) }
  const id = book.open(frame.level, prompt, position, parent, orphan)
  dedup.register(id, rle)
  if (isGiven) given.add(id)
  return {
    decision: { candidateId: candidate.id, uniqueId, accepted: true, trackId: id, bestIou },
    // Only candidates of foreign runs have no score.
    prompted: { id, rle, score: candidate.score ?? 1, corrects: false },
  }
}
