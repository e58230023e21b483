// The queue in a few words for the bar on top: how many go, how many wait, and what keeps them.
import type { QueueState } from '#api/queue-state'
import type { MarkedState } from '../../ui/state-mark.tsx'

/** `why` is for the hover: one line for each thing that holds something back. */
export function queueChip(queue: QueueState): { readonly state: MarkedState; readonly parts: readonly string[]; readonly why: string } {
  const waiting = queue.entries.filter((entry) => entry.state === 'queued')
  const going = queue.entries.length - waiting.length
  const isNarrowed = queue.cap < queue.parallel
  const parts = [
    ...(queue.paused ? ['queue paused'] : []),
    ...(isNarrowed ? [`${queue.cap} of ${queue.parallel} at once`] : []),
    ...(going > 0 ? [`${going} going`] : []),
    ...(waiting.length > 0 ? [`${waiting.length} waiting`] : []),
  ]
  const reasons = [
    ...(isNarrowed ? [queue.capReason] : []),
    ...new Set(waiting.map((entry) => entry.waitsFor).filter((words) => words !== '')),
  ]
  return {
    state: queue.paused ? 'paused' : isNarrowed || queue.memory.state === 'critical' ? 'warning' : going > 0 ? 'running' : 'ok',
    parts: parts.length > 0 ? parts : ['queue empty'],
    why: reasons.length > 0 ? reasons.slice(0, 6).join('\n') : 'Nothing is held back',
  }
}
