// Devices for networks: driver, runtime and each provider apart; what a stage on a device would use; and what was measured.
import { useState } from 'react'
import { useBenchModel, useProviders, useShelf } from '../../state/model-queries.ts'
import { useDoctor, useQueue } from '../../state/queries.ts'
import { Button } from '../../ui/button.tsx'
import { FaultCard } from '../../ui/fault-card.tsx'
import { Select } from '../../ui/field.tsx'
import { PanelHead } from '../../ui/panel.tsx'
import { StateMark } from '../../ui/state-mark.tsx'
import { BenchTable } from '../parts/bench-table.tsx'
import { deviceUse, isDeviceLine } from './device-words.ts'

export function DevicePanel() {
  const doctor = useDoctor()
  const devices = useQueue().data?.devices ?? []
  const lines = (doctor.data ?? []).filter(isDeviceLine)
  return (
    <section aria-label="Devices for networks" data-testid="device-panel">
      <PanelHead title="Devices for networks" note="driver, runtime and providers, each tried" />
      {doctor.isLoading && <p className="px-3 py-2 text-mut">Trying each provider…</p>}
      <ul>
        {lines.map((line) => (
          <li key={line.id} className="flex gap-2.5 border-b border-line px-3 py-1.5" data-testid={`device-line-${line.id}`}>
            <StateMark state={line.state} className="mt-0.5" />
            <div className="min-w-0">
              <p className="break-words">
                {wordOf(line.id)} <span className="text-mut">{line.found}</span>
              </p>
              {line.remedy && line.state !== 'ok' && <p className="text-sm break-words text-mut">{line.remedy}</p>}
            </div>
          </li>
        ))}
      </ul>
      {doctor.data && !lines.some(({ id }) => id.startsWith('provider-')) && (
        <p className="border-b border-line px-3 py-2 text-mut">
          No provider was asked in this window; <code>scenewright doctor</code> asks each.
        </p>
      )}
      {doctor.data && devices.length > 0 && (
        <>
          <PanelHead title="What a stage would use" />
          <ul>
            {devices.map((device) => {
              const { state, network, builtin } = deviceUse(device.id, doctor.data)
              return (
                <li key={device.id} className="flex gap-2.5 border-b border-line px-3 py-1.5" data-testid={`device-use-${device.id}`}>
                  <StateMark state={state} className="mt-0.5" />
                  <div className="min-w-0">
                    <p className="break-words">
                      On {device.id} <span className="text-mut">{device.title}</span>
                    </p>
                    <p className="text-sm break-words">{network}</p>
                    <p className="text-sm break-words text-mut">{builtin}</p>
                  </div>
                </li>
              )
            })}
          </ul>
        </>
      )}
      <Measured />
    </section>
  )
}

const wordOf = (id: string) => (id === 'gpu' ? 'Driver:' : id === 'onnxruntime' ? 'Runtime:' : `Provider ${id.slice('provider-'.length)}:`)

function Measured() {
  const shelf = useShelf()
  const providers = useProviders()
  const bench = useBenchModel()
  const [chosen, setChosen] = useState('')
  const [provider, setProvider] = useState('cpu')
  const models = (shelf.data?.models ?? []).filter(({ state }) => state !== 'broken')
  const model = models.some(({ entry }) => entry.id === chosen) ? chosen : (models[0]?.entry.id ?? '')
  const rows = models.flatMap(({ benches }) => benches.map((one) => ({ ...one, title: `${one.model} on ${one.provider}` })))
  return (
    <>
      <PanelHead title="Measured" note="per model and provider, one thread" />
      {models.length === 0 ? (
        <p className="px-3 py-2 text-mut">
          No model to measure yet.{' '}
          <a href="#/models" className="text-acc underline underline-offset-2">
            Models
          </a>{' '}
          tells how to get one.
        </p>
      ) : (
        <div className="flex flex-wrap items-center gap-2 px-3 py-2">
          <Select aria-label="Model to measure" value={model} onChange={(event) => setChosen(event.target.value)} className="max-w-56">
            {models.map(({ entry }) => (
              <option key={entry.id}>{entry.id}</option>
            ))}
          </Select>
          <Select aria-label="Provider to measure on" value={provider} onChange={(event) => setProvider(event.target.value)}>
            {providers.map((one) => (
              <option key={one} value={one}>
                on {one}
              </option>
            ))}
          </Select>
          <Button
            data-testid="machine-bench"
            disabled={bench.isPending}
            onClick={() => bench.mutate({ id: model, provider }, { onSuccess: () => void shelf.refetch() })}
          >
            {bench.isPending ? 'Measuring…' : 'Measure'}
          </Button>
        </div>
      )}
      {bench.error && <FaultCard fault={bench.error} />}
      {rows.length > 0 && <BenchTable rows={rows} heading="Model" />}
    </>
  )
}
