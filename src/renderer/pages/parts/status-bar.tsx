// The line at the bottom: the engine, what the page shows, and the way to the keys.
import { useStore } from 'zustand'
import { useHost, useLinkState } from '../../host/host.tsx'
import { useHello } from '../../state/queries.ts'
import { useServices } from '../../state/services.tsx'
import { cn } from '../../ui/class-names.ts'

export function StatusBar({ onKeys }: { readonly onKeys: () => void }) {
  const state = useLinkState()
  const { native } = useHost()
  const hello = useHello().data
  const note = useStore(useServices().notes, (notes) => notes.status)
  const isOpen = state.phase === 'open'
  const words =
    state.phase === 'connecting'
      ? 'connecting to the engine…'
      : isOpen
        ? `engine on ${native ? 'this machine' : (hello?.machine ?? '…')}`
        : 'engine does not answer'
  return (
    <footer className="row-start-4 flex items-center gap-4 border-t border-line bg-panel px-3 text-xs text-mut whitespace-nowrap">
      <span className="flex items-center gap-2" title={hello ? `Scenewright ${hello.version}, build ${hello.buildId}` : undefined}>
        <span className={cn('size-[7px] rounded-full', isOpen ? 'bg-ok' : 'bg-bad')} aria-hidden />
        {words}
      </span>
      <span className="truncate">{note.left}</span>
      <span className="flex-1" />
      <span>{note.right}</span>
      <a href="#/machine" className="rounded hover:text-txt">
        machine and settings
      </a>
      <button type="button" onClick={onKeys} className="rounded hover:text-txt">
        ? what is possible here
      </button>
    </footer>
  )
}
