// Removing a model asks once: what goes, how much disk it frees, and what stays.
import type { ModelRow } from '#api/models-api'
import { formatBytes } from '#core/base/format'
import { useRemoveModel } from '../../state/model-queries.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FaultCard } from '../../ui/fault-card.tsx'

export function RemoveModel({
  row,
  onClose,
  onGone,
}: {
  readonly row: ModelRow
  readonly onClose: () => void
  readonly onGone: () => void
}) {
  const remove = useRemoveModel()
  const { entry, folder, freedBytes, linkedFiles } = row
  const names = entry.files.flatMap((file) => [file.name, ...file.weights.map(({ name }) => name)])
  return (
    <Dialog open onClose={onClose} title="Remove a model">
      <div className="flex flex-col gap-3 p-4">
        <p className="break-words">
          <b>{entry.id}</b> is taken out of the store, with its measurements:
          <span className="block break-all text-mut">
            {names.join(', ')} in {folder}
          </span>
        </p>
        <p data-testid="remove-size">
          {formatBytes(freedBytes)} come free.
          {linkedFiles.length > 0 && ` Linked files stay where they are: ${linkedFiles.join(', ')}.`} Runs that used it keep their results
          and the hash of what they ran.
        </p>
        {remove.error && <FaultCard fault={remove.error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Keep it</Button>
          <Button
            kind="danger"
            data-testid="remove-model"
            disabled={remove.isPending}
            onClick={() =>
              remove.mutate(entry.id, {
                onSuccess: () => {
                  onClose()
                  onGone()
                },
              })
            }
          >
            {remove.isPending ? 'Removing…' : 'Remove'}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
