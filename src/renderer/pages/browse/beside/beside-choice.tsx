// Which other answer stands beside the picture: a stage of this run, or a run of the same scene.
import { wordOfStage } from '../../../frame/stage-words.ts'
import { useRunList } from '../../../state/queries.ts'
import { useRun, useServices } from '../../../state/services.tsx'
import { useRunName } from '../../parts/run-name.ts'
import type { Browse } from '../use-browse.ts'
import { besideFromText, textFromBeside } from './beside-source.ts'

export function BesideChoice({ browse, chosen }: { readonly browse: Browse; readonly chosen: string }) {
  const { view } = useServices()
  const list = useRunList()
  const scene = useRun(browse.runId, (one) => one?.record?.config.scene)
  const runs = (list.data ?? []).filter((run) => run.id !== browse.runId && run.scenePath === scene)
  const source = besideFromText(chosen)
  const name = useRunName(source?.runId)
  const stages = browse.coverage.stages.map((stage) => ({ stage, text: textFromBeside({ runId: browse.runId, stage }) }))
  // An address may name a run of another scene, or a stage that this list does not offer.
  const isListed = chosen === '' || stages.some(({ text }) => text === chosen) || runs.some((run) => run.id === chosen)
  return (
    <select
      aria-label="The other answer"
      data-testid="beside-choice"
      value={chosen}
      onChange={(event) => view.setState({ beside: event.target.value })}
      className="h-6 min-w-0 max-w-[220px] shrink rounded-md border border-line2 bg-panel px-1 text-txt"
    >
      <option value="">Compare with…</option>
      <optgroup label="Another stage of this run">
        {stages.map(({ stage, text }) => (
          <option key={text} value={text}>
            {wordOfStage(stage)}
          </option>
        ))}
      </optgroup>
      {runs.length > 0 && (
        <optgroup label="Runs of the same scene">
          {runs.map((run) => (
            <option key={run.id} value={run.id}>
              {run.name}
            </option>
          ))}
        </optgroup>
      )}
      {!isListed && (
        <option value={chosen}>
          {name ?? source?.runId}
          {source?.stage === undefined ? '' : `, ${wordOfStage(source.stage).toLowerCase()}`}
        </option>
      )}
    </select>
  )
}
