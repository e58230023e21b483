// Two to four answers over the frames they share: every pair compared once, and each held against a reference where one is given.
import { Fault, reasonOfError } from '#core/base/fault'
import {
  type AnswerMask,
  type Comparison,
  type ComparisonResult,
  ComparisonSettings,
  type LevelComparison,
  type Matching,
  type ObjectRelation,
  type ReferenceLevel,
  type SettingRow,
} from '#core/compare/compare-types'
import { createComparison } from '#core/compare/comparison'
import { heldAgainst } from '#core/compare/held-against'
import { type ReferenceSide, referenceSideOf } from '#core/compare/kind-words'
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
  /** Only frames that all answers have; else each pair is compared on the frames that it shares, whatever the others have. */
  readonly onlyShared?: boolean | undefined
}

/** A frame that at least two answers speak of. */
export type SharedFrame = {
  readonly frameIndex: number
  readonly name: string
  readonly picture: string | undefined
  /** Of each answer, in their order; undefined for one that does not speak of it. */
  readonly of: readonly (AnswerFrame | undefined)[]
}

export type PairComparison = {
  readonly a: number
  readonly b: number
  readonly levels: readonly number[]
  readonly reference: ReferenceSide
  /** Against a reference each of its objects is in one relation, at the level where it is met best; see `heldAgainst`. */
  readonly result: ComparisonResult
  /** With a reference, over all levels: each of its objects counted once. */
  readonly overall?: Omit<LevelComparison, 'level'>
  /** With a reference, relations of its objects at levels where they are met less well. */
  readonly elsewhere?: readonly ObjectRelation[]
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

/** Masks of one frame are in memory at a time. Throws COMPARE_NOTHING_SHARED when no two answers share a frame, or two no level. */
export async function compareAnswers(
  answers: readonly Answer[],
  truth: Answer | undefined,
  settings: CompareSettings,
): Promise<AnswersCompared> {
  const all = allFrames(answers, settings.frames)
  const shared = all.filter(({ of }) => of.filter(Boolean).length >= (settings.onlyShared ? answers.length : 2))
  if (shared.length === 0) throw nothingShared('frame', answers)
  const pairs = answers.flatMap((one, a) =>
    answers.slice(a + 1).map((other, i) => beginPair([one, other], [a, a + 1 + i], settings.levels)),
  )
  const annotated = truth === undefined ? [] : annotatedFrames(answers, truth, settings.onlyShared ? shared : all)
  const total = shared.length + annotated.reduce((sum, frames) => sum + 2 * frames.length, 0)
  for (const [i, frame] of shared.entries()) {
    if (settings.signal?.aborted) throw new Fault('CANCELLED')
    settings.onProgress?.(i, total)
    const masks = masksOnce(answers, frame)
    for (const { a, b, levels, comparison } of pairs)
      if (frame.of[a] !== undefined && frame.of[b] !== undefined)
        feed(comparison, frame.frameIndex, await masks(a, levels), await masks(b, levels), [answers[a]!, answers[b]!])
  }
  const runs = answers.flatMap(({ record }, i) => (record === undefined ? [] : [{ i, record }]))
  return {
    frames: shared,
    pairs: pairs.map(finished),
    settings: {
      answers: runs.map(({ i }) => i),
      rows: settingsDiff(
        runs.map(({ record }) => record),
        true,
      ),
    },
    truth: truth === undefined ? [] : await againstTruth(answers, truth, settings, annotated, { done: shared.length, total }),
  }
}

type BegunPair = Pick<PairComparison, 'a' | 'b' | 'levels' | 'reference'> & { readonly comparison: Comparison }

/** Against a reference places are left out afterwards: as many as can be are kept until then. */
const allPlaces = 100_000

function beginPair(two: readonly [Answer, Answer], [a, b]: readonly [number, number], wanted: readonly number[] | undefined): BegunPair {
  const reference = referenceSideOf([isAnnotated(two[0]), isAnnotated(two[1])])
  const comparison = createComparison({
    size: pictureSize(two),
    matching: matchingOf(two),
    ...(reference === undefined ? {} : { worst: allPlaces }),
  })
  return { a, b, levels: sharedLevels(two[0], two[1], wanted), reference, comparison }
}

function finished({ a, b, levels, reference, comparison }: BegunPair): PairComparison {
  const result = comparison.finish()
  if (reference === undefined) return { a, b, levels, reference, result }
  const eachFrame = result.settings.matching === 'eachFrame'
  const worst = ComparisonSettings.parse({}).worst
  const held = heldAgainst(result, reference, levels.length, eachFrame)
  const own = result.levels.map((level): LevelComparison => {
    const relations = result.relations.filter((relation) => relation.level === level.level)
    const { share, sharedPixels, unionPixels } = heldAgainst({ relations, frames: result.frames, worst: [] }, reference, 1, eachFrame)
    return { ...level, share, sharedPixels, unionPixels }
  })
  const sum = (of: (level: LevelComparison) => number) => own.reduce((total, level) => total + of(level), 0)
  const { relations, elsewhere, frames, counts, meanIou, share, sharedPixels, unionPixels } = held
  return {
    a,
    b,
    levels,
    reference,
    result: { ...result, settings: { ...result.settings, worst }, levels: own, relations, frames, worst: held.worst.slice(0, worst) },
    overall: {
      objectsA: reference === 'a' ? held.objects : sum(({ objectsA }) => objectsA),
      objectsB: reference === 'b' ? held.objects : sum(({ objectsB }) => objectsB),
      counts,
      ...(meanIou === undefined ? {} : { meanIou }),
      share,
      sharedPixels,
      unionPixels,
    },
    elsewhere,
  }
}

function isAnnotated({ record }: Answer): boolean {
  return record === undefined
}

/** Scored against itself, a folder of annotations would say nothing. */
function isItself(answer: Answer, truth: Answer): boolean {
  return answer.record === undefined && answer.folder === truth.folder
}

type AnnotatedFrame = { readonly frameIndex: number; readonly annotated: AnswerFrame; readonly own: AnswerFrame }

/** Of each answer the frames that it speaks of and that are annotated. Throws TRUTH_MISMATCH when there are none at all. */
function annotatedFrames(answers: readonly Answer[], truth: Answer, all: readonly SharedFrame[]): readonly (readonly AnnotatedFrame[])[] {
  const found = answers.map((answer, i) =>
    (isItself(answer, truth) ? [] : all).flatMap((frame): AnnotatedFrame[] => {
      const own = frame.of[i]
      const annotated = own && frameIn(truth, frame, sceneFrames(answers))
      return own === undefined || annotated === undefined ? [] : [{ frameIndex: frame.frameIndex, annotated, own }]
    }),
  )
  if (found.every((frames) => frames.length === 0))
    throw new Fault('TRUTH_MISMATCH', { path: truth.folder, reason: 'none of its names is that of a frame that is compared' })
  return found
}

async function againstTruth(
  answers: readonly Answer[],
  truth: Answer,
  settings: CompareSettings,
  annotated: readonly (readonly AnnotatedFrame[])[],
  progress: { done: number; readonly total: number },
): Promise<TruthComparison[]> {
  const scored: TruthComparison[] = []
  for (const [i, answer] of answers.entries()) {
    if (isItself(answer, truth)) continue
    const levels = sharedLevels(truth, answer, settings.levels)
    const comparison = createComparison({ size: pictureSize([answer]), matching: matchingOf([answer]) })
    const frames = annotated[i]!
    const pairOn = async ({ annotated: file, own }: AnnotatedFrame) =>
      [await masksOf(truth, file, levels), await masksOf(answer, own, levels)] as const
    const step = () => {
      if (settings.signal?.aborted) throw new Fault('CANCELLED')
      settings.onProgress?.(progress.done, progress.total)
      progress.done += 1
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

/**
 * Frames that any answer speaks of, those of the first run first. A frame that this one does not have is left out where its number is that
 * of another frame: then the runs count their frames differently, and only names say what is the same.
 */
function allFrames(answers: readonly Answer[], slice: FrameSlice | undefined): SharedFrame[] {
  const first = answers.find(({ record }) => record !== undefined) ?? answers[0]!
  const found = new Map<number, SharedFrame>()
  const stems = new Set<string>()
  for (const answer of [first, ...answers.filter((one) => one !== first)])
    for (const { frameIndex, name, picture } of answer.frames.values()) {
      if (stems.has(stemOf(name)) || found.has(frameIndex)) continue
      stems.add(stemOf(name))
      const of = answers.map((one) => frameIn(one, { name, frameIndex }, sceneFrames(answers)))
      found.set(frameIndex, { frameIndex, name, picture, of })
    }
  const last = Math.max(0, ...found.keys())
  const chosen = slice === undefined ? undefined : new Set(frameIndicesOfSlice(slice, last + 1))
  return [...found.values()]
    .filter(({ frameIndex }) => chosen === undefined || chosen.has(frameIndex))
    .sort((one, other) => one.frameIndex - other.frameIndex)
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
