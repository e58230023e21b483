// A comparison in tables: what a person reads in the terminal and in a report.
import type { ComparisonResult, DisagreementPlace, RelationKind } from '#core/compare/compare-types'
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

const kinds: readonly RelationKind[] = ['matched', 'split', 'merged', 'missing', 'extra']
const percent = (share: number) => `${(100 * share).toFixed(1)} %`
const digits = (value: number) => value.toFixed(3)

export function pairHeading({ a, b, result }: PairComparison): string {
  const size = result.size === undefined ? 'no masks' : `${result.size[1]} x ${result.size[0]}`
  const how = result.settings.matching === 'overTime' ? 'objects matched over time' : 'masks matched within each frame'
  return `${letterOf(a)} and ${letterOf(b)}: ${result.frames.length} frames, ${size}, ${how}`
}

/** Words of the columns: split is one object of the first that is several of the second; missing is only in the first. */
export function levelTable({ a, b, result }: PairComparison): Table {
  const [first, second] = [letterOf(a), letterOf(b)]
  const head = ['level', `in ${first}`, `in ${second}`, ...kinds, 'mean IoU', 'disagreement']
  return [
    head,
    ...result.levels.map((level) => [
      String(level.level),
      String(level.objectsA),
      String(level.objectsB),
      ...kinds.map((kind) => String(level.counts[kind])),
      level.meanIou === undefined ? '-' : digits(level.meanIou),
      percent(level.share),
    ]),
  ]
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

export function placesTable({ a, b, result }: PairComparison, most: number): Table {
  const head = ['frame', 'level', 'kind', `in ${letterOf(a)}`, `in ${letterOf(b)}`, 'differing px', 'IoU']
  return [head, ...result.worst.slice(0, most).map(placeRow)]
}

function placeRow({ frameIndex, level, kind, objectA, objectB, areaPixels, iou }: DisagreementPlace): string[] {
  return [String(frameIndex), String(level), kind, objectText(objectA), objectText(objectB), String(areaPixels), digits(iou)]
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
  const head = ['answer', 'level', 'object', 'counterpart', 'J', 'F', 'J&F', 'IoU', 'precision', 'recall']
  const rows = truth.flatMap(({ answer, levels }) =>
    levels.flatMap((level) => [
      [
        letterOf(answer),
        String(level.level),
        'all',
        '',
        digits(level.j),
        digits(level.f),
        digits(level.jf),
        digits(level.iou),
        digits(level.precision),
        digits(level.recall),
      ],
      ...level.objects.map(({ id, match, j, f, jf, iou }) => [
        '',
        '',
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
