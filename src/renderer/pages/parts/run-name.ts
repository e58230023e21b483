// The name of a run, from the list of runs.
import { useRunList } from '../../state/queries.ts'

export function useRunName(runId: string | undefined): string | undefined {
  const runs = useRunList().data
  return runId === undefined ? undefined : runs?.find((run) => run.id === runId)?.name
}
