// What a task says of itself: how far it is, what it wrote, or why it could not.
import { formatBytes, formatCount } from '#core/base/format'
import { FaultCard } from '../../ui/fault-card.tsx'
import { ProgressBar } from '../../ui/panel.tsx'
import type { useTask } from './use-task.ts'

/** `unit`: what is counted, as a plural. `testId` is that of the line that names the file. */
export function TaskState({
  task: { step, written, fault },
  unit,
  testId,
}: {
  readonly task: ReturnType<typeof useTask>
  readonly unit: string
  readonly testId: string
}) {
  return (
    <>
      {step && (
        <div className="mt-2 text-sm text-mut">
          <p className="mb-1">
            {formatCount(step.done)} of {formatCount(step.of)} {unit}
          </p>
          <ProgressBar done={step.done} total={step.of} label={`${unit} done`} />
        </div>
      )}
      {written && (
        <p role="status" className="mt-2 break-all text-sm text-ok" data-testid={testId}>
          {written.name}, {formatBytes(written.bytes)}
        </p>
      )}
      {fault && <FaultCard className="mt-2" fault={fault} />}
    </>
  )
}
