// The palette: acts of this page, pages, runs, a frame by its number, and what the finders of the page hold.
import { Command } from 'cmdk'
import { useState } from 'react'
import { useStore } from 'zustand'
import { actFor } from '../../state/action-store.ts'
import { useRunList } from '../../state/queries.ts'
import { defaultCompareView, type Route } from '../../state/route.ts'
import { useServices, useView } from '../../state/services.tsx'
import { goTo, look, lookAtBoth } from '../../state/view-store.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { isMac, Kbd } from '../../ui/kbd.tsx'
import { keyLabel, keyTable } from '../../ui/key-table.ts'
import { StateMark } from '../../ui/state-mark.tsx'

const itemLook = 'flex h-8 items-center gap-2.5 rounded-md px-2.5 data-[selected=true]:bg-[color-mix(in_srgb,var(--acc)_16%,transparent)]'
const groupLook =
  '[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-dim'

export function CommandPalette({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  return (
    <Dialog open={open} onClose={onClose} title="Search or do anything" bare>
      <Choices onClose={onClose} />
    </Dialog>
  )
}

function Choices({ onClose }: { readonly onClose: () => void }) {
  const { actions, finders, view } = useServices()
  const offered = useStore(actions)
  const asked = useStore(finders, (state) => state.finders)
  const runs = useRunList().data ?? []
  const page = useView((state) => state.route.page)
  const open = useView(({ route }) => ('runId' in route ? route.runId : undefined))
  const [text, setText] = useState('')
  const wanted = text.trim()
  const frame = /^\s*(?:frame\s*)?(\d+)\s*$/i.exec(text)?.[1]
  // The act runs after the palette is gone, so that the focus it sets is not taken back.
  const choose = (act: () => void) => () => {
    onClose()
    setTimeout(act, 0)
  }
  const go = (route: Route) => choose(() => goTo(view, route))
  return (
    <Command label="Search or do anything" className="flex min-h-0 flex-col">
      <Command.Input
        value={text}
        onValueChange={setText}
        placeholder="An act, a run, a scene, an object, a frame number, a setting…"
        className="h-11 shrink-0 border-b border-line bg-transparent px-4 outline-none"
      />
      <Command.List className="min-h-0 overflow-y-auto p-1.5">
        <Command.Empty className="px-3 py-6 text-mut">Nothing here goes by that name.</Command.Empty>
        {(page === 'browse' || page === 'compare') && frame !== undefined && (
          <Command.Item
            value={`frame ${frame}`}
            keywords={[text]}
            onSelect={choose(() => (page === 'compare' ? lookAtBoth : look)(view, { frameIndex: Number(frame) }))}
            className={itemLook}
          >
            Go to frame {frame}
          </Command.Item>
        )}
        <Command.Group heading="Acts" className={groupLook}>
          {keyTable
            .filter((row) => row.id !== 'palette' && actFor(offered, row.id))
            .map((row) => (
              <Command.Item
                key={row.id}
                value={row.title}
                onSelect={choose(() => actFor(actions.getState(), row.id)?.())}
                className={itemLook}
              >
                <span className="flex-1">{row.title}</span>
                <Kbd>{keyLabel(row.keys[0], isMac())}</Kbd>
              </Command.Item>
            ))}
        </Command.Group>
        <Command.Group heading="Pages" className={groupLook}>
          <Command.Item onSelect={go({ page: 'start' })} className={itemLook}>
            Start
          </Command.Item>
          <Command.Item onSelect={go({ page: 'new', scene: '' })} className={itemLook}>
            New run
          </Command.Item>
          <Command.Item onSelect={go({ page: 'compare', a: '', b: '', view: defaultCompareView })} className={itemLook}>
            Compare two runs
          </Command.Item>
          <Command.Item onSelect={go({ page: 'queue' })} className={itemLook}>
            Queue and devices
          </Command.Item>
          <Command.Item onSelect={go({ page: 'registry' })} className={itemLook}>
            All runs
          </Command.Item>
          <Command.Item onSelect={go({ page: 'machine' })} className={itemLook}>
            Machine and settings
          </Command.Item>
        </Command.Group>
        <Command.Group heading="Runs" className={groupLook}>
          {runs.slice(0, 60).map((run) => (
            <Command.Item key={run.id} value={`${run.name} ${run.id}`} onSelect={go({ page: 'run', runId: run.id })} className={itemLook}>
              <StateMark state={run.state} />
              <span className="truncate">{run.name}</span>
              <span className="truncate text-mut">{run.sceneName}</span>
            </Command.Item>
          ))}
        </Command.Group>
        {wanted !== '' &&
          asked.map(({ group, find }) => {
            const found = find(wanted)
            return (
              found.length > 0 && (
                <Command.Group key={group} heading={group} className={groupLook}>
                  {found.map(({ key, title, note, act }) => (
                    // The finder has judged already: what is typed counts as a word of each.
                    <Command.Item key={key} value={`${group} ${key}`} keywords={[text]} onSelect={choose(act)} className={itemLook}>
                      <span className="shrink-0">{title}</span>
                      {note !== undefined && <span className="min-w-0 truncate text-mut">{note}</span>}
                    </Command.Item>
                  ))}
                </Command.Group>
              )
            )
          })}
        {open !== undefined && (
          <Command.Group heading="Compare this run with" className={groupLook}>
            {runs
              .filter((run) => run.id !== open)
              .slice(0, 60)
              .map((run) => (
                <Command.Item
                  key={run.id}
                  value={`compare with ${run.name} ${run.id}`}
                  onSelect={go({ page: 'compare', a: open, b: run.id, view: defaultCompareView })}
                  className={itemLook}
                >
                  <StateMark state={run.state} />
                  <span className="truncate">Compare with {run.name}</span>
                  <span className="truncate text-mut">{run.sceneName}</span>
                </Command.Item>
              ))}
          </Command.Group>
        )}
      </Command.List>
    </Command>
  )
}
