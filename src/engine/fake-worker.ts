// Workers that do no real work, for tests and drills of the engine: each stage writes what a frame number and the settings make.
import { channelPair } from '#api/channel'
import { type Assignment, ToWorker } from '#api/worker-api'
import { artifactName } from '#core/archive/manifest'
import { candidatePositions } from '#core/pipeline/pipeline'
import type { MaskEntry } from '#core/segment/frame-masks'
import type { WorkerProcess } from './runs/worker-pool.ts'

export type Say = (message: Record<string, unknown>) => void
export type FakeWork = {
  /** Awaited before each unit. */
  readonly before?: (assignment: Assignment, unit: number) => Promise<void>
  /** Told once a stage begins. */
  readonly began?: (assignment: Assignment) => void
  /** Bytes of each artifact, at least. */
  readonly artifactBytes?: number
  /** Masks of every frame of these stages; the others write none. */
  readonly masks?: Readonly<Record<string, readonly MaskEntry[]>>
}

/** Does stages unit by unit: an artifact, then a commit, each acknowledged; goes on where it was committed; listens to cancel and pause. */
export function fakeWorker(work: FakeWork = {}): WorkerProcess {
  const [near, far] = channelPair()
  const { promise: exited, resolve } = Promise.withResolvers<{ reason: string }>()
  const tickets = new Map<number, () => void>()
  const orders = new Map<string, { cancelled: boolean; pausing: boolean }>()
  let nextTicket = 1
  let dead = false
  const deliver = (message: Record<string, unknown>) =>
    new Promise<void>((done) => {
      const ticket = nextTicket
      nextTicket += 1
      tickets.set(ticket, done)
      if (!dead) far.post({ ...message, ticket })
    })
  const perform = async (assignment: Assignment) => {
    const { id, stage } = assignment
    const order = { cancelled: false, pausing: false }
    orders.set(id, order)
    work.began?.(assignment)
    const frames = stage === 'tracker' ? assignment.frames : candidateFrames(assignment)
    const units = stage === 'report' ? [] : frames
    far.post({ type: 'began', id, total: units.length })
    for (const [unit, frame] of units.entries()) {
      if (unit < (assignment.resume?.position ?? 0)) continue
      await work.before?.(assignment, unit)
      if (dead) return
      if (order.cancelled) {
        far.post({ type: 'cancelled', id })
        return
      }
      const at = { level: assignment.config.levels[0]!, frameIndex: frame.frameIndex }
      const value = {
        frameIndex: frame.frameIndex,
        frameName: frame.name,
        level: at.level,
        size: [assignment.height, assignment.width],
        masks: work.masks?.[stage] ?? [],
      }
      const bytes = new TextEncoder().encode(JSON.stringify(value).padEnd(work.artifactBytes ?? 0))
      const name = artifactName(stage, 'masks', at)
      await deliver({
        type: 'artifact',
        id,
        name,
        kind: 'masks',
        ...at,
        mediaType: 'application/json',
        place: 'archive',
        counts: { masks: 0 },
        bytes,
      })
      far.post({ type: 'progress', id, done: unit + 1, total: units.length, frameIndex: frame.frameIndex })
      await deliver({ type: 'commit', id, position: unit + 1, counts: { things: unit + 1 }, state: Uint8Array.of(unit & 255, 1, 2) })
      if (order.pausing) {
        far.post({ type: 'cancelled', id })
        return
      }
    }
    if (stage === 'report')
      await deliver({
        type: 'artifact',
        id,
        name: 'report.md',
        kind: 'file',
        mediaType: 'text/markdown',
        place: 'file',
        bytes: new TextEncoder().encode('# report\n'),
      })
    far.post({ type: 'done', id, counts: { things: units.length } })
  }
  far.onMessage((raw) => {
    const message = ToWorker.parse(raw)
    if (message.type === 'assign') void perform(message.assignment)
    else if (message.type === 'probe') far.post({ type: 'probed', id: message.id, providers: [] })
    else if (message.type === 'written') {
      tickets.get(message.ticket)?.()
      tickets.delete(message.ticket)
    } else if (message.type === 'cancel' || message.type === 'pause') {
      const order = orders.get(message.id)
      if (order && message.type === 'cancel') order.cancelled = true
      else if (order) order.pausing = true
    }
  })
  return {
    channel: near,
    pid: undefined,
    exited,
    kill: async () => {
      dead = true
      resolve({ reason: 'SIGKILL' })
    },
  }
}

function candidateFrames({ frames, config }: Assignment): Assignment['frames'] {
  return candidatePositions(frames.length, config.stages.ssam.every).map((position) => frames[position]!)
}
