// The name of a run: from the list of runs, else from its record, for those of other programs are in no list.
import { useRunList } from '../../state/queries.ts'
import { useRun } from '../../state/services.tsx'

export function useRunName(runId: string | undefined): string | undefined {
  const runs = useRunList().data
  const own = useRun(runId ?? '', (view) => view?.record?.name)
  return runId === undefined ? undefined : (runs?.find((run) => run.id === runId)?.name ?? own)
}
