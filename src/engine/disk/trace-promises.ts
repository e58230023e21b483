// What the engine had promised at a moment of a recorded trace: stages finished, frames committed with a sync, events told for good.
import { z } from 'zod'
import { wholeLines } from '../archive/line-file.ts'
import type { Trace, TracedAct } from './recording-disk.ts'
import { bytesWritten } from './trace-replay.ts'

export type RunPromise = {
  /** Units committed of each stage; Infinity when it is finished. */
  readonly stages: ReadonlyMap<string, number>
  /** Number of the last event that a power cut must not take back. */
  readonly seq: number
}

type Promised = { stages: Map<string, number>; seq: number; journalled: number; recorded: Map<string, number> }

/** By name of the run's folder. Taken back by whoever begins a stage anew. */
export function promisesAt(trace: Trace, moment: number): ReadonlyMap<string, RunPromise> {
  const runs = new Map<string, Promised>()
  for (const act of trace.acts) {
    if (act.began > moment) continue
    const [name = '', ...rest] = act.path.split('/')
    const isOver = act.ended !== undefined && act.ended <= moment
    if (act.path === '' && act.change.kind === 'sync' && isOver)
      for (const run of runs.values()) run.seq = Math.max(run.seq, run.journalled)
    if (name === '') continue
    const run: Promised = runs.get(name) ?? { stages: new Map(), seq: 0, journalled: 0, recorded: new Map() }
    runs.set(name, run)
    if (act.change.kind === 'sync' && isOver) noteSync(trace, act, rest, run)
    else if (act.change.kind === 'names') noteNames(act, rest, run)
  }
  return runs
}

function noteSync(trace: Trace, act: TracedAct, [first, stage, file]: readonly string[], run: Promised): void {
  if (first === 'journal.ndjson') {
    const seq = z.object({ seq: z.number() }).parse(lastLine(trace, act)).seq
    run.journalled = seq
    // Its name is synced when the run is told; later events need no more than this.
    if (run.seq > 0) run.seq = seq
  }
  if (first === '.work' && stage !== undefined && file === 'commits.ndjson') {
    const { position } = z.object({ position: z.number() }).parse(lastLine(trace, act))
    run.stages.set(stage, Math.max(position, run.stages.get(stage) ?? 0))
  }
  if (first === 'stages' && stage === undefined)
    for (const [recorded, ended] of run.recorded) if (ended < act.began) run.stages.set(recorded, Number.POSITIVE_INFINITY)
}

function noteNames({ change, ended }: TracedAct, [first, second]: readonly string[], run: Promised): void {
  if (change.kind !== 'names') return
  const goes = change.changes.every(({ node }) => node === undefined)
  if (first === 'stages' && second?.endsWith('.json') && !second.startsWith('.')) {
    const stage = second.slice(0, -'.json'.length)
    if (goes) {
      run.recorded.delete(stage)
      run.stages.delete(stage)
    } else run.recorded.set(stage, ended ?? Number.POSITIVE_INFINITY)
  }
  if (first === '.work' && goes)
    for (const [stage, position] of [...run.stages])
      if (position !== Number.POSITIVE_INFINITY && (second ?? stage) === stage) run.stages.delete(stage)
}

/** Of a file whose sync this is: the last line that the sync covers. */
function lastLine(trace: Trace, { change, began }: TracedAct): unknown {
  if (change.kind !== 'sync') throw new RangeError('not a sync')
  const line = wholeLines(bytesWritten(trace, change.node, began)).at(-1)
  if (!line) throw new RangeError('a sync of no line')
  return JSON.parse(line.text)
}
