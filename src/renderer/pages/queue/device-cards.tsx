// What each device has, who holds how much of it, and how memory stands.
import type { QueueState } from '#api/queue-state'
import { cutPath, formatBytes } from '#core/base/format'
import { cn } from '../../ui/class-names.ts'
import { PanelHead } from '../../ui/panel.tsx'

export function DeviceCards({ state }: { readonly state: QueueState }) {
  const nameOf = (runId: string) => state.entries.find((entry) => entry.runId === runId)?.name ?? runId
  return (
    <aside aria-label="Devices and memory" className="min-h-0 overflow-y-auto bg-panel">
      <PanelHead title="Memory" note={memoryWords[state.memory.state]} />
      <div className="border-b border-line px-3 py-2 text-sm" data-testid="memory-state" data-state={state.memory.state}>
        {state.memory.usedBytes !== undefined && state.memory.limitBytes !== undefined && (
          <>
            <Meter
              parts={[{ id: 'used', bytes: state.memory.usedBytes, ours: true, title: 'used' }]}
              total={state.memory.limitBytes}
              isWarm={state.memory.state !== 'calm'}
            />
            <p className="mt-1">
              {formatBytes(state.memory.usedBytes)} of {formatBytes(state.memory.limitBytes)} used
            </p>
          </>
        )}
        <p className="mt-0.5 break-words text-mut" title={state.memory.source}>
          {state.memory.source.replace(/\/\S{36,}/g, (path) => cutPath(path, 32))}
        </p>
      </div>
      {state.devices.map((device) => {
        const taken = device.leases.reduce((sum, lease) => sum + lease.memoryBytes, 0)
        return (
          <section key={device.id} aria-label={device.title} data-testid={`device-${device.id}`}>
            <PanelHead title={device.title} note={device.id === 'cpu' ? `${device.cores} cores` : device.id} />
            <div className="border-b border-line px-3 py-2 text-sm">
              <Meter
                parts={device.leases.map((lease) => ({
                  id: lease.runId,
                  bytes: lease.memoryBytes,
                  ours: lease.ours,
                  title: `${nameOf(lease.runId)}, ${lease.stage}: ${formatBytes(lease.memoryBytes)}`,
                }))}
                total={device.memoryBytes}
              />
              <p className="mt-1 text-mut">
                {formatBytes(taken)} of {formatBytes(device.memoryBytes)} leased
              </p>
              <ul>
                {device.leases.map((lease) => (
                  <li key={lease.runId} className="flex items-center gap-2 truncate">
                    <span className={cn('size-2 shrink-0 rounded-sm', lease.ours ? 'bg-acc' : 'bg-dim')} aria-hidden />
                    <span className="truncate">
                      {lease.ours ? nameOf(lease.runId) : 'another Scenewright'}{' '}
                      <span className="text-mut">
                        {lease.stage} · {formatBytes(lease.memoryBytes)}
                      </span>
                    </span>
                  </li>
                ))}
                {device.leases.length === 0 && <li className="text-dim">nobody holds any of it</li>}
              </ul>
            </div>
          </section>
        )
      })}
    </aside>
  )
}

const memoryWords: Readonly<Record<QueueState['memory']['state'], string>> = {
  calm: 'calm',
  tight: 'tight: fewer runs start',
  critical: 'critical: nothing new starts',
  unknown: 'not watched',
}

type Part = { readonly id: string; readonly bytes: number; readonly ours: boolean; readonly title: string }

/** Parts side by side, drawn to the scale of the whole. */
function Meter({ parts, total, isWarm = false }: { readonly parts: readonly Part[]; readonly total: number; readonly isWarm?: boolean }) {
  return (
    <div
      className="flex h-2.5 w-full overflow-clip rounded-sm border border-line2 bg-bg"
      role="img"
      aria-label={parts.map((part) => part.title).join('; ') || 'nothing leased'}
    >
      {parts.map((part) => (
        <span
          key={part.id}
          title={part.title}
          className={cn('h-full border-r border-bg last:border-r-0', isWarm ? 'bg-warn' : part.ours ? 'bg-acc' : 'bg-dim')}
          style={{ width: `${Math.min(100, (100 * part.bytes) / Math.max(1, total))}%` }}
        />
      ))}
    </div>
  )
}
