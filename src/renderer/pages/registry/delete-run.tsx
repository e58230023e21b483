// Deleting a run: what goes and what it frees is shown first; a large one asks for its name.
import { useId, useState } from 'react'
import type { RegistryRow } from '#api/api'
import { formatBytes, formatCount } from '#core/base/format'
import { useDeleteRun, useForgetRun, useSizeOf } from '../../state/queries.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FaultCard } from '../../ui/fault-card.tsx'
import { TextInput } from '../../ui/field.tsx'

/** Above this a click is not enough. */
const largeBytes = 2 ** 30

export function DeleteRun({ row, onClose }: { readonly row: RegistryRow; readonly onClose: () => void }) {
  const id = useId()
  const size = useSizeOf(row.id)
  const remove = useDeleteRun()
  const forget = useForgetRun()
  const [typed, setTyped] = useState('')
  const isLarge = (size.data?.totalBytes ?? 0) > largeBytes
  const fault = remove.error ?? forget.error ?? size.error
  return (
    <Dialog open onClose={onClose} title="Delete a run">
      <div className="flex flex-col gap-3 p-4">
        <p className="break-words">
          The folder of <b>{row.name}</b> and everything in it is deleted:
          <span className="block break-all text-mut">{row.folder}</span>
        </p>
        <p data-testid="delete-size">
          {size.data
            ? `${formatBytes(size.data.freedBytes)} come free (${formatBytes(size.data.totalBytes)} in ${formatCount(size.data.files)} files${
                size.data.freedBytes < size.data.totalBytes ? '; the rest is shared with other runs, which stay whole' : ''
              }).`
            : size.error
              ? ''
              : 'Counting its size…'}
        </p>
        {isLarge && (
          <label htmlFor={id} className="flex flex-col gap-1 text-sm text-mut">
            This one is large. Type its name to delete it.
            <TextInput id={id} value={typed} onChange={(event) => setTyped(event.target.value)} />
          </label>
        )}
        {fault && <FaultCard fault={fault} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Keep it</Button>
          <Button onClick={() => forget.mutate(row.id, { onSuccess: onClose })}>Only take it out of the list</Button>
          <Button
            kind="danger"
            data-testid="delete-run"
            disabled={!size.data || remove.isPending || (isLarge && typed !== row.name)}
            onClick={() => remove.mutate(row.id, { onSuccess: onClose })}
          >
            {remove.isPending ? 'Deleting…' : 'Delete the folder'}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
