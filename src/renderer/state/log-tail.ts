// The newest lines of a run's log, in bounded memory.
import type { RunEvent } from '#core/run/run-event'

export type LogLine = {
  readonly seq: number
  readonly at: number
  readonly source: string
  readonly severity: 'info' | 'warning' | 'error'
  readonly text: string
}
export type LogTail = {
  readonly lines: readonly LogLine[]
  /** Lines written in all, those that are no longer kept included. */
  readonly total: number
}

export const logCapacity = 2000
export const emptyLog: LogTail = { lines: [], total: 0 }

export function withLines(log: LogTail, events: readonly RunEvent[]): LogTail {
  const fresh: LogLine[] = []
  for (const event of events)
    if (event.type === 'logWritten')
      fresh.push({ seq: event.seq, at: event.at, source: event.source, severity: event.severity, text: event.text })
  if (fresh.length === 0) return log
  return { lines: [...log.lines, ...fresh].slice(-logCapacity), total: log.total + fresh.length }
}
