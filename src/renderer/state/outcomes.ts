// Which outcomes of runs are news: each is told once, and none that was there before the page was.
import type { RunSummary } from '#api/api'

export type Outcome = { readonly runId: string; readonly title: string; readonly text: string }
export type Outcomes = {
  /** What the newest list brings. */
  take(list: readonly RunSummary[]): readonly Outcome[]
}

const told: Readonly<Partial<Record<RunSummary['state'], string>>> = {
  succeeded: 'is done',
  failed: 'failed',
  interrupted: 'was interrupted',
  paused: 'is paused',
}

export function createOutcomes(): Outcomes {
  let states: ReadonlyMap<string, string> | undefined
  return {
    take: (list) => {
      const before = states
      states = new Map(list.map((run) => [run.id, run.state]))
      if (!before) return []
      return list.flatMap((run): Outcome[] => {
        const words = told[run.state]
        const was = before.get(run.id)
        if (words === undefined || was === undefined || was === run.state) return []
        return [{ runId: run.id, title: `${run.name} ${words}`, text: run.sceneName }]
      })
    },
  }
}
