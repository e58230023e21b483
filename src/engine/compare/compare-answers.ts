// Two to four answers over the frames they share: every pair compared once, and each held against a reference where one is given.
import { Fault, reasonOfError } from '#core/base/fault'
import type { AnswerMask, Comparison, ComparisonResult, Matching, ReferenceLevel, SettingRow } from '#core/compare/compare-types'
import { createComparison } from '#core/compare/comparison'
import { createReferenceScoring } from '#core/compare/reference-score'
import { settingsDiff } from '#core/compare/settings-diff'
import { type FrameSlice, frameIndicesOfSlice } from '#core/scene/frame-slice'
import { stemOf } from './mask-folder.ts'
import type { Answer, AnswerFrame } from './answer.ts'

export type CompareSettings = {
  /** Told after each frame that was read; reading against a reference counts each frame of each answer once more, twice. */
  readonly onProgress?: (done: number, total: number) => void
  readonly signal?: AbortSignal
  /** Undefined: all levels that a pair has in common. */
  readonly levels: readonly number[] | undefined
  /** Undefined: all frames in common. Counted as the frames of the first run are. */
  readonly frames: FrameSlice | undefined
}

/** A frame that all answers speak of. */
export type SharedFrame = {
  readonly frameIndex: number
  readonly name: string
  readonly picture: string | undefined
  /** Of each answer, in their order. */
  readonly of: readonly AnswerFrame[]
}

export type PairComparison = {
  readonly a: number
  readonly b: number
  readonly levels: readonly number[]
  readonly result: ComparisonResult
}
export type TruthComparison = { readonly answer: number; readonly result: ComparisonResult; readonly levels: readonly ReferenceLevel[] }

export type AnswersCompared = {
  readonly frames: readonly SharedFrame[]
  readonly pairs: readonly PairComparison[]
  /** Of the answers that are runs; only what differs. */
  readonly settings: { readonly answers: readonly number[]; readonly rows: readonly SettingRow[] }
  readonly truth: readonly TruthComparison[]
}

/** Where nothing has a level: the number that masks of annotations are told under. */
export const noLevel = 0

/** Masks of one frame are in memory at a time. Throws COMPARE_NOTHING_SHARED when two answers share no frame or no level. */
export async function compareAnswers(
  answers: readonly Answer[],
  truth: Answer | undefined,
  settings: CompareSettings,
): Promise<AnswersCompared> {
  const frames = sharedFrames(answers, settings.frames)
  const pairs = answers.flatMap((one, a) =>
    answers.slice(a + 1).map((other, i) => ({
      a,
      b: a + 1 + i,
      levels: sharedLevels(one, other, settings.levels),
      comparison: createComparison({ size: pictureSize([one, other]), matching: matchingOf([one, other]) }),
    })),
  )
  const total = frames.length * (truth === undefined ? 1 : 1 + answers.length * 2)
  for (const [i, frame] of frames.entries()) {
    if (settings.signal?.aborted) throw new Fault('CANCELLED')
    settings.onProgress?.(i, total)
    const masks = masksOnce(answers, frame)
    for (const { a, b, levels, comparison } of pairs)
      feed(comparison, frame.frameIndex, await masks(a, levels), await masks(b, levels), [answers[a]!, answers[b]!])
  }
  const runs = answers.flatMap(({ record }, i) => (record === undefined ? [] : [{ i, record }]))
  return {
    frames,
    pairs: pairs.map(({ a, b, levels, comparison }) => ({ a, b, levels, result: comparison.finish() })),
    settings: {
      answers: runs.map(({ i }) => i),
      rows: settingsDiff(
        runs.map(({ record }) => record),
        true,
      ),
    },
    truth: truth === undefined ? [] : await againstTruth(answers, truth, settings, frames),
  }
}

async function againstTruth(
  answers: readonly Answer[],
  truth: Answer,
  settings: CompareSettings,
  shared: readonly SharedFrame[],
): Promise<TruthComparison[]> {
  const frames = shared.flatMap((frame) => {
    const annotated = frameIn(truth, frame, sceneFrames(answers))
    return annotated === undefined ? [] : [{ ...frame, annotated }]
  })
  if (frames.length === 0)
    throw new Fault('TRUTH_MISMATCH', { path: truth.folder, reason: 'none of its names is that of a frame that is compared' })
  const scored: TruthComparison[] = []
  for (const [i, answer] of answers.entries()) {
    const levels = sharedLevels(truth, answer, settings.levels)
    const comparison = createComparison({ size: pictureSize([answer]), matching: matchingOf([answer]) })
    const pairOn = async (frame: (typeof frames)[number]) =>
      [await masksOf(truth, frame.annotated, levels), await masksOf(answer, frame.of[i]!, levels)] as const
    let done = shared.length + i * 2 * frames.length
    const total = shared.length * (1 + answers.length * 2)
    const step = () => {
      if (settings.signal?.aborted) throw new Fault('CANCELLED')
      settings.onProgress?.(done, total)
      done += 1
    }
    for (const frame of frames) {
      step()
      feed(comparison, frame.frameIndex, ...(await pairOn(frame)), [truth, answer])
    }
    const result = comparison.finish()
    const scoring = createReferenceScoring(result)
    for (const frame of frames) {
      step()
      scoring.feed(frame.frameIndex, ...(await pairOn(frame)))
    }
    scored.push({ answer: i, result, levels: scoring.finish() })
  }
  return scored
}

