// The newest lines of the log, with search; follows the end until one scrolls up.
import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowDown, Search } from 'lucide-react'
import { useDeferredValue, useEffect, useMemo, useRef, useState } from 'react'
import { formatCount } from '#core/base/format'
import { emptyLog, type LogLine } from '../../state/log-tail.ts'
import { useRun } from '../../state/services.tsx'
import { useActs } from '../../state/use-acts.ts'
import { Button } from '../../ui/button.tsx'
import { cn } from '../../ui/class-names.ts'
import { Kbd } from '../../ui/kbd.tsx'
import { PanelHead } from '../../ui/panel.tsx'
import { clockTime, exactTime } from '../../ui/time-words.ts'

const rowHeight = 18

export function LogPanel({
  runId,
  hasKey = true,
}: {
  readonly runId: string
  /** False where the key of the filter belongs to something else on the page. */
  readonly hasKey?: boolean
}) {
  const log = useRun(runId, (view) => view?.log) ?? emptyLog
  const [text, setText] = useState('')
  const search = useRef<HTMLInputElement>(null)
  const wanted = useDeferredValue(text).trim().toLowerCase()
  const lines = useMemo(
    () =>
      wanted === ''
        ? log.lines
        : log.lines.filter((line) => line.text.toLowerCase().includes(wanted) || line.source.toLowerCase().includes(wanted)),
    [log.lines, wanted],
  )
  useActs(hasKey ? { filter: () => search.current?.focus() } : {})
  const kept = log.total > log.lines.length ? `, newest ${formatCount(log.lines.length)} shown` : ''
  return (
    <section aria-label="Log" className="flex h-full min-h-[150px] flex-[2] flex-col border-t border-line bg-panel">
      <PanelHead
        title="Log"
        note={
          wanted === ''
            ? `${formatCount(log.total)} ${log.total === 1 ? 'line' : 'lines'}${kept}`
            : `${formatCount(lines.length)} of ${formatCount(log.lines.length)} lines`
        }
      >
        <span className="relative flex items-center">
          <Search size={12} className="pointer-events-none absolute left-2 text-dim" aria-hidden />
          <input
            ref={search}
            type="search"
            data-testid="log-search"
            aria-label="Search the log"
            placeholder="Search"
            value={text}
            onChange={(event) => setText(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Escape') return
              setText('')
              event.currentTarget.blur()
            }}
            className="h-[22px] w-[190px] rounded-md border border-line2 bg-bg pl-6 pr-2 text-sm text-txt"
          />
        </span>
        {hasKey && <Kbd>/</Kbd>}
      </PanelHead>
      {lines.length === 0 ? (
        <p className="px-[18px] py-3 text-mut">{wanted === '' ? 'Nothing was logged yet.' : 'No kept line says that.'}</p>
      ) : (
        <Lines lines={lines} />
      )}
    </section>
  )
}

function Lines({ lines }: { readonly lines: readonly LogLine[] }) {
  const box = useRef<HTMLDivElement>(null)
  const [isFollowing, setFollowing] = useState(true)
  const rows = useVirtualizer({ count: lines.length, getScrollElement: () => box.current, estimateSize: () => rowHeight, overscan: 12 })
  const lastSeq = lines.at(-1)?.seq
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new last line is the reason to scroll
  useEffect(() => {
    if (isFollowing && box.current) box.current.scrollTop = box.current.scrollHeight
  }, [lastSeq, lines.length, isFollowing])
  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={box}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        tabIndex={0}
        role="log"
        aria-label="Log lines"
        aria-live="off"
        onScroll={({ currentTarget: at }) => setFollowing(at.scrollHeight - at.scrollTop - at.clientHeight < rowHeight * 2)}
        className="h-full overflow-auto py-1.5 font-mono text-[11.5px] focus-visible:-outline-offset-2"
      >
        <div className="relative min-w-full" style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map((row) => (
            <Line key={row.key} line={lines[row.index]} top={row.start} />
          ))}
        </div>
      </div>
      {!isFollowing && (
        <Button size="s" className="absolute bottom-2 right-4" onClick={() => setFollowing(true)}>
          <ArrowDown size={13} aria-hidden />
          Follow the end
        </Button>
      )}
    </div>
  )
}

function Line({ line, top }: { readonly line: LogLine | undefined; readonly top: number }) {
  if (!line) return null
  const tone = line.severity === 'error' ? 'text-bad' : line.severity === 'warning' ? 'text-warn' : 'text-mut'
  return (
    <div data-testid="log-line" className="absolute left-0 flex gap-3 px-[18px] whitespace-pre leading-[18px]" style={{ top }}>
      <time className="text-dim" title={exactTime(line.at)}>
        {clockTime(line.at)}
      </time>
      <span className="w-[62px] shrink-0 truncate text-dim">{line.source}</span>
      <span className={cn(tone)}>
        {line.severity !== 'info' && <span className="font-semibold">{line.severity} </span>}
        {line.text}
      </span>
    </div>
  )
}
