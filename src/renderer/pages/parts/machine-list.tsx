// What the machine that computes has and lacks, with what to do about each lack.
import type { DoctorLine } from '#api/api'
import { useDoctor, useHello } from '../../state/queries.ts'
import { FaultCard } from '../../ui/fault-card.tsx'
import { StateMark } from '../../ui/state-mark.tsx'

/** `without`: lines that are told elsewhere on the page. */
export function MachineList({ without }: { readonly without?: (line: DoctorLine) => boolean }) {
  const { data, error, isLoading } = useDoctor()
  const hello = useHello().data
  if (isLoading) return <p className="px-3 py-3 text-mut">Asking what this machine has…</p>
  if (error && !data) return <FaultCard fault={error} />
  return (
    <ul>
      {hello && (
        <li className="border-b border-line px-3 py-2">
          <p className="truncate" title={hello.machine}>
            {hello.machine}
          </p>
          <p className="text-sm text-mut">
            {hello.platform} · Scenewright {hello.version}
          </p>
        </li>
      )}
      {data
        ?.filter((line) => !without?.(line))
        .map((line) => (
          <li key={line.id} className="flex gap-2.5 border-b border-line px-3 py-2">
            <StateMark state={line.state} className="mt-0.5" />
            <div className="min-w-0">
              <p className="break-words">
                {line.title} <span className="text-mut">{line.found}</span>
              </p>
              {line.remedy && line.state !== 'ok' && <p className="text-sm text-mut">{line.remedy}</p>}
            </div>
          </li>
        ))}
    </ul>
  )
}
