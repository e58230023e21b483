// What each stage of this run used over its time, beside the frames it made.
import { useRun } from '../../state/services.tsx'
import { StageCharts } from '../run/stage-charts.tsx'
import type { Browse } from './use-browse.ts'

export function ResourcePanel({ browse }: { readonly browse: Browse }) {
  const record = useRun(browse.runId, (one) => one?.record)
  const began = record?.stages.filter((stage) => stage.resources.samples > 0 || stage.state === 'running') ?? []
  return (
    <section
      aria-label="What the stages used"
      data-testid="resource-panel"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
      tabIndex={0}
      className="h-full overflow-y-auto bg-panel px-3 py-2 focus-visible:-outline-offset-2"
    >
      {began.length === 0 && <p className="text-mut">No stage has begun yet; its charts appear with the first reading.</p>}
      {began.map((stage) => (
        <div key={stage.id} className="pb-2">
          <h3 className="text-sm font-medium">{stage.id}</h3>
          <StageCharts runId={browse.runId} stage={stage} gpu={record?.gpu} />
        </div>
      ))}
    </section>
  )
}
