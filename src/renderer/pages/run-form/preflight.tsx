// Before it starts: what becomes of each stage and why, what it will take, and what speaks against it.
import { CheckCheck, LoaderCircle, Play, StepForward, TriangleAlert, X } from 'lucide-react'
import { formatBytes, formatCount, formatDuration } from '#core/base/format'
import type { Conflict, RunPlan, StagePlan } from '#core/run/run-plan'
import { type StartRequestInput, usePlan } from '../../state/queries.ts'
import { hashFromRoute } from '../../state/route.ts'
import { cn } from '../../ui/class-names.ts'
import { FaultCard } from '../../ui/fault-card.tsx'
import { PanelHead } from '../../ui/panel.tsx'
import { useSettled } from './use-settled.ts'

export function Preflight({ requests }: { readonly requests: readonly StartRequestInput[] | undefined }) {
  const request = useSettled(JSON.stringify(requests?.[0] ?? null), 500)
  const plan = usePlan(request === 'null' ? undefined : (JSON.parse(request) as StartRequestInput))
  const isOld = plan.isFetching || plan.isPlaceholderData || request !== JSON.stringify(requests?.[0] ?? null)
  const rest = (requests?.length ?? 0) - 1
  const isRefused = plan.data?.conflicts.some(({ severity }) => severity === 'error') ?? false
  return (
    <aside
      aria-label="Before it starts"
      data-testid="preflight"
      aria-busy={isOld && requests !== undefined}
      className="min-h-0 bg-panel min-[1180px]:overflow-y-auto"
    >
      <PanelHead title="Before it starts" note={rest > 0 ? `the first of ${formatCount(rest + 1)} scenes` : undefined}>
        {requests && isOld && <LoaderCircle size={13} aria-label="Looking" className="motion-safe:animate-spin" />}
      </PanelHead>
      {!requests ? (
        <p className="p-3 text-sm text-mut">
          With frames, levels and a folder chosen, it says here what will run, what is taken over and why.
        </p>
      ) : plan.error ? (
        <FaultCard fault={plan.error} />
      ) : plan.data ? (
        <div className={cn(isOld && 'opacity-60')}>
          <Conflicts conflicts={plan.data.conflicts} />
          <ol>
            {plan.data.stages.map((stage) => (
              <StageLine key={stage.stage} stage={stage} isRefused={isRefused} />
            ))}
          </ol>
          {plan.data.stages.length > 0 && <Total plan={plan.data} />}
        </div>
      ) : (
        <p className="p-3 text-sm text-mut">Looking at frames, earlier runs and devices…</p>
      )}
    </aside>
  )
}

function Conflicts({ conflicts }: { readonly conflicts: readonly Conflict[] }) {
  return conflicts.map(({ severity, code, title, message, remedy }) => (
    <section
      key={`${code} ${message}`}
      role={severity === 'error' ? 'alert' : 'status'}
      data-testid={`conflict-${code}`}
      className={cn(
        'flex gap-2 border-b border-l-2 border-b-line px-3 py-2 text-sm',
        severity === 'error' ? 'border-l-bad' : 'border-l-warn',
      )}
    >
      {severity === 'error' ? (
        <X size={14} aria-hidden className="mt-0.5 shrink-0 text-bad" />
      ) : (
        <TriangleAlert size={14} aria-hidden className="mt-0.5 shrink-0 text-warn" />
      )}
      <div className="min-w-0 break-words">
        <p className="font-medium">{title}</p>
        <p>{message}</p>
        <p className="text-mut">{remedy}</p>
      </div>
    </section>
  ))
}

const acts = {
  reuse: { icon: CheckCheck, word: 'taken over', colour: 'text-ok' },
  keep: { icon: CheckCheck, word: 'kept', colour: 'text-ok' },
  continue: { icon: StepForward, word: 'goes on', colour: 'text-run' },
  run: { icon: Play, word: 'runs', colour: 'text-run' },
} as const

/** `isRefused`: nothing of it is going to happen as things are, so no colour says that it is well. */
function StageLine({ stage, isRefused }: { readonly stage: StagePlan; readonly isRefused: boolean }) {
  const { icon: Icon, word, colour: own } = acts[stage.action]
  const colour = isRefused ? 'text-mut' : own
  return (
    <li className="border-b border-line px-3 py-2" data-testid={`preflight-${stage.stage}`} data-action={stage.action}>
      <p className="flex items-baseline gap-2">
        <Icon size={13} aria-hidden className={cn('translate-y-0.5 self-start', colour)} />
        <span className="font-medium">{stage.stage}</span>
        <span className={cn('text-sm', colour)}>{word}</span>
        <span className="flex-1" />
        <span className="text-sm text-mut" title={stage.prediction?.basis}>
          {expectation(stage)}
        </span>
      </p>
      <p className="mt-0.5 pl-[21px] text-sm text-mut">
        {stage.reason}{' '}
        {stage.from && (
          <a href={hashFromRoute({ page: 'run', runId: stage.from.runId })} className="text-acc underline underline-offset-2">
            Open that run
          </a>
        )}
      </p>
      {stage.action === 'run' && stage.changed.length > 0 && (
        <ul className="mt-0.5 pl-[21px] text-sm" aria-label={`What changed for ${stage.stage}`}>
          {stage.changed.map(({ key, before, after }) => (
            <li key={key} className="truncate" title={`${key}: ${before} → ${after}`}>
              <span className="text-mut">{key}</span> {before} → {after}
            </li>
          ))}
        </ul>
      )}
    </li>
  )
}

function expectation({ action, prediction, device }: StagePlan): string {
  if (action === 'reuse' || action === 'keep') return ''
  if (!prediction) return `${device} · time not known yet`
  const { durationMs, memoryBytes, diskBytes } = prediction
  return [
    device,
    durationMs === undefined ? undefined : formatDuration(durationMs),
    memoryBytes === undefined ? undefined : formatBytes(memoryBytes),
    diskBytes === undefined ? undefined : `${formatBytes(diskBytes)} on disk`,
  ]
    .filter((part) => part !== undefined)
    .join(' · ')
}

function Total({ plan }: { readonly plan: RunPlan }) {
  const working = plan.stages.filter(({ action }) => action === 'run' || action === 'continue').length
  const { durationMs, memoryBytes, diskBytes } = plan.total
  const known = (value: number | undefined, words: (value: number) => string) => (value === undefined ? 'not known yet' : words(value))
  return (
    <dl className="grid grid-cols-[92px_minmax(0,1fr)] gap-x-2 gap-y-[3px] px-3 py-2 text-sm" data-testid="preflight-total">
      <dt className="text-mut">In all</dt>
      <dd>
        {working === 0 ? 'nothing has to run' : `${formatCount(plan.frameCount)} frames, ${working} of ${plan.stages.length} stages run`}
      </dd>
      {working > 0 && (
        <>
          <dt className="text-mut">Time</dt>
          <dd>{known(durationMs, formatDuration)}</dd>
          <dt className="text-mut">Memory</dt>
          <dd>{known(memoryBytes, formatBytes)}</dd>
        </>
      )}
      <dt className="text-mut">Disk</dt>
      <dd>
        {working === 0 ? 'shared with the run it is taken from' : known(diskBytes, formatBytes)}{' '}
        <span className="text-mut">· {formatBytes(plan.freeBytes)} free</span>
      </dd>
    </dl>
  )
}
