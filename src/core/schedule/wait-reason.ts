// Why a run waits, or never can start, as a sentence with numbers for screen and record.
import { formatBytes } from '../base/format.ts'
import { type Obstacle, obstacles, type Refusal } from './grant.ts'
import type { Device, Lease, LeaseRequest, Schedule } from './schedule.ts'

export type Wait = { readonly runId: string; readonly stage: string; readonly device: string; readonly reason: string }

/** What each waiting run waits for, in the order of the queue. `nameOf` gives the name a person knows a run by. */
export function waits(schedule: Schedule, nameOf: (runId: string) => string = (runId) => runId): Wait[] {
  return obstacles(schedule).map(({ request, obstacle }) => ({
    runId: request.runId,
    stage: request.stage,
    device: request.device,
    reason: reasonOfObstacle(obstacle, request, schedule, nameOf),
  }))
}

export function reasonOfObstacle(obstacle: Obstacle, request: LeaseRequest, schedule: Schedule, nameOf: (runId: string) => string): string {
  const named = (lease: Lease) => (lease.holder === undefined ? `run ${nameOf(lease.runId)}` : `a run of ${lease.holder}`)
  const list = (leases: readonly Lease[]) => (leases.length === 0 ? 'nothing we know of' : joined(leases.map(named)))
  switch (obstacle.kind) {
    case 'paused':
      return 'waits until the queue goes on: it is paused'
    case 'stopped':
      return `waits until memory is free again: ${obstacle.reason}`
    case 'kept':
      return `waits until ${named(obstacle.by)} has done ${obstacle.by.stage}: it runs alone`
    case 'company':
      return `waits until nothing else runs, because it has to run alone: ${list(obstacle.by)} ${obstacle.by.length === 1 ? 'is' : 'are'} going`
    case 'behind':
      return `waits for ${request.device}: run ${nameOf(obstacle.runId)} was overtaken often enough and comes first`
    case 'full':
      return fullSentence(obstacle, request.device, list(obstacle.by))
    case 'turn':
      return turnSentence(obstacle.going, obstacle.limit, schedule.settings.parallel)
  }
}

function fullSentence(obstacle: Extract<Obstacle, { kind: 'full' }>, device: string, by: string): string {
  const { what, needed, taken, total } = obstacle
  if (what === 'memory')
    return `waits for ${device}: ${formatBytes(taken)} of ${formatBytes(total)} are taken by ${by}, ${formatBytes(needed)} are needed`
  const thing = what === 'cores' ? counted(total, 'core') : counted(total, 'place')
  return `waits for ${device}: ${taken} of ${thing} ${taken === 1 ? 'is' : 'are'} taken by ${by}, ${needed} ${needed === 1 ? 'is' : 'are'} needed`
}

function turnSentence(going: number, limit: number, parallel: number): string {
  const now = `waits for its turn: ${going} ${going === 1 ? 'run is' : 'runs are'} going`
  if (limit < parallel) return `${now}, and while memory is short at most ${limit} of ${parallel} may go at once`
  return `${now}, and at most ${limit} may go at once`
}

/** Why a request can never be granted here. */
export function reasonOfRefusal({ request, kind, totalBytes }: Refusal, devices: readonly Device[]): string {
  if (kind === 'device') return `there is no ${request.device} on this machine (it has ${joined(devices.map((device) => device.id))})`
  return `${request.stage} is expected to need ${formatBytes(request.memoryBytes)}, and ${request.device} has ${formatBytes(totalBytes)} in all`
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`
}

function joined(parts: readonly string[]): string {
  return parts.length < 2 ? (parts[0] ?? 'none') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`
}
