// All runs of all output folders: found, sorted, described, taken in and deleted.
import { Download, FolderSearch, Upload } from 'lucide-react'
import { useDeferredValue, useState } from 'react'
import type { RegistryQuery } from '#api/api'
import { RunSummaryState } from '#api/run-summary-state'
import { formatCount } from '#core/base/format'
import { useExportHistory, useImportHistory, useRegistry, useRunList, useScan } from '../../state/queries.ts'
import { useActs } from '../../state/use-acts.ts'
import { saveFile } from '../../frame/export/save-file.ts'
import { Button } from '../../ui/button.tsx'
import { cn } from '../../ui/class-names.ts'
import { FaultCard } from '../../ui/fault-card.tsx'
import { Select, TextInput } from '../../ui/field.tsx'
import { PanelHead } from '../../ui/panel.tsx'
import { StateMark, wordOfState } from '../../ui/state-mark.tsx'
import { PathPicker } from '../parts/path-picker.tsx'
import { RegistryRows } from './registry-rows.tsx'

const sorts = { newest: 'Newest first', oldest: 'Oldest first', name: 'By name', scene: 'By scene', longest: 'Longest first' } as const

export function RegistryPage() {
  const [query, setQuery] = useState<RegistryQuery>({ text: '', states: [], tags: [], sort: 'newest', limit: 1000, offset: 0 })
  const list = useRunList()
  const settled = useDeferredValue(query)
  const found = useRegistry(settled, list.dataUpdatedAt)
  const set = (change: Partial<RegistryQuery>) => setQuery((now) => ({ ...now, ...change }))
  const toggle = <T,>(all: readonly T[], one: T) => (all.includes(one) ? all.filter((other) => other !== one) : [...all, one])
  useActs({ filter: () => document.getElementById('registry-search')?.focus() })
  return (
    <div className="mx-auto flex h-full max-w-[1400px] flex-col border-x border-line" data-testid="registry-page">
      <PanelHead title="All runs" note={found.data ? `${formatCount(found.data.total)} found` : 'looking…'}>
        <TakeIn />
      </PanelHead>
      <div className="flex flex-wrap items-center gap-2 border-b border-line px-3 py-2">
        <TextInput
          id="registry-search"
          type="search"
          aria-label="Search in names, scenes, folders, notes and tags"
          placeholder="Name, scene, folder, note or tag"
          className="w-72"
          data-testid="registry-search"
          value={query.text}
          onChange={(event) => set({ text: event.target.value, offset: 0 })}
        />
        <Select aria-label="Order" value={query.sort} onChange={(event) => set({ sort: event.target.value as RegistryQuery['sort'] })}>
          {Object.entries(sorts).map(([id, words]) => (
            <option key={id} value={id}>
              {words}
            </option>
          ))}
        </Select>
        <fieldset className="flex flex-wrap gap-1" aria-label="States">
          {RunSummaryState.options.map((state) => (
            <button
              key={state}
              type="button"
              aria-pressed={query.states.includes(state)}
              onClick={() => set({ states: toggle(query.states, state), offset: 0 })}
              className={cn(
                'flex h-6 items-center gap-1 rounded-md border border-line2 px-1.5 text-sm text-mut hover:text-txt',
                query.states.includes(state) && 'border-acc text-txt',
              )}
            >
              <StateMark state={state} />
              {wordOfState(state)}
            </button>
          ))}
        </fieldset>
        {(found.data?.tags.length ?? 0) > 0 && (
          <fieldset className="flex flex-wrap gap-1" aria-label="Tags">
            {found.data!.tags.map((tag) => (
              <button
                key={tag}
                type="button"
                aria-pressed={query.tags.includes(tag)}
                onClick={() => set({ tags: toggle(query.tags, tag), offset: 0 })}
                className={cn(
                  'h-6 rounded-md border border-line2 px-1.5 text-sm text-mut',
                  query.tags.includes(tag) && 'border-acc text-txt',
                )}
              >
                #{tag}
              </button>
            ))}
          </fieldset>
        )}
      </div>
      {found.error && <FaultCard fault={found.error} />}
      {found.data && found.data.rows.length === 0 && (
        <p className="p-6 text-mut">
          {query.text || query.states.length > 0 || query.tags.length > 0
            ? 'No run fits. Take a filter away, or '
            : 'No runs yet. Start a run, or '}
          scan an output folder to take its runs in.
        </p>
      )}
      {found.data && found.data.rows.length > 0 && <RegistryRows rows={found.data.rows} />}
    </div>
  )
}

/** Runs of other folders and other machines' lists come in here. */
function TakeIn() {
  const [picking, setPicking] = useState<'scan' | 'import' | undefined>(undefined)
  const scan = useScan()
  const take = useImportHistory()
  const give = useExportHistory()
  const words = scan.data
    ? `${formatCount(scan.data.found)} runs found, ${formatCount(scan.data.added)} new${scan.data.problems.length > 0 ? `; ${scan.data.problems[0]}` : ''}`
    : take.data
      ? `${formatCount(take.data.added)} rows taken in, ${formatCount(take.data.known)} known${take.data.problems.length > 0 ? `; ${take.data.problems[0]}` : ''}`
      : undefined
  const fault = scan.error ?? take.error ?? give.error
  const download = () =>
    give.mutate(undefined, {
      onSuccess: ({ csv }) => saveFile(new Blob([csv], { type: 'text/csv' }), 'workflow_history.csv'),
    })
  return (
    <span className="flex min-w-0 items-center gap-2">
      <span className={cn('truncate', fault ? 'text-bad' : 'text-mut')} role="status">
        {fault ? fault.message : (words ?? '')}
      </span>
      <Button size="s" data-testid="registry-scan" disabled={scan.isPending} onClick={() => setPicking('scan')}>
        <FolderSearch size={14} aria-hidden />
        {scan.isPending ? 'Looking…' : 'Scan a folder'}
      </Button>
      <Button size="s" onClick={() => setPicking('import')} title="A workflow_history.csv or run_pid_map.csv of My3DIS">
        <Upload size={14} aria-hidden />
        Import history
      </Button>
      <Button size="s" onClick={download} title="As CSV with My3DIS's header">
        <Download size={14} aria-hidden />
        Export history
      </Button>
      {picking && (
        <PathPicker
          open
          title={picking === 'scan' ? 'Folder with runs' : 'History file'}
          accepts={picking === 'scan' ? 'folder' : 'file'}
          onClose={() => setPicking(undefined)}
          onPick={(path) => {
            setPicking(undefined)
            if (picking === 'scan') scan.mutate(path)
            else take.mutate(path)
          }}
        />
      )}
    </span>
  )
}
