// Trying a model: once in a process of its own, on zeros or on a picture; and measuring it on a provider, which is kept.
import { useState } from 'react'
import type { ModelRow } from '#api/models-api'
import type { TrialReport } from '#core/model/trial-report'
import { useBenchModel, useProviders, useTestModel } from '../../state/model-queries.ts'
import { useDoctor } from '../../state/queries.ts'
import { Button } from '../../ui/button.tsx'
import { FaultCard } from '../../ui/fault-card.tsx'
import { Select } from '../../ui/field.tsx'
import { PanelHead } from '../../ui/panel.tsx'
import { PathPicker } from '../parts/path-picker.tsx'
import { BenchTable } from '../parts/bench-table.tsx'
import { millis } from './model-words.ts'

export function TrialPanel({ row }: { readonly row: ModelRow }) {
  // Asked so that providers that work can be chosen.
  useDoctor()
  const providers = useProviders()
  const [provider, setProvider] = useState('cpu')
  const [picture, setPicture] = useState<string | undefined>(undefined)
  const [isPicking, setPicking] = useState(false)
  const test = useTestModel()
  const bench = useBenchModel()
  const isBusy = test.isPending || bench.isPending
  const { id } = row.entry
  return (
    <section aria-label="Try and measure" className="border-t border-line">
      <PanelHead title="Try and measure" note="in a process of its own" />
      <div className="flex flex-wrap items-center gap-2 px-3 py-2">
        <Select aria-label="Provider" value={provider} onChange={(event) => setProvider(event.target.value)}>
          {providers.map((one) => (
            <option key={one} value={one}>
              on {one}
            </option>
          ))}
        </Select>
        <Button onClick={() => setPicking(true)} title={picture}>
          {picture === undefined ? 'On zeros; choose a picture' : `On ${picture.split(/[\\/]/).at(-1)}`}
        </Button>
        {picture !== undefined && (
          <Button kind="bare" onClick={() => setPicture(undefined)}>
            Zeros again
          </Button>
        )}
        <Button
          data-testid="model-test"
          disabled={isBusy}
          onClick={() => test.mutate({ id, provider, ...(picture !== undefined && { picture }) })}
        >
          {test.isPending ? 'Running it…' : 'Test'}
        </Button>
        <Button
          data-testid="model-bench"
          disabled={isBusy}
          title="Two starts in two processes, then ten runs; one thread"
          onClick={() => bench.mutate({ id, provider })}
        >
          {bench.isPending ? 'Measuring…' : 'Measure'}
        </Button>
      </div>
      {test.error && <FaultCard fault={test.error} />}
      {bench.error && <FaultCard fault={bench.error} />}
      {test.data && (
        <div role="status" data-testid="model-tested">
          {test.data.reports.map((report) => (
            <Report key={report.path} report={report} />
          ))}
        </div>
      )}
      {row.benches.length > 0 && <BenchTable rows={row.benches.map((one) => ({ ...one, title: one.provider }))} heading="Provider" />}
      <PathPicker
        open={isPicking}
        title="Picture to try it on"
        accepts="file"
        onClose={() => setPicking(false)}
        onPick={(path) => {
          setPicking(false)
          setPicture(path)
        }}
      />
    </section>
  )
}

function Report({ report }: { readonly report: TrialReport }) {
  const { part, provider, wholeGraph, inputs, outputs, loadMs, firstMs, medianMs } = report
  const scores = part === 'decoder' ? outputs.find(({ name }) => name === 'iou_predictions' || name === 'scores') : undefined
  const rows = [
    ...inputs.map(({ name, type, dims, fed }) => ({ kind: 'in', name, type, dims, note: fed })),
    ...outputs.map(({ name, type, dims, min, max }) => ({
      kind: 'out',
      name,
      type,
      dims,
      note: min === undefined || max === undefined ? '' : `${short(min)} to ${short(max)}`,
    })),
  ]
  return (
    <div className="border-t border-line py-1">
      <p className="px-3 py-1">
        {part === 'whole' ? 'It' : `The ${part}`} ran on {provider}
        {wholeGraph ? '' : ' in part, the rest on the CPU'}: loaded in {millis(loadMs)}, first run {millis(firstMs)}
        {medianMs !== undefined && `, then ${millis(medianMs)}`}.{scores && ` A click gives ${scores.dims.at(-1)} masks.`}
      </p>
      <table className="w-full text-sm">
        <caption className="sr-only">Inputs and outputs of the trial</caption>
        <tbody>
          {rows.map(({ kind, name, type, dims, note }) => (
            <tr key={`${kind} ${name}`}>
              <td className="w-12 py-px pl-3 text-mut">{kind}</td>
              <th scope="row" className="py-px pr-3 text-left font-mono font-normal break-all">
                {name}
              </th>
              <td className="py-px pr-3 text-mut">
                {type} [{dims.join(', ')}]
              </td>
              <td className="py-px pr-3 text-mut">{note}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

const short = (value: number) => String(Number(value.toPrecision(4)))
