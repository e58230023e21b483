// Under a stage: why it runs, goes on or was taken over, what it holds, and what went wrong.
import { canonicalJson } from '#core/base/canonical-json'
import { formatBytes } from '#core/base/format'
import type { StageRecord } from '#core/run/run'
import { hashFromRoute } from '../../state/route.ts'
import { type ShownFault, wordsOfFault } from '../../ui/fault-card.tsx'

/** `toldAbove`: the fault that the run's own card tells in full; its stage does not repeat it. */
export function StageNotes({ stage, toldAbove }: { readonly stage: StageRecord; readonly toldAbove: ShownFault | undefined }) {
  const { plan, lease } = stage
  const fault = stage.fault && toldAbove && canonicalJson(stage.fault) === canonicalJson(toldAbove) ? undefined : stage.fault
  const held = stage.state === 'running' && lease ? [`holds ${lease.device}, up to ${formatBytes(lease.memoryBytes)}`] : []
  const again = stage.attempt > 1 ? [`attempt ${stage.attempt}`] : []
  const small = [...held, ...again].join(' · ')
  if (!plan && !fault && small === '') return null
  return (
    <div className="mt-1 pl-6 text-sm text-mut">
      {plan && (
        <p data-testid={`plan-${stage.id}`} data-action={plan.action}>
          {plan.reason}{' '}
          {plan.from && (
            <a href={hashFromRoute({ page: 'run', runId: plan.from.runId })} className="text-acc underline underline-offset-2">
              Open that run
            </a>
          )}
        </p>
      )}
      {plan && plan.action === 'run' && plan.changed.length > 0 && (
        <ul className="text-dim">
          {plan.changed.slice(0, 6).map(({ key, before, after }) => (
            <li key={key} className="truncate" title={`${key}: ${before} → ${after}`}>
              {key}: {before} → <span className="text-mut">{after}</span>
            </li>
          ))}
        </ul>
      )}
      {small !== '' && <p>{small}</p>}
      {fault && stage.state === 'failed' && (
        <p className="text-bad">
          {wordsOfFault(fault).message} <span className="text-mut">{wordsOfFault(fault).remedy}</span>
        </p>
      )}
    </div>
  )
}
