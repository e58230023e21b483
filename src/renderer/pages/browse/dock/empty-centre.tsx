// The centre without a panel: what could be opened there.
import type { Arrangement } from '../../../state/layout/dock-tree.ts'
import { isOpen, placed } from '../../../state/layout/dock-moves.ts'
import { Button } from '../../../ui/button.tsx'
import { panelTable } from './panel-table.tsx'

export function EmptyCentre({ arrangement, change }: { readonly arrangement: Arrangement; readonly change: (next: Arrangement) => void }) {
  return (
    <div className="grid h-full place-content-center gap-3 bg-well p-6 text-center">
      <p className="text-mut">Nothing is open here.</p>
      <p className="flex flex-wrap justify-center gap-2">
        {panelTable
          .filter((row) => !isOpen(arrangement, row.id))
          .map((row) => (
            <Button key={row.id} size="s" title={row.purpose} onClick={() => change(placed(arrangement, row.id, { region: 'centre' }))}>
              Open {row.title.toLowerCase()}
            </Button>
          ))}
      </p>
    </div>
  )
}
