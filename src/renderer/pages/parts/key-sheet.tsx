// The `?` sheet: every key of the registry, those that act on this page first in sight.
import { useStore } from 'zustand'
import { actFor } from '../../state/action-store.ts'
import { useServices } from '../../state/services.tsx'
import { cn } from '../../ui/class-names.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { isMac, Kbd } from '../../ui/kbd.tsx'
import { keyLabel, type KeyRow, keyTable } from '../../ui/key-table.ts'

const groups: readonly KeyRow['group'][] = ['Frames', 'Masks', 'View', 'Compare', 'Everywhere']

export function KeySheet({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const actions = useStore(useServices().actions)
  return (
    <Dialog open={open} onClose={onClose} title="What is possible here" className="w-[760px]">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: without a focus of its own it could not be scrolled by keyboard */}
      <div tabIndex={0} className="columns-2 gap-8 overflow-y-auto px-5 py-4 focus-visible:-outline-offset-2 max-[700px]:columns-1">
        {groups.map((group) => (
          <section key={group} className="mb-4 break-inside-avoid">
            <h3 className="mb-1 text-xs text-dim">{group}</h3>
            <ul>
              {keyTable
                .filter((row) => row.group === group)
                .map((row) => (
                  <li
                    key={row.id}
                    className={cn(
                      'flex h-[26px] items-center justify-between gap-3 border-b border-line',
                      !actFor(actions, row.id) && 'text-dim',
                    )}
                  >
                    <span>{row.title}</span>
                    <span className="flex gap-1">
                      {row.keys.map((key) => (
                        <Kbd key={key}>{keyLabel(key, isMac())}</Kbd>
                      ))}
                    </span>
                  </li>
                ))}
            </ul>
          </section>
        ))}
        <p className="text-sm text-mut">Greyed keys do nothing on this page.</p>
      </div>
    </Dialog>
  )
}
