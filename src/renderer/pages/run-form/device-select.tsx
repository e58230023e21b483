// A device of the machine that computes; one that is not there now can still be kept, and is told as missing.
import { formatBytes } from '#core/base/format'
import { useQueue } from '../../state/queries.ts'
import { Select } from '../../ui/field.tsx'

type Props = {
  readonly id: string
  readonly 'aria-describedby': string
  readonly 'data-testid': string
  readonly value: string
  /** The run's own device cannot be empty; a stage's can, and then is the run's. */
  readonly isOfRun: boolean
  readonly onChange: (device: string) => void
}

export function DeviceSelect({ value, isOfRun, onChange, ...shared }: Props) {
  const devices = useQueue().data?.devices ?? []
  const isMissing = value !== '' && !devices.some(({ id }) => id === value)
  return (
    <Select {...shared} value={value} onChange={(event) => onChange(event.target.value)} className="max-w-full">
      {!isOfRun && <option value="">the device of the run</option>}
      {devices.map(({ id, title, cores, memoryBytes }) => (
        <option key={id} value={id}>
          {id === 'cpu' ? `cpu: ${cores} cores` : `${id}: ${title}`}, {formatBytes(memoryBytes)}
        </option>
      ))}
      {isMissing && <option value={value}>{value}: not on this machine now</option>}
    </Select>
  )
}
