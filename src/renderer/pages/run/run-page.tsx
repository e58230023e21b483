// A run: its stages with live charts, its log, and what it was told to do.
import { useServices, useRun, useSettings } from '../../state/services.tsx'
import { useActs } from '../../state/use-acts.ts'
import { LinkButton } from '../../ui/button.tsx'
import { FaultCard } from '../../ui/fault-card.tsx'
import { RunList } from '../parts/run-list.tsx'
import { LogPanel } from './log-panel.tsx'
import { RunHead } from './run-head.tsx'
import { RunSide } from './run-side.tsx'
import { StageList } from './stage-list.tsx'

export function RunPage({ runId }: { readonly runId: string }) {
  const { settings } = useServices()
  const record = useRun(runId, (view) => view?.record)
  const refused = useRun(runId, (view) => view?.refused)
  const { leftOpen, rightOpen } = useSettings((all) => ({ leftOpen: all.leftOpen, rightOpen: all.rightOpen }))
  useActs({
    'fold-left': () => settings.setState({ leftOpen: !leftOpen }),
    'fold-right': () => settings.setState({ rightOpen: !rightOpen }),
  })
  return (
    <div
      className="grid h-full"
      style={{ gridTemplateColumns: `${leftOpen ? '264px ' : ''}minmax(0, 1fr)${rightOpen && record ? ' 300px' : ''}` }}
    >
      {leftOpen && <RunList current={runId} />}
      <div className="flex min-h-0 min-w-0 flex-col">
        {refused && !record && (
          <FaultCard className="m-6" fault={refused}>
            <LinkButton size="s" href="#/">
              To the start page
            </LinkButton>
          </FaultCard>
        )}
        {!refused && !record && <p className="p-6 text-mut">Reading what happened to this run so far…</p>}
        {record && (
          <>
            <RunHead record={record} />
            <div className="min-h-0 flex-[3] overflow-y-auto">
              {record.fault && (
                <FaultCard fault={record.fault} details={`run ${record.id}, Scenewright ${record.appVersion}, build ${record.buildId}`} />
              )}
              <StageList record={record} />
            </div>
            <LogPanel runId={runId} />
          </>
        )}
      </div>
      {rightOpen && record && <RunSide record={record} />}
    </div>
  )
}
