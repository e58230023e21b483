// Browses the folders of the machine that computes, where no system dialog can.
import { CornerLeftUp, File, Film, Folder, FolderCheck, Image } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import type { FolderEntry } from '#api/api'
import { cutPath, formatBytes, formatCount } from '#core/base/format'
import { useFolder } from '../../state/queries.ts'
import { Button } from '../../ui/button.tsx'
import { cn } from '../../ui/class-names.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { FaultCard } from '../../ui/fault-card.tsx'

export type PathWish = 'frames' | 'run' | 'folder' | 'file'

const icons = { folder: Folder, image: Image, video: Film, run: FolderCheck, other: File } as const

export function PathPicker({
  open,
  title,
  accepts,
  from = '',
  onClose,
  onPick,
}: {
  readonly open: boolean
  readonly title: string
  readonly accepts: PathWish
  readonly from?: string
  readonly onClose: () => void
  readonly onPick: (path: string) => void
}) {
  return (
    <Dialog open={open} onClose={onClose} title={title}>
      <Browser accepts={accepts} from={from} onPick={onPick} />
    </Dialog>
  )
}

function Browser({
  accepts,
  from,
  onPick,
}: {
  readonly accepts: PathWish
  readonly from: string
  readonly onPick: (path: string) => void
}) {
  const [path, setPath] = useState(from)
  const [typed, setTyped] = useState(from)
  const { data, error, isFetching } = useFolder(path)
  const list = useRef<HTMLUListElement>(null)
  const go = (next: string) => {
    setPath(next)
    setTyped(next)
  }
  useEffect(() => {
    // Whoever is typing a path must not lose the keyboard to a listing that arrives meanwhile.
    if (data && !(document.activeElement instanceof HTMLInputElement)) list.current?.querySelector('button')?.focus()
  }, [data])
  const entries = data?.entries.filter((entry) => isShown(entry, accepts)) ?? []
  const images = data?.entries.filter((entry) => entry.kind === 'image').length ?? 0
  const canUseFolder = accepts !== 'file' && path !== ''
  return (
    <>
      <form
        className="flex items-center gap-2 border-b border-line px-3 py-2"
        onSubmit={(event) => {
          event.preventDefault()
          go(typed.trim())
        }}
      >
        <Button size="icon" aria-label="Up one folder" disabled={path === ''} onClick={() => go(data?.parent ?? '')}>
          <CornerLeftUp size={14} aria-hidden />
        </Button>
        <input
          aria-label="Folder"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          placeholder="A path on the machine that computes"
          spellCheck={false}
          className="h-7 min-w-0 flex-1 rounded-md border border-line2 bg-bg px-2 font-mono text-sm"
        />
        <Button size="s" type="submit">
          Go
        </Button>
      </form>
      <div className="min-h-[220px] flex-1 overflow-y-auto">
        {error && <FaultCard className="m-3" fault={error} />}
        {isFetching && !data && <p className="px-4 py-3 text-mut">Listing the folder…</p>}
        {data && entries.length === 0 && (
          <p className="px-4 py-3 text-mut">{images > 0 ? 'Only pictures in here.' : 'Nothing in here that can be opened.'}</p>
        )}
        <ul ref={list} onKeyDown={moveFocus}>
          {entries.map((entry) => (
            <EntryRow key={entry.path} entry={entry} onOpen={() => (opensByItself(entry, accepts) ? onPick(entry.path) : go(entry.path))} />
          ))}
        </ul>
      </div>
      <div className="flex items-center gap-3 border-t border-line px-3 py-2">
        <span className="min-w-0 flex-1 truncate text-sm text-mut" title={path}>
          {path === '' ? 'Folders that this engine may show' : cutPath(path, 60)}
          {images > 0 && ` · ${formatCount(images)} pictures`}
        </span>
        {canUseFolder && (
          <Button kind="primary" data-testid="use-folder" onClick={() => onPick(path)}>
            Use this folder
          </Button>
        )}
      </div>
    </>
  )
}

function isShown(entry: FolderEntry, accepts: PathWish): boolean {
  if (entry.kind === 'folder' || entry.kind === 'run') return true
  if (accepts === 'file') return true
  return (accepts === 'frames' && entry.kind === 'video') || (accepts === 'run' && isArchive(entry))
}

/** Parts of a run of My3DIS that can be opened by themselves. */
function isArchive({ kind, name }: FolderEntry): boolean {
  return kind === 'other' && /(\.npz|\.tar(\.(gz|bz2|xz))?|^filtered\.json)$/i.test(name)
}

/** A video is a scene by itself, a run folder is what was asked for; all else is looked into. */
function opensByItself(entry: FolderEntry, accepts: PathWish): boolean {
  return (
    (accepts === 'run' && (entry.kind === 'run' || isArchive(entry))) ||
    (accepts === 'frames' && entry.kind === 'video') ||
    (accepts === 'file' && entry.kind !== 'folder' && entry.kind !== 'run')
  )
}

function EntryRow({ entry, onOpen }: { readonly entry: FolderEntry; readonly onOpen: () => void }) {
  const Icon = icons[entry.kind]
  return (
    <li>
      <button
        type="button"
        onClick={onOpen}
        className="flex h-7 w-full items-center gap-2.5 px-4 text-left hover:bg-raise focus-visible:-outline-offset-2"
      >
        <Icon size={14} aria-hidden className={cn('shrink-0', entry.kind === 'run' ? 'text-acc' : 'text-mut')} />
        <span className="truncate">{entry.name}</span>
        {entry.kind === 'run' && <span className="text-sm text-mut">run</span>}
        <span className="flex-1" />
        {entry.sizeBytes !== undefined && <span className="text-sm text-dim">{formatBytes(entry.sizeBytes)}</span>}
      </button>
    </li>
  )
}

function moveFocus(event: React.KeyboardEvent<HTMLUListElement>): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
  const rows = [...event.currentTarget.querySelectorAll('button')]
  const at = rows.indexOf(event.target as HTMLButtonElement)
  rows[Math.max(0, Math.min(rows.length - 1, at + (event.key === 'ArrowDown' ? 1 : -1)))]?.focus()
  event.preventDefault()
}
