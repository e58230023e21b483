// Describes a run of our own: what of it is cut or missing, and whether its pictures are still there.
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunDescription } from '#core/run/run-description'
import { hasEnded, type RunRecord } from '#core/run/run'

/** `problems`: whole sentences or parts of one, as its folder was read. */
export async function describeOwn(folder: string, record: RunRecord, problems: readonly string[]): Promise<RunDescription> {
  const { framesPath } = record.scene
  const there = await Promise.all(
    record.frameNames.map((name) =>
      access(join(framesPath, name)).then(
        () => 1,
        () => 0,
      ),
    ),
  )
  return {
    program: 'scenewright',
    folder,
    repairs: problems.map((problem) => ({
      code: 'RUN_NOT_WHOLE',
      title: 'Not all of the run is there',
      message: `${problem[0]?.toUpperCase() ?? ''}${problem.slice(1)}${problem.endsWith('.') ? '' : '.'}`,
      outcome: 'What can be read is shown; `scenewright inspect verify` names everything that is broken.',
    })),
    missing: hasEnded(record.state) ? record.stages.filter(({ state }) => !isDone(state)).map(({ id }) => `stage ${id}`) : [],
    documents: [],
    pictures: { folder: framesPath, found: there.reduce<number>((sum, one) => sum + one, 0), of: record.frameNames.length },
  }
}

const isDone = (state: string) => state === 'succeeded' || state === 'reused'
