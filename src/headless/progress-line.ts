// A run told in the terminal: one line that is redrawn, or plain lines now and then where nothing can be redrawn.
import { countsInWords, formatDurationRange } from '#core/base/format'
import { paceOf, type RunRecord } from '#core/run/run'
import type { RunEvent } from '#core/run/run-event'
import type { Output } from './output.ts'

export type ProgressLine = {
  show(record: RunRecord, event: RunEvent): void
  /** A line that stays, above the redrawn one. */
  say(text: string): void
  /** Takes the redrawn line away. */
  clear(): void
}

/** Between plain lines, and between redraws: logs stay short, terminals calm. */
const plainEveryMs = 5000
const redrawEveryMs = 100

export function createProgressLine(
  output: Output,
  write: (text: string) => void,
  now: () => number = () => performance.now(),
): ProgressLine {
  let shownAt = Number.NEGATIVE_INFINITY
  let drawn = false
  const clear = () => {
    if (drawn) write('\r\u001b[2K')
    drawn = false
  }
  const say = (text: string) => {
    clear()
    output.tell(text)
  }
  return {
    say,
    clear,
    show: (record, event) => {
      const turn = event.type === 'stageStarted' || event.type === 'stageFinished'
      if (event.type === 'stageFinished') {
        say([`${event.stage} ${event.state} in ${(event.durationMs / 1000).toFixed(1)} s`, ...countsInWords(event.counts)].join(', '))
        return
      }
      if (event.type !== 'stageProgressed' && event.type !== 'stageStarted') return
      if (!turn && now() - shownAt < (output.isTerminal ? redrawEveryMs : plainEveryMs)) return
      shownAt = now()
      const text = progressText(record)
      if (!text) return
      if (!output.isTerminal) {
        output.tell(text)
        return
      }
      clear()
      write(text.slice(0, Math.max(20, output.columns - 1)))
      drawn = true
    },
  }
}

/** Stage, done of total, rate, remaining time as a range; undefined when no stage is running. */
export function progressText(record: RunRecord): string | undefined {
  const stage = record.stages.find(({ state }) => state === 'running')
  if (!stage) return undefined
  // A stage says how much there is to do only after it has looked.
  const parts = [stage.total > 0 ? `${stage.id} ${stage.done}/${stage.total} ${stage.unit}` : `${stage.id} begins`]
  const pace = paceOf(stage)
  if (pace) {
    parts.push(`${pace.perSecond >= 10 ? Math.round(pace.perSecond) : pace.perSecond.toFixed(1)}/s`)
    if (stage.done < stage.total) parts.push(`${formatDurationRange(pace.remainingLowMs, pace.remainingHighMs)} left`)
  }
  return parts.join(' · ')
}