function feed(
  comparison: Comparison,
  frameIndex: number,
  a: readonly AnswerMask[],
  b: readonly AnswerMask[],
  answers: readonly Answer[],
): void {
  try {
    comparison.feed(frameIndex, a, b)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    const params = { frameIndex, answers: answers.map(({ title }) => title).join(', '), reason: reasonOfError(error) }
    throw new Fault('COMPARE_MASKS_DIFFER', params, error)
  }
}

/** By the stem of its name; annotations of every frame of the scene may have names of their own and count by their order. */
export function frameIn(
  answer: Answer,
  frame: { readonly name: string; readonly frameIndex: number },
  sceneFrameCount: number | undefined,
) {
  const named = answer.frames.get(stemOf(frame.name))
  if (named !== undefined || answer.record !== undefined || answer.frames.size !== sceneFrameCount) return named
  return [...answer.frames.values()][frame.frameIndex]
}

function sceneFrames(answers: readonly Answer[]): number | undefined {
  return answers.find(({ record }) => record !== undefined)?.record?.scene.frameCount
}

function sharedFrames(answers: readonly Answer[], slice: FrameSlice | undefined): SharedFrame[] {
  const first = answers.find(({ record }) => record !== undefined) ?? answers[0]!
  const last = Math.max(0, ...[...first.frames.values()].map(({ frameIndex }) => frameIndex))
  const chosen = slice === undefined ? undefined : new Set(frameIndicesOfSlice(slice, last + 1))
  const shared = [...first.frames.values()].flatMap(({ frameIndex, name, picture }) => {
    if (chosen !== undefined && !chosen.has(frameIndex)) return []
    const of = answers.flatMap((answer) => frameIn(answer, { name, frameIndex }, sceneFrames(answers)) ?? [])
    return of.length === answers.length ? [{ frameIndex, name, picture, of }] : []
  })
  if (shared.length === 0) throw nothingShared('frame', answers)
  return shared
}

function sharedLevels(one: Answer, other: Answer, wanted: readonly number[] | undefined): readonly number[] {
  const all = one.levels ?? other.levels ?? [noLevel]
  const shared = all.filter((level) => (other.levels ?? all).includes(level) && (wanted === undefined || wanted.includes(level)))
  if (shared.length === 0) throw nothingShared(wanted === undefined ? 'level' : `level of ${wanted.join(', ')}`, [one, other])
  return shared
}

function nothingShared(what: string, answers: readonly Answer[]): Fault {
  return new Fault('COMPARE_NOTHING_SHARED', { what, answers: answers.map(({ title }) => title).join(', ') })
}

/** Of the first run; masks that were stored smaller are brought to it. */
function pictureSize(answers: readonly Answer[]): [height: number, width: number] | undefined {
  const scene = answers.find(({ record }) => record !== undefined)?.record?.scene
  return scene === undefined || scene.height < 1 || scene.width < 1 ? undefined : [scene.height, scene.width]
}

/** Ids of candidates start again on every frame. */
function matchingOf(answers: readonly Answer[]): Matching {
  return answers.some(({ stage }) => stage === 'ssam' || stage === 'filter') ? 'eachFrame' : 'overTime'
}

async function masksOf(answer: Answer, frame: AnswerFrame, levels: readonly number[]): Promise<AnswerMask[]> {
  const found: AnswerMask[] = []
  for (const level of levels) found.push(...(await answer.masks(frame, level)))
  return found
}

/** Reads what several pairs ask for once. */
function masksOnce(answers: readonly Answer[], frame: SharedFrame) {
  const known = new Map<string, Promise<AnswerMask[]>>()
  return (answer: number, levels: readonly number[]): Promise<AnswerMask[]> => {
    const key = `${answer}:${levels.join()}`
    const masks = known.get(key) ?? masksOf(answers[answer]!, frame.of[answer]!, levels)
    known.set(key, masks)
    return masks
  }
}
