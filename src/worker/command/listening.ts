// What the lines of a program mean: progress, a reason to fail, or words for the log.
import type { CommandDeclaration } from '#core/pipeline/command-stage'
import type { StageContext } from '../stage.ts'
import type { Piece } from './line-splitter.ts'
import { createPatternSet, type PatternHit } from './patterns.ts'
import type { ProgramLog } from './program-log.ts'

export type Listening = {
  readonly take: (pieces: readonly Piece[]) => Promise<void>
  /** Why the stage failed although its program may say that all is well; undefined when it did not. */
  failed(): string | undefined
}

/** Smaller steps are not told: a bar shows no more, and a program may count bytes. */
const progressStep = 0.001

export function listen(
  declaration: Pick<CommandDeclaration, 'progress' | 'failPatterns' | 'id'>,
  log: Pick<ProgramLog, 'write'>,
  told: {
    readonly progress: (fraction: number) => void
    readonly warn: StageContext['warn']
  },
): Listening {
  const { progress, failPatterns } = declaration
  let failure: string | undefined
  let reached = 0
  let toldFraction = -1
  let toldText: string | undefined
  const patterns = createPatternSet([...failPatterns, ...progress.map(({ pattern }) => pattern)], (index, line) => {
    const of = index < failPatterns.length ? `failPatterns[${index}]` : `progress[${index - failPatterns.length}].pattern`
    const reason = `${of} takes too long on the line "${line.slice(0, 80)}"; its loops nest`
    // Without its fail patterns a success would be a guess; without progress only the bar stands still.
    if (index < failPatterns.length) failure ??= reason
    else told.warn('PROGRESS_UNREADABLE', { stage: declaration.id, reason })
  })
  const hear = (hit: PatternHit) => {
    const rule = progress[hit.pattern - failPatterns.length]
    if (!rule) {
      failure ??= `it said "${hit.text.slice(0, 300)}"`
      return
    }
    const fraction = fractionOf(hit.groups)
    if (fraction !== undefined) reached = Math.max(reached, rule.from + fraction * (rule.to - rule.from))
  }
  const tellProgress = () => {
    if (reached < toldFraction + progressStep && !(reached === 1 && toldFraction < 1)) return
    toldFraction = reached
    told.progress(reached)
  }
  return {
    take: async (pieces) => {
      const hits = patterns.match(pieces.map(({ text }) => text))
      hits.forEach(hear)
      if (hits.length > 0) tellProgress()
      /** Of lines that are progress only their `text`, when it is another than before. */
      const texts = new Map(
        hits.filter(({ pattern }) => pattern >= failPatterns.length).map(({ line, groups }) => [line, groups.text?.trim()]),
      )
      const heard: string[] = []
      pieces.forEach(({ text, lasting }, i) => {
        const progressText = texts.get(i)
        if (!texts.has(i) && lasting) heard.push(text)
        if (!progressText || progressText === toldText) return
        toldText = progressText
        heard.push(progressText)
      })
      await log.write(
        pieces.filter(({ lasting }) => lasting).map(({ text }) => text),
        heard,
      )
    },
    failed: () => failure,
  }
}

/** 0..1 of what the pattern counts; undefined when it has no such group or a number is none. */
export function fractionOf({ done, total, fraction, percent }: PatternHit['groups']): number | undefined {
  const value = fraction !== undefined ? Number(fraction) : percent !== undefined ? Number(percent) / 100 : Number(done) / Number(total)
  return Number.isFinite(value) ? Math.min(1, Math.max(0, value)) : undefined
}
