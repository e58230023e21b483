// The found runs as rows, of which only those in sight are drawn; each opens, is described, or is deleted.
import { useVirtualizer } from '@tanstack/react-virtual'
import { Copy, Trash2 } from 'lucide-react'
import { useRef, useState } from 'react'
import type { RegistryRow } from '#api/api'
import { formatCount, formatDuration } from '#core/base/format'
import { useAnnotate } from '../../state/queries.ts'
import { hashFromRoute } from '../../state/route.ts'
import { useNow } from '../../state/use-now.ts'
import { Button } from '../../ui/button.tsx'
import { wordsOfFault } from '../../ui/fault-card.tsx'
import { colourOfState, StateMark, wordOfState } from '../../ui/state-mark.tsx'
import { exactTime, relativeTime } from '../../ui/time-words.ts'
import { DeleteRun } from './delete-run.tsx'
import { tagsFromText } from './tags.ts'

const rowHeight = 56

export function RegistryRows({ rows }: { readonly rows: readonly RegistryRow[] }) {
  const box = useRef<HTMLDivElement>(null)
  const now = useNow(30_000)
  const [doomed, setDoomed] = useState<RegistryRow | undefined>(undefined)
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => box.current, estimateSize: () => rowHeight, overscan: 8 })
  return (
    <div ref={box} className="min-h-0 flex-1 overflow-y-auto" tabIndex={-1}>
      <ul className="relative" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const row = rows[item.index]!
          return (
            <li
              key={row.id}
              data-testid="registry-row"
              data-run={row.id}
              className="group absolute inset-x-0 flex items-center gap-3 border-b border-line px-3 hover:bg-panel"
              style={{ height: rowHeight, transform: `translateY(${item.start}px)` }}
            >
              <Row row={row} now={now} onDelete={() => setDoomed(row)} />
            </li>
          )
        })}
      </ul>
      {doomed && <DeleteRun row={doomed} onClose={() => setDoomed(undefined)} />}
    </div>
  )
}

function Row({ row, now, onDelete }: { readonly row: RegistryRow; readonly now: number; readonly onDelete: () => void }) {
  const at = row.endedAt ?? row.startedAt ?? row.queuedAt
  const took = row.startedAt !== undefined && row.endedAt !== undefined ? formatDuration(row.endedAt - row.startedAt) : ''
  const canOpen = row.program === 'my3dis' || row.state !== 'incomplete'
  const why = row.fault ? String(row.fault.params.reason ?? wordsOfFault(row.fault).message) : ''
  const words = [took, row.counts.tracks !== undefined && `${formatCount(row.counts.tracks)} tracks`, why].filter(Boolean).join(' · ')
  return (
    <>
      <StateMark state={row.state} />
      <div className="min-w-0 flex-[3]">
        {canOpen ? (
          <a href={hashFromRoute({ page: 'run', runId: row.id })} className="block truncate rounded font-medium" title={row.name}>
            {row.name} <span className="font-normal text-mut">{row.sceneName}</span>
          </a>
        ) : (
          <p className="truncate font-medium" title={row.name}>
            {row.name} <span className="font-normal text-mut">{row.sceneName}</span>
          </p>
        )}
        <p className="truncate text-sm text-dim" title={row.folder}>
          {row.folder}
        </p>
      </div>
      <div className="min-w-0 flex-[2] text-sm">
        <p className="truncate" title={words}>
          <span className={colourOfState(row.state)}>{wordOfState(row.state)}</span> <span className="text-mut">{words}</span>
        </p>
        <p className="truncate text-mut" title={exactTime(at)}>
          {relativeTime(at, now)} · {formatCount(row.frameCount)} frames · levels {row.levels.join(' ')}
        </p>
      </div>
      <Notes row={row} />
      <Button
        kind="bare"
        size="icon"
        aria-label={`Copy the folder of ${row.name}`}
        title="Copy the path of its folder"
        onClick={() => void navigator.clipboard.writeText(row.folder)}
      >
        <Copy size={14} aria-hidden />
      </Button>
      <Button kind="bare" size="icon" aria-label={`Delete ${row.name}`} title="Delete the folder…" onClick={onDelete}>
        <Trash2 size={14} aria-hidden />
      </Button>
    </>
  )
}

/** Tags and a note, written where they stand; kept when the field is left. */
function Notes({ row }: { readonly row: RegistryRow }) {
  const annotate = useAnnotate()
  const field = 'h-6 w-full truncate rounded border border-transparent bg-transparent px-1 text-sm hover:border-line2 focus:border-acc'
  const keep = (change: { readonly tags?: string[]; readonly note?: string }) => {
    const next = { tags: change.tags ?? row.tags, note: change.note ?? row.note }
    if (next.note !== row.note || next.tags.join(' ') !== row.tags.join(' ')) annotate.mutate({ runId: row.id, ...next })
  }
  const leave = (event: React.KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'Enter') event.currentTarget.blur()
  }
  return (
    <div className="min-w-0 flex-[2]" title={annotate.error?.message}>
      <input
        aria-label={`Tags of ${row.name}`}
        placeholder="tags"
        key={`tags ${row.tags.join(' ')}`}
        defaultValue={row.tags.join(' ')}
        className={field}
        data-testid="row-tags"
        onKeyDown={leave}
        onBlur={(event) => keep({ tags: tagsFromText(event.target.value) })}
      />
      <input
        aria-label={`Note about ${row.name}`}
        placeholder="note"
        key={`note ${row.note}`}
        defaultValue={row.note}
        className={`${field} text-mut`}
        data-testid="row-note"
        onKeyDown={leave}
        onBlur={(event) => keep({ note: event.target.value.trim() })}
      />
    </div>
  )
}
