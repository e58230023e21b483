// A comparison in tables: what a person reads in the terminal and in a report.
import type { ComparisonResult, DisagreementPlace, LevelComparison } from '#core/compare/compare-types'
import { kindsInOrder, type Letters, meaningOfKind, type ReferenceSide, wordOfKind } from '#core/compare/kind-words'
import { idsPerLevel, labelOfId } from '#core/segment/frame-masks'
import type { Answer } from './answer.ts'
import type { AnswersCompared, PairComparison, SharedFrame, TruthComparison } from './compare-answers.ts'

/** The first row is the head. */
export type Table = readonly (readonly string[])[]

/** Letters by which the answers are called in tables: A, B, C, D. */
export function letterOf(answer: number): string {
  return 'ABCD'[answer] ?? String(answer + 1)
}

export function answersTable(answers: readonly Answer[]): Table {
  return answers.map((answer, i) => [letterOf(i), answer.title, answer.folder])
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`
const digits = (value: number) => value.toFixed(3)

function lettersOf({ a, b }: PairComparison): Letters {
  return [letterOf(a), letterOf(b)]
}

export function pairHeading(pair: PairComparison): string {
  const { reference, result } = pair
  const size = result.size === undefined ? 'no masks' : `${result.size[1]} x ${result.size[0]}`
  const how = result.settings.matching === 'overTime' ? 'objects matched over time' : 'masks matched within each frame'
  const [first, second] = lettersOf(pair)
  const which = reference === undefined ? '' : `, ${reference === 'a' ? first : second} is the reference`
  return `${first} and ${second}: ${result.frames.length} frames, ${size}, ${how}${which}`
}

/** A row for each level; against a reference, which has no levels, a last one in which each of its objects counts once. */
export function levelTable(pair: PairComparison): Table {
  const { reference, result, overall } = pair
  const letters = lettersOf(pair)
  const kinds = kindsInOrder(reference)
  const row = (name: string, { objectsA, objectsB, counts, meanIou, share }: Omit<LevelComparison, 'level'>) => [
    name,
    String(objectsA),
    String(objectsB),
    ...kinds.map((kind) => String(counts[kind])),
    meanIou === undefined ? '-' : digits(meanIou),
    percent(share),
  ]
  return [
    [
      'level',
      `in ${letters[0]}`,
      `in ${letters[1]}`,
      ...kinds.map((kind) => wordOfKind(kind, letters, reference)),
      'mean IoU',
      'disagreement',
    ],
    ...result.levels.map((level) => row(String(level.level), level)),
    ...(overall !== undefined && result.levels.length > 1 ? [row('best of all', overall)] : []),
  ]
}

/** What the words of the columns mean, and what is counted, in sentences. */
export function meaningOfPair(pair: PairComparison): string {
  const { reference, result } = pair
  const letters = lettersOf(pair)
  const meanings = kindsInOrder(reference).map((kind) => {
    const meaning = meaningOfKind(kind, letters, reference)
    return `${wordOfKind(kind, letters, reference)}: ${meaning.charAt(0).toLowerCase()}${meaning.slice(1)}`
  })
  const kinds = `${meanings.join('; ')}.`
  if (reference === undefined) return `${kinds} Disagreement is the share of covered pixels on which matched objects do not agree.`
  const once = result.levels.length > 1
  return [
    kinds,
    'Disagreement is the share of what is annotated, and of what was matched to it, on which the two differ: what nobody annotated cannot be judged.',
    ...(once
      ? [
          'The reference has no levels: in the last row, and in what follows, each of its objects counts once, at the level where it is met best.',
        ]
      : []),
  ].join(' ')
}

export function worstFramesTable({ a, b, result }: PairComparison, frames: readonly SharedFrame[], most: number): Table {
  const names = new Map(frames.map(({ frameIndex, name }) => [frameIndex, name]))
  const worst = worstFrames(result).slice(0, most)
  const head = ['frame', 'name', 'disagreement', 'differing px', `masks in ${letterOf(a)}`, `masks in ${letterOf(b)}`]
  return [
    head,
    ...worst.map((frame) => [
      String(frame.frameIndex),
      names.get(frame.frameIndex) ?? '',
      percent(frame.share),
      String(frame.unionPixels - frame.sharedPixels),
      String(frame.masksA),
      String(frame.masksB),
    ]),
  ]
}

/** Frames on which the answers differ, greatest share first. */
export function worstFrames({ frames }: ComparisonResult): ComparisonResult['frames'] {
  return frames.filter(({ share }) => share > 0).sort((one, other) => other.share - one.share || one.frameIndex - other.frameIndex)
}

export function placesTable(pair: PairComparison, most: number): Table {
  const { a, b, result, reference } = pair
  const head = ['frame', 'level', 'kind', `in ${letterOf(a)}`, `in ${letterOf(b)}`, 'differing px', 'IoU']
  return [head, ...result.worst.slice(0, most).map((place) => placeRow(place, lettersOf(pair), reference))]
}

function placeRow(
  { frameIndex, level, kind, objectA, objectB, areaPixels, iou }: DisagreementPlace,
  letters: Letters,
  reference: ReferenceSide,
): string[] {
  return [
    String(frameIndex),
    String(level),
    wordOfKind(kind, letters, reference),
    objectText(objectA),
    objectText(objectB),
    String(areaPixels),
    digits(iou),
  ]
}

/** Ids of runs carry their level; those of annotations are small numbers. */
export function objectText(id: number | undefined): string {
  if (id === undefined) return '-'
  return id >= idsPerLevel ? labelOfId(id) : String(id)
}

export function settingsTable({ answers, rows }: AnswersCompared['settings']): Table {
  const head = ['setting', ...answers.map(letterOf)]
  return [head, ...rows.map(({ path, values }) => [path, ...values.map((value) => (value === undefined ? '-' : String(value)))])]
}

export function truthTable(truth: readonly TruthComparison[]): Table {
  const head = ['answer', 'level', 'frames', 'object', 'counterpart', 'J', 'F', 'J&F', 'IoU', 'precision', 'recall']
  const rows = truth.flatMap(({ answer, levels }) =>
    levels.flatMap((level) => [
      [
        letterOf(answer),
        String(level.level),
        String(level.frames),
        `all ${level.objects.length}`,
        '',
        digits(level.j),
        digits(level.f),
        digits(level.jf),
        digits(level.iou),
        digits(level.precision),
        digits(level.recall),
      ],
      ...level.objects.map(({ id, match, j, f, jf, iou, frames }) => [
        '',
        '',
        match === undefined && frames === 0 ? '-' : String(frames),
        String(id),
        objectText(match),
        digits(j),
        digits(f),
        digits(jf),
        digits(iou),
        '',
        '',
      ]),
    ]),
  )
  return [head, ...rows]
}
