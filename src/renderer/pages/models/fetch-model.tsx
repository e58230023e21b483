// Fetching an ONNX file from an address, with the hash it must have if one is known.
import { useId, useState } from 'react'
import { useFetchModel } from '../../state/model-queries.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FaultCard } from '../../ui/fault-card.tsx'
import { TextInput } from '../../ui/field.tsx'

export function FetchModel({ onClose }: { readonly onClose: () => void }) {
  const id = useId()
  const fetch = useFetchModel()
  const [address, setAddress] = useState('')
  const [name, setName] = useState('')
  const [hash, setHash] = useState('')
  const sha256 = hash.trim().toLowerCase()
  const isHash = sha256 === '' || /^[0-9a-f]{64}$/.test(sha256)
  const begin = () =>
    fetch.mutate(
      { what: address.trim(), ...(name.trim() !== '' && { id: name.trim() }), ...(sha256 !== '' && { sha256 }) },
      { onSuccess: onClose },
    )
  return (
    <Dialog open onClose={onClose} title="Fetch a model from an address">
      <form
        className="flex flex-col gap-3 p-4"
        onSubmit={(event) => {
          event.preventDefault()
          begin()
        }}
      >
        <label htmlFor={`${id}-address`} className="flex flex-col gap-1 text-sm text-mut">
          Address of an ONNX file (http or https)
          <TextInput
            id={`${id}-address`}
            data-testid="fetch-address"
            placeholder="https://…/model.onnx"
            value={address}
            onChange={(event) => setAddress(event.target.value)}
          />
        </label>
        <label htmlFor={`${id}-hash`} className="flex flex-col gap-1 text-sm text-mut">
          SHA-256 it must have; empty: what comes is taken as it is
          <TextInput
            id={`${id}-hash`}
            data-testid="fetch-hash"
            className="font-mono text-sm"
            aria-invalid={!isHash}
            placeholder="64 hexadecimal digits"
            value={hash}
            onChange={(event) => setHash(event.target.value)}
          />
        </label>
        <label htmlFor={`${id}-name`} className="flex flex-col gap-1 text-sm text-mut">
          Name in the store; empty: that of the file
          <TextInput id={`${id}-name`} value={name} onChange={(event) => setName(event.target.value)} />
        </label>
        <p className="text-sm text-mut">
          Weights that the file keeps beside itself come along. Known models have their addresses already: choose one in the list.
        </p>
        {!isHash && (
          <p role="alert" className="text-sm text-bad">
            A SHA-256 has 64 hexadecimal digits.
          </p>
        )}
        {fetch.error && <FaultCard fault={fetch.error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Close</Button>
          <Button
            type="submit"
            kind="primary"
            data-testid="fetch-begin"
            disabled={!isHash || !/^https?:\/\/./i.test(address.trim()) || fetch.isPending}
          >
            Fetch
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
