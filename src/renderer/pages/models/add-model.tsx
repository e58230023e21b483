// Taking in the files of one model: encoder and decoder together, copied or linked.
import { FilePlus, X } from 'lucide-react'
import { useId, useState } from 'react'
import { cutPath } from '#core/base/format'
import { useHost } from '../../host/host.tsx'
import { useAddModel } from '../../state/model-queries.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FaultCard } from '../../ui/fault-card.tsx'
import { TextInput } from '../../ui/field.tsx'
import { PathPicker } from '../parts/path-picker.tsx'

export function AddModel({ onClose, onAdded }: { readonly onClose: () => void; readonly onAdded: (id: string) => void }) {
  const id = useId()
  const { native } = useHost()
  const add = useAddModel()
  const [paths, setPaths] = useState<readonly string[]>([])
  const [typed, setTyped] = useState('')
  const [name, setName] = useState('')
  const [isLinked, setLinked] = useState(false)
  const [isPicking, setPicking] = useState(false)
  const take = (path: string) => {
    setPicking(false)
    setTyped('')
    if (path !== '') setPaths((now) => (now.includes(path) ? now : [...now, path]))
  }
  const pick = async () => {
    if (!native) return setPicking(true)
    const path = await native.pickFile('File of a model', ['onnx'])
    if (path !== undefined) take(path)
  }
  const all = typed.trim() === '' ? paths : [...paths, typed.trim()]
  return (
    <Dialog open onClose={onClose} title="Add a model">
      <div className="flex flex-col gap-3 overflow-y-auto p-4">
        <p className="text-sm text-mut">
          All files of one model go in together: for a promptable one its encoder and its decoder. Weights beside an ONNX file come along.
          Pickles (.pt, .pth, .ckpt) are never opened.
        </p>
        <ul>
          {paths.map((path) => (
            <li key={path} className="flex items-center gap-2">
              <span className="min-w-0 flex-1 truncate font-mono text-sm" title={path}>
                {cutPath(path, 76)}
              </span>
              <Button
                kind="bare"
                size="icon"
                aria-label={`Leave out ${path}`}
                onClick={() => setPaths((now) => now.filter((one) => one !== path))}
              >
                <X size={14} aria-hidden />
              </Button>
            </li>
          ))}
        </ul>
        <label htmlFor={`${id}-path`} className="sr-only">
          Path of a file
        </label>
        <div className="flex gap-2">
          <TextInput
            id={`${id}-path`}
            data-testid="add-path"
            className="font-mono text-sm"
            placeholder="/path/on/the/machine/that/computes/model.onnx"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            onKeyDown={(event) => event.key === 'Enter' && take(typed.trim())}
          />
          <Button onClick={() => void pick()}>
            <FilePlus size={14} aria-hidden />
            Browse
          </Button>
        </div>
        <label htmlFor={`${id}-name`} className="flex flex-col gap-1 text-sm text-mut">
          Name in the store; empty: that of the first file
          <TextInput id={`${id}-name`} data-testid="add-name" value={name} onChange={(event) => setName(event.target.value)} />
        </label>
        <label className="flex items-center gap-2">
          <input type="checkbox" className="accent-[var(--acc)]" checked={isLinked} onChange={(event) => setLinked(event.target.checked)} />
          <span>
            Link instead of copying <span className="text-mut">(takes no space; a change of the file is a change of the model)</span>
          </span>
        </label>
        {add.error && <FaultCard fault={add.error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Close</Button>
          <Button
            kind="primary"
            data-testid="add-begin"
            disabled={all.length === 0 || add.isPending}
            onClick={() =>
              add.mutate(
                { paths: [...all], link: isLinked, ...(name.trim() !== '' && { id: name.trim() }) },
                {
                  onSuccess: ({ entry }) => {
                    onAdded(entry.id)
                    onClose()
                  },
                },
              )
            }
          >
            {add.isPending ? 'Taking it in…' : all.length > 1 ? `Add ${all.length} files as one model` : 'Add'}
          </Button>
        </div>
      </div>
      <PathPicker open={isPicking} title="File of a model" accepts="file" onClose={() => setPicking(false)} onPick={take} />
    </Dialog>
  )
}
